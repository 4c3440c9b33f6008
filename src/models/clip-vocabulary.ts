/**
 * CLIP's tokenizer from the two files of its first release, `vocab.json` and `merges.txt`, as the tokenizer.json that transformers would
 * make of them. Source: transformers 5 `models/clip/tokenization_clip.py` and how its base class registers special tokens.
 */
import { PalimpsestError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';

/** What transformers takes a special token to be where no file says it. */
const defaultTokens = {
  bos_token: '<|startoftext|>',
  eos_token: '<|endoftext|>',
  unk_token: '<|endoftext|>',
  pad_token: '<|endoftext|>',
} as const;

export interface TokenizerJson {
  readonly tokenizerJson: Readonly<Record<string, unknown>>;
  readonly tokenizerConfig: Readonly<Record<string, unknown>>;
}

/**
 * `vocabulary` and the settings are parsed files; the settings are null where the folder has none, and `config` goes before `specials`.
 * Throws `bad-file` for files that are no vocabulary or no merges.
 */
export function tokenizerFromVocabulary(
  vocabulary: unknown,
  merges: string,
  config: unknown,
  specials: unknown,
): TokenizerJson {
  const vocab = readVocabulary(vocabulary);
  const ids: Ids = new Map(Object.entries(vocab));
  const said = { ...defaultTokens, ...tokensOf(specials), ...tokensOf(config) };
  const added = new Map<string, AddedToken>();
  // A token that is named twice is as it was named last: the padding of Stable Diffusion 1 is its end token, as plain text.
  for (const name of Object.keys(defaultTokens) as (keyof typeof defaultTokens)[]) {
    const token = addedToken(said[name], name, ids);
    added.set(token.content, token);
  }
  const unknown = contentOf(said.unk_token);
  const [start, end] = [contentOf(said.bos_token), contentOf(said.eos_token)];
  const tokenizerJson = {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [...added.values()].sort((a, b) => a.id - b.id),
    normalizer: {
      type: 'Sequence',
      normalizers: [
        { type: 'NFC' },
        { type: 'Replace', pattern: { Regex: '\\s+' }, content: ' ' },
        { type: 'Lowercase' },
      ],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: words }, behavior: 'Removed', invert: true },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: true },
      ],
    },
    post_processor: {
      type: 'RobertaProcessing',
      sep: [end, ids.get(end)],
      cls: [start, ids.get(start)],
      trim_offsets: false,
      add_prefix_space: false,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: true, use_regex: true },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: unknown,
      continuing_subword_prefix: '',
      end_of_word_suffix: '</w>',
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab,
      merges: readMerges(merges, ids),
    },
  };
  return { tokenizerJson, tokenizerConfig: { ...(isRecord(config) ? config : {}), ...said } };
}

/** What CLIP takes for one word: a special token, an English ending, letters, one digit, or other signs. */
const words = "<\\|startoftext\\|>|<\\|endoftext\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+";

type Vocabulary = Readonly<Record<string, number>>;
type Ids = ReadonlyMap<string, number>;

function readVocabulary(json: unknown): Vocabulary {
  const isId = (id: unknown) => typeof id === 'number' && Number.isInteger(id) && id >= 0;
  if (isRecord(json) && Object.keys(json).length > 0 && Object.values(json).every(isId)) return json as Vocabulary;
  throw new PalimpsestError('bad-file', 'tokenizer/vocab.json: expected the id of each token, got something else');
}

/** One pair a line, behind a line with the version. */
function readMerges(text: string, ids: Ids): readonly (readonly [string, string])[] {
  const bad = (line: number, expected: string, got: string) =>
    new PalimpsestError(
      'bad-file',
      `tokenizer/merges.txt: line ${line}: expected ${expected}, got "${got.slice(0, 80)}"`,
    );
  const lines = text.split(/\r?\n/);
  const first = lines[0]?.startsWith('#version') === true ? 1 : 0;
  const merges: (readonly [string, string])[] = [];
  for (const [i, line] of lines.entries()) {
    if (i < first || line === '') continue;
    const [left = '', right = '', ...rest] = line.split(' ');
    if (left === '' || right === '' || rest.length > 0) throw bad(i + 1, 'two pieces', line);
    if (!ids.has(left + right)) throw bad(i + 1, 'pieces that make a token of vocab.json', line);
    merges.push([left, right]);
  }
  if (merges.length === 0) throw bad(1, 'pairs of pieces', text);
  return merges;
}

interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly single_word: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
  readonly special: true;
}

/** The special tokens that a file names. */
function tokensOf(json: unknown): Partial<Record<keyof typeof defaultTokens, unknown>> {
  if (!isRecord(json)) return {};
  return Object.fromEntries(
    Object.keys(defaultTokens).flatMap((name) => (json[name] === undefined ? [] : [[name, json[name]]])),
  );
}

/** As plain text a token is looked for before the text is lowered; as an object it says so itself. */
function addedToken(value: unknown, name: string, ids: Ids): AddedToken {
  const content = contentOf(value);
  const id = ids.get(content);
  if (id === undefined)
    throw new PalimpsestError(
      'bad-file',
      `tokenizer: ${name}: expected a token of vocab.json, got ${JSON.stringify(value).slice(0, 80)}`,
    );
  const flag = (field: string) => isRecord(value) && value[field] === true;
  return {
    ...{ id, content, special: true },
    ...{
      single_word: flag('single_word'),
      lstrip: flag('lstrip'),
      rstrip: flag('rstrip'),
      normalized: flag('normalized'),
    },
  };
}

function contentOf(value: unknown): string {
  const content = isRecord(value) ? value['content'] : value;
  return typeof content === 'string' ? content : '';
}
