/** Ids recorded from transformers' CLIPTokenizer by training/goldens/make_layout_goldens.py and make_goldens.py. */
import { describe, expect, it } from 'vitest';
import { readGoldenFile, readGoldenJson } from '../testing/golden-models.ts';
import { tokenizerFromVocabulary } from './clip-vocabulary.ts';
import { createTokenizer } from './tokenizer.ts';

interface Setup {
  readonly files: Readonly<Record<string, unknown>>;
  readonly padding: string;
  /** Text and ids, without padding. */
  readonly cases: readonly (readonly [string, readonly number[]])[];
}

const vocabulary = (await readGoldenJson('first/tokenizer/vocab.json')) as Readonly<Record<string, number>>;
const merges = new TextDecoder().decode(await readGoldenFile('first/tokenizer/merges.txt'));

/** 32 positions, as the golden model has. */
function tokenizerWith(files: Readonly<Record<string, unknown>>) {
  const config = files['tokenizer_config.json'] ?? null;
  const specials = files['special_tokens_map.json'] ?? null;
  const { tokenizerJson, tokenizerConfig } = tokenizerFromVocabulary(vocabulary, merges, config, specials);
  return createTokenizer(tokenizerJson, tokenizerConfig, 32);
}

describe('a tokenizer from vocab.json and merges.txt', () => {
  it('is the tokenizer.json that tokenizers writes of them, in every field', async () => {
    const config = await readGoldenJson('first/tokenizer/tokenizer_config.json');
    const { tokenizerJson } = tokenizerFromVocabulary(vocabulary, merges, config, null);
    expect(tokenizerJson).toEqual(await readGoldenJson('first/tokenizer/tokenizer.json'));
  });

  it('gives the ids of CLIPTokenizer for all golden texts where nothing else is said', async () => {
    const { cases } = (await readGoldenJson('tokenizer-goldens.json')) as {
      readonly cases: readonly { readonly text: string; readonly ids: readonly number[] }[];
    };
    const tokenizer = tokenizerWith({});
    expect(cases.length).toBeGreaterThan(450);
    expect(cases.filter(({ text, ids }) => [...tokenizer.encode(text).ids].join() !== ids.join())).toEqual([]);
  });

  it('takes the settings of Stable Diffusion 1 and 2 as transformers does, padding and special tokens included', async () => {
    const { setups } = (await readGoldenJson('layouts/tokenizers.json')) as {
      readonly setups: Readonly<Record<string, Setup>>;
    };
    expect(Object.keys(setups)).toEqual(['bare', 'sd1', 'sd2', 'map']);
    for (const [name, { files, padding, cases }] of Object.entries(setups)) {
      const tokenizer = tokenizerWith(files);
      expect(tokenizer.padId, name).toBe(vocabulary[padding]);
      const wrong = cases.flatMap(([text, ids]) => {
        const whole = [...ids, ...Array.from({ length: 32 - ids.length }, () => tokenizer.padId)];
        const got = [...tokenizer.encode(text).ids];
        return got.join() === whole.join() ? [] : [{ name, text, whole, got }];
      });
      expect(wrong).toEqual([]);
    }
  });

  it('refuses files that are no vocabulary, naming the file and the line', () => {
    const from =
      (vocab: unknown, pairs: string, config: unknown = null) =>
      () =>
        tokenizerFromVocabulary(vocab, pairs, config, null);
    expect(from([], merges)).toThrow('tokenizer/vocab.json: expected the id of each token');
    expect(from({ a: 'b' }, merges)).toThrow('tokenizer/vocab.json');
    expect(from(vocabulary, '#version: 0.2\n')).toThrow('tokenizer/merges.txt: line 1: expected pairs of pieces');
    expect(from(vocabulary, '#version: 0.2\no f</w>\nonly')).toThrow('line 3: expected two pieces, got "only"');
    expect(from(vocabulary, '#version: 0.2\nquz quz')).toThrow(
      'line 2: expected pieces that make a token of vocab.json',
    );
    expect(from(vocabulary, merges, { bos_token: 'nope' })).toThrow('bos_token: expected a token of vocab.json');
    // A word that every JavaScript object has is no token for that.
    expect(from(vocabulary, merges, { bos_token: 'constructor' })).toThrow('bos_token: expected a token');
  });
});
