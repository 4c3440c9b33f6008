import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SearchContext } from '../attacks/attack.ts';
import { bestCandidate, pairsEach } from '../attacks/best-candidate.ts';
import { attackById } from '../attacks/registry.ts';
import { promptFrame } from '../attacks/prompt-frame.ts';
import { allowedTokens } from '../attacks/vocabulary.ts';
import { Random } from '../core/random.ts';
import { checkedValues } from '../records/parameters.ts';
import { addNoise, noiseSchedule } from '../diffusion/noise-schedule.ts';
import { Engine } from './engine.ts';
import { microPlatform } from '../testing/micro-model.ts';

const slots = 2;
const prompt = 'a photo of a church';
let engine: Engine;
let allowed: readonly number[];

beforeAll(async () => {
  engine = new Engine(await microPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  allowed = allowedTokens(engine.opened.pipeline.model.tokenizer, 'typeable', []);
});

afterAll(() => engine.dispose());

function contextWith(random: Random): SearchContext {
  const { pipeline, space } = engine.opened;
  const frame = promptFrame(pipeline.model.tokenizer, prompt, slots, 'prefix');
  const targets = [Random.seeded(2, 'picture').normals(pipeline.latentSize)];
  return { pipeline, space, victim: null, concept: 'church', prompt, frame, allowed, targets, random };
}

/** Slots that can hold the first three allowed tokens, mostly the first. */
const rows = () => Array.from({ length: slots }, () => Float32Array.from(allowed, (_, i) => [0.4, 0.3, 0.3][i] ?? 0));

/** The error of a sequence on the bank that a choice from this state of the stream makes, one prediction at a time. */
async function errorOf(ids: readonly number[], random: Random): Promise<number> {
  const { pipeline, frame, targets } = contextWith(random);
  const schedule = noiseSchedule(pipeline.model.scheduler);
  const [text] = (await pipeline.encodeIds([frame.fill(ids)])) as [Float32Array];
  let sum = 0;
  for (let pair = 0; pair < pairsEach; pair++) {
    const timestep = Math.floor(((pair + 0.5) * schedule.numTrainTimesteps) / pairsEach);
    const noise = random.normals(pipeline.latentSize);
    const latents = addNoise(schedule, random.pick(targets), noise, timestep);
    const [predicted] = (await pipeline.predictNoise([{ latents, timestep, text }], null)) as [Float32Array];
    sum += noise.reduce((error, value, i) => error + (value - (predicted[i] as number)) ** 2, 0) / noise.length;
  }
  return sum / pairsEach;
}

describe('the candidate a round offers', () => {
  it('is the sequence of lowest error, and never one that an earlier round offered', async () => {
    const all = [0, 1, 2].flatMap((a) => [0, 1, 2].map((b) => [allowed[a], allowed[b]] as number[]));
    const offered: (readonly number[])[] = [];
    for (let round = 1; round <= all.length; round++) {
      const random = Random.seeded(round, 'search');
      // 200 draws from nine sequences hold all of them, so the stream stands where the bank is drawn.
      const chosen = await bestCandidate(contextWith(random), rows(), 200, offered);
      const bank = Random.seeded(round, 'search');
      for (let i = 0; i < 199 * slots; i++) bank.uniform();
      const open = all.filter((ids) => !offered.some((before) => String(before) === String(ids)));
      const errors: number[] = [];
      for (const ids of open) errors.push(await errorOf(ids, Random.restored(bank.state())));
      expect(chosen).toEqual(open[errors.indexOf(Math.min(...errors))]);
      offered.push(chosen);
    }
    expect(new Set(offered.map(String)).size).toBe(9);
    // Nothing else is left to offer.
    const again = await bestCandidate(contextWith(Random.seeded(1, 'search')), rows(), 200, offered);
    expect(offered.map(String)).toContain(String(again));
  });

  it('is the most probable one, without a single prediction, where one is asked for', async () => {
    const random = Random.seeded(1, 'search');
    const before = random.state();
    expect(await bestCandidate(contextWith(random), rows(), 1, [])).toEqual([allowed[0], allowed[0]]);
    expect(random.state()).toEqual(before);
  });
});

describe('a search from a checkpoint', () => {
  it('refuses slots of another size, which an earlier default may have left', () => {
    const { descriptor, plan } = attackById('unlearndiff');
    const { search } = plan(checkedValues('unlearndiff', descriptor.parameters, { tokens: slots }));
    const context = contextWith(Random.seeded(1, 'search'));
    const state = (size: number) => ({
      random: context.random.state(),
      vectors: new Map([['u', new Float32Array(size)]]),
    });
    expect(() => search(context, state(3 * allowed.length))).toThrow(/expected slots of \d+ numbers/);
    expect(() => search(context, state(slots * allowed.length))).not.toThrow();
  });
});
