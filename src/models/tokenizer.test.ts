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
    expect(goldens.cases.length).toBeGreaterThan(450);
    expect(tokenizer.maxLength).toBe(goldens.maxLength);
    const wrong = goldens.cases.flatMap(({ text, ids }) => {
      const got = [...tokenizer.encode(text).ids];
      return got.join() === ids.join() ? [] : [{ text, ids, got }];
    });
    expect(wrong).toEqual([]);
  });

  it('takes special tokens in capitals for text, and a capital sigma at the end of a word for any other', () => {
    const { ids, pieces } = tokenizer.encode('<|ENDOFTEXT|>');
    expect([ids[1], pieces[0]]).not.toEqual([tokenizer.endId, '<|endoftext|>']);
    expect(tokenizer.encode('<|endoftext|>').ids[1]).toBe(tokenizer.endId);
    expect(tokenizer.encode('ΟΔΟΣ').ids).toEqual(tokenizer.encode('οδοσ').ids);
    expect(tokenizer.encode('οδος').ids).not.toEqual(tokenizer.encode('οδοσ').ids); // a final sigma that is typed stays
  });

  it('takes special tokens in capitals for themselves where the file looks for them after lowering', () => {
    const json = files[0] as { readonly added_tokens: readonly object[] };
    const normalized = { ...json, added_tokens: json.added_tokens.map((token) => ({ ...token, normalized: true })) };
    expect(createTokenizer(normalized, files[1], 77).encode('a <|ENDOFTEXT|>').ids[2]).toBe(tokenizer.endId);
  });

  it('refuses half of a character, as transformers does', () => {
    expect(() => tokenizer.encode('a \ud83d church')).toThrow(/half of a character \(\\ud83d\) at place 3/);
    expect(() => tokenizer.encode('\udc00\ud800')).toThrow(/half of a character/);
    expect(tokenizer.encode('a 😀').truncated).toBe(false);
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

  it('says as words what is not heard, a word that is cut in its middle as a whole', () => {
    const room = tokenizer.maxLength - 2;
    expect(tokenizer.encode('a church').cut).toBe('');
    expect(tokenizer.encode('church '.repeat(room)).cut).toBe('');
    expect(tokenizer.encode(`${'church '.repeat(room)}in the snow`).cut).toBe('in the snow');
    const pieces = tokenizer.encode('blicketwobble').pieces.length;
    expect(pieces).toBeGreaterThan(1);
    expect(tokenizer.encode(`${'church '.repeat(room - 1)}blicketwobble tree`).cut).toBe('blicketwobble tree');
    expect(tokenizer.encode('blicketwobble'.repeat(60)).cut).toBe('blicketwobble'.repeat(60));
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
