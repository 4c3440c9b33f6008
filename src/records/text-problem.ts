/** Why a text that somebody typed, pasted or followed a link with cannot be kept, in words for that person. */
import { unwritable } from '../core/plain-text.ts';

/** null for a text that can be written and read everywhere. */
export function textProblem(text: string): { readonly en: string; readonly zh: string } | null {
  const found = unwritable(text);
  if (found === null) return null;
  return { en: `Holds ${found}, which cannot be written`, zh: `含有无法写出的字符 ${found}` };
}
