import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { createTokenizer } from '../models/tokenizer.ts';
import { insertions } from '../records/attack.ts';
import { placeCount, promptFrame } from './prompt-frame.ts';
import { allowedTokens } from './vocabulary.ts';

const folder = path.join(import.meta.dirname, '../../public/models/palimpsest-world/tokenizer');
const json = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), 'utf8'));
const tokenizer = createTokenizer(json('tokenizer.json'), json('tokenizer_config.json'), 32);
const idOf = (word: string) => tokenizer.encode(word).ids[1] as number;
const added = [idOf('tiger'), idOf('moon')];

describe('a prompt with free places', () => {
  it.each([
    ['prefix', 'tiger moon a photo of a church'],
    ['suffix', 'a photo of a church tiger moon'],
    ['middle', 'a photo of tiger moon a church'],
    ['spread', 'a photo tiger of moon a church'],
  ] as const)('takes tokens at its %s, and the text types back to the same ids', (insertion, text) => {
    const frame = promptFrame(tokenizer, 'a photo of a church', 2, insertion);
    expect(frame.text(added)).toBe(text);
    expect(tokenizer.encode(text).ids).toEqual(frame.fill(added));
  });

  it('never cuts a word', () => {
    const prompt = 'quonset';
    expect(tokenizer.encode(prompt).pieces.length).toBeGreaterThan(1);
    for (const insertion of insertions.filter((place) => place !== 'every-3' && place !== 'replace'))
      expect(promptFrame(tokenizer, prompt, 2, insertion).text(added)).toContain(prompt);
  });

  it('takes one before the first and one after every third token, as many as that makes, within a word too', () => {
    for (const [prompt, count] of [
      ['church', 1],
      ['a photo', 1],
      ['a photo of', 2],
      ['a photo of a church', 2],
      ['a photo of a church at night', 3],
    ] as const) {
      expect(tokenizer.encode(prompt).pieces).toHaveLength(prompt.split(' ').length);
      expect(placeCount(tokenizer, prompt, 8, 'every-3')).toBe(count);
    }
    const frame = promptFrame(tokenizer, 'a photo of a church', 2, 'every-3');
    expect(frame.text(added)).toBe('tiger a photo of moon a church');
    const { pieces } = tokenizer.encode('quonset');
    const cut = promptFrame(tokenizer, 'a photo quonset', 2, 'every-3');
    expect(pieces.length).toBeGreaterThan(1);
    expect(cut.places).toEqual([1, 5]);
    expect(cut.fill(added)[4]).toBe(tokenizer.encode('quonset').ids[1]);
    // Another prompt with the tokens of a longer one: those that are left over come last.
    expect(promptFrame(tokenizer, 'church', 2, 'every-3').text(added)).toBe('tiger church moon');
    expect(placeCount(tokenizer, 'a photo of a church', 8, 'prefix')).toBe(8);
    expect(placeCount(tokenizer, 'a photo of a church', 0, 'every-3')).toBe(0);
  });

  it('may leave nothing of the prompt: start, tokens, end and padding', () => {
    const frame = promptFrame(tokenizer, 'a photo of a church', 2, 'replace');
    expect(frame.places).toEqual([1, 2]);
    expect(frame.text(added)).toBe('tiger moon');
    expect(frame.fill(added)).toEqual(tokenizer.encode('tiger moon').ids);
    expect(() => promptFrame(tokenizer, 'a church', 31, 'replace')).toThrow('expected at most 30 tokens in its place');
    expect(promptFrame(tokenizer, 'tiger '.repeat(28), 30, 'replace').places).toHaveLength(30);
  });

  it('says how long a prompt may be', () => {
    expect(() => promptFrame(tokenizer, 'tiger '.repeat(29), 2, 'prefix')).toThrow('expected at most 28 tokens');
  });
});

describe('the tokens a search may use', () => {
  const piecesOf = (ids: readonly number[]) => ids.map((id) => tokenizer.piece(id) as string);

  it('are never special ones, and typeable ones come back as themselves', () => {
    const all = allowedTokens(tokenizer, 'all', []);
    const typeable = allowedTokens(tokenizer, 'typeable', []);
    expect(all).toHaveLength(tokenizer.vocabSize - 2);
    for (const id of [tokenizer.startId, tokenizer.endId]) expect(all).not.toContain(id);
    expect(typeable.length).toBeGreaterThan(500);
    for (const id of typeable) {
      expect(tokenizer.encode(tokenizer.decode([id])).ids[1]).toBe(id);
      expect(tokenizer.decode([id])).toMatch(/^[^\s\p{C}]+$/u);
    }
  });

  it('leave out a forbidden word, what begins it and what it begins', () => {
    const pieces = piecesOf(allowedTokens(tokenizer, 'all', ['Church', 'Van Gogh']));
    for (const piece of tokenizer.encode('church van gogh').pieces) {
      const first = ['church', 'van', 'gogh'].some((word) => word.startsWith(piece.replace('</w>', '')));
      if (first) expect(pieces).not.toContain(piece);
    }
    expect(pieces).not.toContain('church</w>');
    expect(pieces).not.toContain('c');
    expect(pieces).toContain('tiger</w>');
    for (const piece of pieces) expect(piece.startsWith('church')).toBe(false);
  });
});
