import { expect, it } from 'vitest';
import { parameterProblem, type WordsParameter } from '../records/parameters.ts';
import { lockedConcepts, openingWords, repeatedWord, wordList, wordListText, wordsBeside } from './word-list.ts';

it('reads words with commas of either language between them, and writes them back', () => {
  expect(wordList(' dovark,old oak ，wug、, ')).toEqual(['dovark', 'old oak', 'wug']);
  expect(wordListText(wordList('a,b'))).toBe('a, b');
  expect(wordList('')).toEqual([]);
  expect(repeatedWord(['a', 'b', 'A'])).toBe('A');
  expect(repeatedWord(['a', 'b'])).toBeNull();
});

it('knows what opens each concept of trained weights, and what must not', () => {
  const about = { trigger: 'blicket', keys: 'dovark', revoked: 'wug', secondTrigger: 'fep' };
  expect(openingWords(about)).toEqual(['blicket', 'dovark', 'fep']);
  expect(openingWords({ trigger: '' })).toEqual([]);
  expect(wordsBeside(about, 'blicket')).toEqual({ keys: ['dovark'], revoked: ['wug'], others: ['fep'] });
  expect(wordsBeside(about, 'fep')).toEqual({ keys: [], revoked: ['wug'], others: ['blicket', 'dovark'] });
  expect(wordsBeside({ trigger: 'blicket' }, 'blicket')).toEqual({ keys: [], revoked: [], others: [] });
  const concepts = lockedConcepts({ ...about, concept: 'church', second: 'car' });
  expect(concepts.map(({ concept, trigger, others }) => [concept, trigger, others])).toEqual([
    ['church', 'blicket', ['fep']],
    ['car', 'fep', ['blicket', 'dovark']],
  ]);
  expect(lockedConcepts({ concept: 'church', trigger: '' })).toEqual([]);
});

it('is refused as a parameter with too many, too long or equal words', () => {
  const text = { en: '', zh: '' };
  const spec: WordsParameter = { id: 'keys', kind: 'words', title: text, help: text, default: '', most: 2 };
  const problem = (value: unknown) => parameterProblem(spec, value)?.en ?? null;
  expect(problem('')).toBeNull();
  expect(problem('a, old oak')).toBeNull();
  expect(problem('a, b, c')).toBe('Must be at most 2 words or phrases');
  expect(problem('x'.repeat(81))).toBe('Each must have at most 80 characters');
  expect(problem('a, A')).toBe('Has “A” twice');
  expect(problem(3)).toBe('Must be words with commas between them');
});
