import { describe, expect, it } from 'vitest';
import { isSameModel, modelIdOf, modelName, parseModelId, weightsOf } from './model-id.ts';

describe('a model’s id', () => {
  it('has a name for people and the hash that decides', () => {
    const id = modelIdOf('My model (v2)', '0123456789ab');
    expect(id).toBe('My-model-v2-@0123456789ab');
    expect(parseModelId(id)).toEqual({ name: 'My-model-v2-', hash: '0123456789ab' });
    expect(modelName(id)).toBe('My-model-v2-');
    expect(modelIdOf('../..', '0123456789ab')).toBe('model@0123456789ab');
    expect(modelIdOf('我的模型', '0123456789ab')).toBe('我的模型@0123456789ab');
  });

  it('is the same by its hash whatever the name, and by its name where a hash was not written down', () => {
    expect(isSameModel('one@0123456789ab', 'other@0123456789ab')).toBe(true);
    expect(isSameModel('one@0123456789ab', 'one@ba9876543210')).toBe(false);
    expect(isSameModel('palimpsest-world', 'palimpsest-world@0123456789ab')).toBe(true);
    expect(weightsOf('one@0123456789ab')).toBe(weightsOf('other@0123456789ab'));
    expect(weightsOf('palimpsest-world')).toBe('palimpsest-world');
    expect(isSameModel('palimpsest-world', 'one@0123456789ab')).toBe(false);
  });

  it('is nothing else', () => {
    for (const text of [
      '',
      '.',
      '../up',
      'a/b',
      'a@b',
      'a@0123456789AB',
      'a@0123456789abc',
      '-a',
      `a${'b'.repeat(64)}`,
    ])
      expect(parseModelId(text)).toBeNull();
  });
});
