/** Ids recorded from transformers' CLIPTokenizer by training/goldens/make_goldens.py. */
import { describe, expect, it } from 'vitest';
import { readGoldenJson } from '../testing/golden-models.ts';
import { createTokenizer } from './tokenizer.ts';

interface TokenizerGoldens {
  readonly maxLength: number;
  readonly cases: readonly { readonly text: string; readonly ids: readonly number[] }[];
}

describe('the tokenizer', async () => {
  const files = await Promise.all(
    ['tokenizer', 'tokenizer_config'].map((name) => readGoldenJson(`first/tokenizer/${name}.json`)),
  );
  const goldens = (await readGoldenJson('tokenizer-goldens.json')) as TokenizerGoldens;
  const tokenizer = createTokenizer(files[0], files[1], 77);

  it('gives the ids of CLIPTokenizer for ordinary, odd, foreign and overlong texts', () => {
    expect(goldens.cases.length).toBeGreaterThan(190);
    expect(tokenizer.maxLength).toBe(goldens.maxLength);
    const wrong = goldens.cases.flatMap(({ text, ids }) => {
      const got = [...tokenizer.encode(text).ids];
      return got.join() === ids.join() ? [] : [{ text, ids, got }];
    });
    expect(wrong).toEqual([]);
  });

  it('says which pieces it used and whether some did not fit', () => {
    const short = tokenizer.encode('a church');
    expect(short.pieces).toEqual(['a</w>', 'church</w>']);
    expect(short.truncated).toBe(false);
    const long = tokenizer.encode('church '.repeat(60));
    expect(long.pieces).toHaveLength(tokenizer.maxLength - 2);
    expect(long.truncated).toBe(true);
    expect(long.ids.at(-1)).toBe(tokenizer.endId);
  });

  it('decodes what it encoded, without start, end and padding', () => {
    expect(tokenizer.decode([...tokenizer.encode('a church in the snow').ids])).toBe('a church in the snow');
  });

  it('is cut to the positions the text encoder has', () => {
    expect(createTokenizer(files[0], files[1], 8).encode('a church in the snow at night by Van Gogh').ids).toHaveLength(
      8,
    );
  });

  it('refuses files that are not a tokenizer', () => {
    expect(() => createTokenizer([], files[1], 77)).toThrow(/tokenizer\.json: expected a JSON object/);
    expect(() => createTokenizer({}, files[1], 77)).toThrow(/tokenizer/);
    expect(() => createTokenizer(files[0], { bos_token: 'nope' }, 77)).toThrow(/bos_token: expected a token/);
  });
});
