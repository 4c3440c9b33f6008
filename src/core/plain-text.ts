/**
 * Texts that can be written and read everywhere: half of a surrogate pair cannot be encoded as UTF-8, so it would come back as another character, and a file
 * with it in its header is one that others cannot open; control characters are invisible and break tables and terminals.
 */
import { PalimpsestError } from './errors.ts';

const lone = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;
// Tab, line feed and carriage return are blanks between words.

const control = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/;

/** The first character that cannot be written, as "U+D83D"; null for a plain text. */
export function unwritable(text: string): string | null {
  const found = lone.exec(text) ?? control.exec(text);
  return found === null ? null : `U+${found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Throws `bad-argument` for a text with half of a surrogate pair or a control character in it. */
export function needPlainText(where: string, text: string): void {
  const found = unwritable(text);
  if (found === null) return;
  throw new PalimpsestError('bad-argument', `${where}: expected characters that can be written, got ${found}`, {
    advice: 'Type it again: half a character or an invisible one came with what was pasted.',
  });
}
