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
}

export interface ClipTokenizer {
  /** Tokens of a prompt, start and end included. */
  readonly maxLength: number;
  readonly vocabSize: number;
  readonly startId: number;
  readonly endId: number;
  readonly padId: number;
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
  const isSpecial = new Set([startId, endId, padId]);

  return {
    maxLength,
    vocabSize: tokenizer.get_vocab().size,
    startId,
    endId,
    padId,
    encode(text) {
      const whole = tokenizer.encode(text, { add_special_tokens: false });
      const room = maxLength - 2;
      const kept = whole.ids.slice(0, room);
      const ids = new Int32Array(maxLength).fill(padId);
      ids.set([startId, ...kept, endId]);
      return { ids, pieces: whole.tokens.slice(0, room), truncated: whole.ids.length > room };
    },
    piece: (id) => tokenizer.id_to_token(id),
    decode: (ids) =>
      tokenizer
        .decode(ids.filter((id) => !isSpecial.has(id)))
        .replaceAll('</w>', ' ')
        .trim(),
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
