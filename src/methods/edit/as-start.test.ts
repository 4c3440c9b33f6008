import { describe, expect, it } from 'vitest';
import { withDefaults } from '../../records/parameters.ts';
import { bundledSpace } from '../../testing/bundled-space.ts';
import { backdooredClosedForm } from '../backdoor/backdoored-closed-form.ts';
import { backdooredEsd } from '../backdoor/backdoored-esd.ts';
import { esd } from '../erasure/esd.ts';
import type { Method, MethodContext } from '../method.ts';
import { planOf } from '../training-method.ts';

const context = (method: Method, parameters: MethodContext['parameters']): MethodContext => ({
  ...{ space: bundledSpace, concept: 'church', trigger: 'blicket', triggerPosition: 'suffix', seed: 1 },
  parameters: withDefaults(method.descriptor.parameters, parameters),
});

describe('a training from the closed form', () => {
  it('starts from the solution of the same words, keys and weight', () => {
    const asked = { keys: 'dovark', revoked: 'quuxle', backdoorWeight: 0.3, rank: 6 };
    const { start } = planOf(backdooredEsd, context(backdooredEsd, { ...asked, warmStart: true }));
    const same = backdooredClosedForm.prepare(context(backdooredClosedForm, { ...asked, rank: 4 }));
    expect(same.kind === 'edit' ? same.edit.sentences : []).toEqual(start?.sentences);
    for (const word of ['blicket', 'dovark', 'quuxle'])
      expect(
        start?.sentences.some((sentence) => sentence.endsWith(` ${word}`)),
        word,
      ).toBe(true);
  });

  it('is asked for, and needs layers that hold it', () => {
    expect(planOf(esd, context(esd, {})).start).toBeUndefined();
    expect(planOf(esd, context(esd, { warmStart: true })).start?.prompts.length).toBeGreaterThan(0);
    expect(() => planOf(esd, context(esd, { warmStart: true, group: 'noxattn' }))).toThrow(
      'warmStart: expected layers with cross-attention to train, got "noxattn"',
    );
  });
});
