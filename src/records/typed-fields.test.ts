/** Numbers and texts in links and fields: what nobody means is a problem that is said, never a value. */
import { describe, expect, it } from 'vitest';
import { parameterProblem, readParameter, type ParameterSpec } from './parameters.ts';
import { readSearchSeed } from './search-fields.ts';
import { readSeeds } from './seeds.ts';
import { decodeExperiment } from './url.ts';
import { readField } from './url-fields.ts';

const problemsOf = (query: string) => decodeExperiment(query, null).problems.map(({ field }) => field);

describe('a link', () => {
  it.each(['NaN', 'Infinity', '-Infinity', '1e999', '0x3', '', ' ', '-1', '1e30'])(
    'has no guidance, strength or steps of %j',
    (text) => {
      for (const key of ['g', 'es', 'bs', 'n']) {
        const { given, problems } = decodeExperiment(`${key}=${encodeURIComponent(text)}`, null);
        expect(given).toEqual({});
        expect(problems).toHaveLength(1);
      }
    },
  );

  it('reads full-width digits, and -0 as 0', () => {
    const { given } = decodeExperiment(`g=${encodeURIComponent('－０')}&n=${encodeURIComponent('２０')}`, null);
    expect(given).toEqual({ guidanceScale: 0, numInferenceSteps: 20 });
    expect(Object.is(given.guidanceScale, 0)).toBe(true);
  });

  it('refuses half a character and control characters in every text', () => {
    // The parser of links turns half a surrogate pair into U+FFFD by itself; control characters come through.
    for (const key of ['c', 'f', 't']) expect(problemsOf(`${key}=bli%00cket`)).toEqual([key]);
    expect(problemsOf('row=target:a%1B[31mphoto')).toEqual(['row']);
    expect(readField('trigger', 'bli\uD83Dcket')).toHaveProperty('problem.en', 'Holds U+D83D, which cannot be written');
    expect(readField('trigger', 'bli\uD83Dcket')).toHaveProperty('problem.zh');
    expect(readField('trigger', '⛪')).toEqual({ value: '⛪' });
  });
});

describe('seeds in a field', () => {
  it('are read with any comma and any digits', () => {
    expect(readSeeds('４０，４１、42')).toEqual({ value: [40, 41, 42] });
    expect(readSeeds('４０－４２')).toEqual({ value: [40, 41, 42] });
    expect(readSearchSeed(['７'])).toEqual({ value: 7 });
  });

  it.each(['', ' ', '40,', ',', '40,,41', '0x28', '1e1', '4294967296', '40,40', '-1', 'Infinity'])(
    'are not %j',
    (text) => {
      expect(readSeeds(text)).toHaveProperty('problem');
      if (!text.includes(',')) expect(readSearchSeed([text])).toHaveProperty('problem');
    },
  );
});

describe('a parameter', () => {
  const local = { en: 'x', zh: 'x' };
  const rate: ParameterSpec = {
    ...{ id: 'rate', kind: 'number', title: local, help: local, default: 0.01, min: 0, max: 0.1, step: 0.01 },
    scale: 'linear',
  };
  const keys: ParameterSpec = { id: 'keys', kind: 'words', title: local, help: local, default: '', most: 4 };

  it.each(['1e10', '1e30', '1e999', 'NaN', '', '0x0', '-1'])('is not %j', (text) => {
    expect(readParameter(rate, text)).toHaveProperty('problem');
  });

  it('takes no number that is not finite from a record either', () => {
    for (const value of [NaN, Infinity, null, '0.05']) expect(parameterProblem(rate, value)).not.toBeNull();
  });

  it('has no words that cannot be written', () => {
    expect(readParameter(keys, 'dovark, old\uD83D oak')).toHaveProperty(
      'problem.en',
      'Holds U+D83D, which cannot be written',
    );
    expect(readParameter(keys, 'dovark，old oak')).toEqual({ value: 'dovark，old oak' });
  });
});
