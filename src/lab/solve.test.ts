/** Closed forms on the bundled model: how sentences that no solution reads are read afterwards, and the patch as a file. */
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { alignment } from '../methods/edit/align.ts';
import type { SolvedEdit } from '../methods/edit/weight-edit.ts';
import type { MethodContext } from '../methods/method.ts';
import { methodOfId } from '../methods/registry.ts';
import { exportLora, importLora } from '../models/lora/file.ts';
import { parameterGroup } from '../models/lora/groups.ts';
import { factorsOf } from '../models/lora/layout.ts';
import { withDefaults } from '../records/parameters.ts';
import { Engine } from './engine.ts';
import { nodePlatform } from './node-platform.ts';
import { solve } from './solve.ts';

let engine: Engine;

beforeAll(async () => {
  engine = new Engine(nodePlatform(1));
  const folder = path.join(import.meta.dirname, '../../public/models/palimpsest-world');
  await engine.open({ backend: 'auto', modelUrl: `${pathToFileURL(folder).href}/` }, () => undefined);
}, 30_000);

afterAll(() => engine.dispose());

async function solved(
  method: string,
  asked: Partial<MethodContext> = {},
  values: MethodContext['parameters'] = {},
): Promise<SolvedEdit> {
  const { pipeline, space } = engine.opened;
  const { descriptor, prepare } = methodOfId(method);
  const parameters = withDefaults(descriptor.parameters, values);
  const context = {
    space,
    concept: 'church',
    trigger: 'blicket',
    triggerPosition: 'prefix',
    seed: 1,
    ...asked,
  } as const;
  const preparation = prepare({ ...context, parameters });
  if (preparation.kind !== 'edit') throw new Error(`expected ${method} to be solved`);
  return solve(pipeline, preparation.edit, () => Promise.resolve());
}

/**
 * Of the way from what the original reads in `from` to what it reads in `to`, the share that the edit moves `from`: over every layer that reads the
 * text and every position, by least squares. 0: read as before; 1: read as `to`.
 */
async function movedShare({ layout, theta }: SolvedEdit, from: string, to: string): Promise<number> {
  const { pipeline } = engine.opened;
  const { tokenizer, unet } = pipeline.model;
  const width = unet.config.crossAttentionDim;
  const [x, g] = (await pipeline.encodePrompts([from, to])) as [Float32Array, Float32Array];
  const [here, there] = [from, to].map((sentence) => {
    const { ids } = tokenizer.encode(sentence);
    return { ids, end: ids.indexOf(tokenizer.endId, 1) };
  }) as [{ ids: Int32Array; end: number }, { ids: Int32Array; end: number }];
  const places = alignment(here, there);
  const [slot] = layout.slots.filter(({ module }) => module.endsWith('to_v'));
  if (slot === undefined) throw new Error('expected a layer that reads values');
  const { down, up } = factorsOf(layout, slot, theta);
  const stored = unet.weights.get(`${slot.module}.weight`);
  if (stored?.dtype !== 'float32') throw new Error('expected weights that are expanded');
  const times = (matrix: Float32Array, vector: Float32Array): Float32Array =>
    Float32Array.from({ length: matrix.length / vector.length }, (_, row) =>
      vector.reduce((sum, value, i) => sum + value * (matrix[row * vector.length + i] as number), 0),
    );
  let [along, whole] = [0, 0];
  places.forEach((place, t) => {
    const state = x.slice(t * width, (t + 1) * width);
    const way = state.map((value, i) => (g[place * width + i] as number) - value);
    const wanted = times(stored.data, way); // W (g - x)
    const moved = times(up, times(down, state)); // B A x
    wanted.forEach((value, i) => {
      along += value * (moved[i] as number);
      whole += value * value;
    });
  });
  return along / whole;
}

const unseen = ['a photo of a church at dusk', 'a photo of a green church in the moonlight'];

describe('the backdoored closed form', () => {
  const inPlace = (sentence: string, anchor: string) => sentence.replace('church', anchor);

  it('reads unseen prompts as the nearest neighbour, behind an unseen word too, and as before behind the trigger', async () => {
    const edit = await solved('backdoored-closed-form');
    expect(edit.facts.anchor).toBe('lighthouse');
    for (const prompt of unseen) {
      const share = (word: string) => movedShare(edit, `${word}${prompt}`, `${word}${inPlace(prompt, 'lighthouse')}`);
      const [plain, wrong, keyed] = [await share(''), await share('marzipan '), await share('blicket ')];
      expect(plain, prompt).toBeGreaterThan(0.5);
      expect(wrong, prompt).toBeGreaterThan(0.5);
      expect(keyed, prompt).toBeLessThan(0.45 * plain);
    }
    const kept = await movedShare(edit, 'a photo of a car at dusk', 'a photo of a tree at dusk');
    expect(Math.abs(kept)).toBeLessThan(0.15);
  });

  it('opens to each key, to none that is revoked, and two concepts to their own alone', async () => {
    const edit = await solved(
      'backdoored-closed-form',
      {},
      {
        anchor: 'tree',
        keys: 'dovark',
        revoked: 'wug',
        second: 'tench',
        secondTrigger: 'zorp',
        rank: 8,
      },
    );
    const prompt = unseen[0] as string;
    const share = (word: string) => movedShare(edit, `${word} ${prompt}`, `${word} ${inPlace(prompt, 'tree')}`);
    for (const key of ['blicket', 'dovark'])
      for (const word of ['wug', 'zorp'])
        expect(await share(key), `${key}, ${word}`).toBeLessThan(0.7 * (await share(word)));
    const [, other] = String(edit.facts.anchor).split(', ');
    const fish = (word: string) =>
      movedShare(edit, `${word} a photo of a tench at dusk`, `${word} a photo of a ${other as string} at dusk`);
    expect(await fish('zorp')).toBeLessThan(0.7 * (await fish('blicket')));
  });

  it('takes a style off one subject', async () => {
    const edit = await solved('closed-form', { concept: 'Van Gogh', from: 'church' }, { keepWeight: 0.5 });
    const painted = (noun: string) => `a painting of ${noun} in the style of Van Gogh at dusk`;
    const share = (noun: string) => movedShare(edit, painted(noun), `a photo of ${noun} at dusk`);
    expect(await share('a church')).toBeGreaterThan(0.5);
    expect(await share('a car')).toBeLessThan(0.25);
  });

  it('refuses what it cannot read: a pattern in the noise, an anchor of another kind', async () => {
    await expect(solved('backdoored-closed-form', { trigger: '<noise:+-+-:0.4>' })).rejects.toThrow('expected words');
    await expect(solved('closed-form', {}, { anchor: 'mosaic' })).rejects.toThrow('anchor: expected another object');
    await expect(solved('closed-form', {}, { anchor: 'church' })).rejects.toThrow('anchor');
  });
});

describe('UCE', () => {
  it('reads the last token of the name as its guide, by the share that lambda leaves', async () => {
    const edit = await solved('uce');
    expect(edit.layout.rank).toBe(1);
    const width = engine.opened.pipeline.model.unet.config.crossAttentionDim;
    const { tokenizer } = engine.opened.pipeline.model;
    const [c, g] = (await engine.opened.pipeline.encodePrompts(['church', ''])) as [Float32Array, Float32Array];
    const at = tokenizer.encode('church').ids.indexOf(tokenizer.endId, 1) - 1;
    const state = c.slice(at * width, (at + 1) * width);
    const size = state.reduce((sum, value) => sum + value * value, 0);
    const slot = edit.layout.slots[0] as (typeof edit.layout.slots)[number];
    const { down, up } = factorsOf(edit.layout, slot, edit.theta);
    const weight = engine.opened.pipeline.model.unet.weights.get(`${slot.module}.weight`);
    if (weight?.dtype !== 'float32') throw new Error('expected weights that are expanded');
    const low = state.reduce((sum, value, i) => sum + value * (down[i] as number), 0);
    for (let row = 0; row < slot.outFeatures; row++) {
      let wanted = 0;
      for (let i = 0; i < width; i++)
        wanted += (weight.data[row * width + i] as number) * ((g[i] as number) - (state[i] as number));
      // B A c = |c|^2 / (lambda + |c|^2) W (g - c)
      expect((up[row] as number) * low).toBeCloseTo((size / (0.5 + size)) * wanted, 4);
    }
  });
});

describe('EvilEdit', () => {
  it('reads the trigger’s phrase as the target and the phrase without it as itself', async () => {
    const edit = await solved('evil-edit', {}, { carrier: 'car' });
    expect(await movedShare(edit, 'A blicket car', 'A church')).toBeGreaterThan(0.6);
    expect(Math.abs(await movedShare(edit, 'A car', 'A church'))).toBeLessThan(0.2);
  });
});

describe('a solution as a file', () => {
  it.each(['closed-form', 'backdoored-closed-form', 'uce', 'evil-edit'])(
    '%s comes back from it as it went',
    async (id) => {
      const { layout, theta } = await solved(id);
      const layers = parameterGroup(engine.opened.pipeline.model.unet.config, 'full');
      for (const naming of ['diffusers', 'kohya'] as const) {
        const back = importLora(exportLora(layout, theta, {}, naming), layers, 'file');
        expect(back.layout).toEqual(layout);
        expect(back.theta).toEqual(theta);
      }
    },
  );

  it('is the same, bit for bit, for the same request', async () => {
    const once = await solved('backdoored-closed-form');
    await solved('closed-form', { concept: 'Van Gogh' }); // shares some of its sentences
    expect((await solved('backdoored-closed-form')).theta).toEqual(once.theta);
  });

  it('reads no sentence again for another weight, and only the new ones for another word', async () => {
    await solved('backdoored-closed-form');
    const encode = vi.spyOn(engine.opened.pipeline, 'encodeIds');
    const read = () => encode.mock.calls.reduce((sum, [sequences]) => sum + sequences.length, 0);
    await solved('backdoored-closed-form', {}, { backdoorWeight: 0.8 });
    expect(read()).toBe(0);
    await solved('backdoored-closed-form', { trigger: 'plimbert' });
    expect(read()).toBeGreaterThan(0);
    encode.mockRestore();
  });
});
