/** CLIP's byte-pair tokenizer, by @huggingface/tokenizers from a model's own tokenizer.json. Pads and cuts as the diffusers pipeline does. */
import { Tokenizer } from '@huggingface/tokenizers';
import { PalimpsestError } from '../core/errors.ts';

export interface EncodedPrompt {
  /** [maxLength]: start, pieces, end, padding. */
  readonly ids: Int32Array;
  /** What the text was cut into, without start, end and padding; `</w>` ends a word. */
  readonly pieces: readonly string[];
  /** Whether pieces were dropped because the text is too long. */
  readonly truncated: boolean;
  /** What is not heard, as words: those dropped, and one that was cut in its middle. '' where nothing was. */
  readonly cut: string;
}

export interface ClipTokenizer {
  /** Tokens of a prompt, start and end included. */
  readonly maxLength: number;
  readonly vocabSize: number;
  readonly highestId: number;
  readonly startId: number;
  readonly endId: number;
  readonly padId: number;
  /** Throws `bad-argument` for a text with half of a character in it. */
  encode(text: string): EncodedPrompt;
  /** The piece with this id, or undefined when there is none. */
  piece(id: number): string | undefined;
  /** The text of some ids; start, end and padding are left out. */
  decode(ids: readonly number[]): string;
}

/**
 * `tokenizerJson` and `tokenizerConfig` are the parsed files; `positions` is the text encoder's longest input, which bounds
 * the length. Throws `bad-file` when they are not a CLIP tokenizer's.
 */
export function createTokenizer(tokenizerJson: unknown, tokenizerConfig: unknown, positions: number): ClipTokenizer {
  const bad = (what: string, expected: string, got: unknown) =>
    new PalimpsestError(
      'bad-file',
      `tokenizer: ${what}: expected ${expected}, got ${got === undefined ? 'nothing' : JSON.stringify(got).slice(0, 80)}`,
    );
  if (!isObject(tokenizerJson)) throw bad('tokenizer.json', 'a JSON object', tokenizerJson);
  if (!isObject(tokenizerConfig)) throw bad('tokenizer_config.json', 'a JSON object', tokenizerConfig);
  const tokenizer = open(tokenizerJson, tokenizerConfig);
  const vocabulary = tokenizer.get_vocab();
  const special = (name: string): number => {
    const field = tokenizerConfig[name];
    const token = isObject(field) ? field['content'] : field;
    const id = typeof token === 'string' ? tokenizer.token_to_id(token) : undefined;
    if (id === undefined) throw bad(name, 'a token of the vocabulary', field);
    return id;
  };
  const [startId, endId, padId] = [special('bos_token'), special('eos_token'), special('pad_token')];
  const longest = tokenizerConfig['model_max_length'];
  const maxLength = typeof longest === 'number' ? Math.min(longest, positions) : positions;
  const asTokenizers = lowerAsTokenizers(tokenizerJson);
  const isSpecial = new Set([startId, endId, padId]);

  const decode = (ids: readonly number[]): string =>
    tokenizer
      .decode(ids.filter((id) => !isSpecial.has(id)))
      .replaceAll('</w>', ' ')
      .trim();

  return {
    maxLength,
    vocabSize: vocabulary.size,
    highestId: [...vocabulary.values()].reduce((highest, id) => Math.max(highest, id), 0),
    startId,
    endId,
    padId,
    encode(text) {
      needWholeCharacters(text);
      const whole = tokenizer.encode(asTokenizers(text), { add_special_tokens: false });
      const room = maxLength - 2;
      const kept = whole.ids.slice(0, room);
      const truncated = whole.ids.length > room;
      let heard = room;
      while (truncated && heard > 0 && whole.tokens[heard - 1]?.endsWith('</w>') === false) heard -= 1;
      const ids = new Int32Array(maxLength).fill(padId);
      ids.set([startId, ...kept, endId]);
      return {
        ids,
        pieces: whole.tokens.slice(0, room),
        truncated,
        cut: truncated ? decode(whole.ids.slice(heard)) : '',
      };
    },
    piece: (id) => tokenizer.id_to_token(id),
    decode,
  };
}

function open(json: object, config: object): Tokenizer {
  try {
    return new Tokenizer(json, config);
  } catch (error) {
    throw new PalimpsestError(
      'bad-file',
      `tokenizer: tokenizer.json cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      {
        cause: error,
      },
    );
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface AddedToken {
  readonly content: string;
  readonly normalized: boolean;
}

/**
 * The text as @huggingface/tokenizers 0.2.0 has to be given it, so that its ids are those of tokenizers 0.23.3 and of transformers'
 * CLIPTokenizer. It differs from them in two places:
 *
 * - It lowers a text as a whole, where a capital sigma that ends a word becomes a final one. tokenizers lowers letter by letter.
 * - It takes what reads like a special token once it is lowered ("<|ENDOFTEXT|>") for that token. tokenizers looks for special tokens
 *   that are not `normalized` before lowering, and only there. A space behind it, which CLIP drops, keeps the two apart; a `normalized`
 *   token beside it, which is looked for after lowering, parts it from the rest of the text.
 */
function lowerAsTokenizers(tokenizerJson: Readonly<Record<string, unknown>>): (text: string) => string {
  if (!JSON.stringify(tokenizerJson['normalizer'] ?? null).includes('"Lowercase"')) return (text) => text;
  const added = (
    Array.isArray(tokenizerJson['added_tokens']) ? tokenizerJson['added_tokens'] : []
  ) as readonly AddedToken[];
  const exact = added.filter(({ normalized }) => !normalized).map(({ content }) => content);
  if (exact.length === 0) return (text) => text.replaceAll('Σ', 'σ');
  const specials = anyOf(exact);
  const afterLowering = anyOf(
    added.filter(({ normalized }) => normalized).map(({ content }) => content),
    'i',
  );
  const readsAsSpecial = (section: string) => exact.includes(section.normalize('NFC').toLowerCase());
  return (text) =>
    text
      .split(specials)
      .map((part, i) => {
        if (i % 2 === 1) return part; // a special token itself
        const sections = part.replaceAll('Σ', 'σ').split(afterLowering);
        return sections.map((section) => (readsAsSpecial(section) ? `${section} ` : section)).join('');
      })
      .join('');
}

/** Splits a text at any of these, and keeps them at the odd places. */
function anyOf(contents: readonly string[], flags = ''): RegExp {
  if (contents.length === 0) return /(?!)/;
  const alternatives = contents.map((content) => content.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|');
  return new RegExp(`(${alternatives})`, flags);
}

/** Throws `bad-argument` for a text with half of a character in it, which is no Unicode and which transformers refuses, too. */
function needWholeCharacters(text: string): void {
  const half = /\p{Surrogate}/u.exec(text);
  if (half === null) return;
  const code = (half[0].codePointAt(0) as number).toString(16);
  throw new PalimpsestError(
    'bad-argument',
    `prompt: expected text, got half of a character (\\u${code}) at place ${half.index + 1}`,
    { advice: 'Delete it and type the character again.' },
  );
}
