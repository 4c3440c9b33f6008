import { afterAll, beforeAll, expect, it } from 'vitest';
import { promptFrame } from '../attacks/prompt-frame.ts';
import type { RunEvent } from '../records/events.ts';
import type { DrawRequest } from '../rpc/engine-service.ts';
import { drawPictures } from './draw.ts';
import { Engine } from './engine.ts';
import { microPlatform } from '../testing/micro-model.ts';
import { replayFound } from './replay-prompts.ts';

const prompt = 'a photo of a church';
const options = { numInferenceSteps: 2, guidanceScale: 3, variant: null, concept: null };

let engine: Engine;

beforeAll(async () => {
  engine = new Engine(await microPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
});

afterAll(() => engine.dispose());

/** Two ids that typing joins into others, and two that it gives back. */
function tokens(): { readonly lost: readonly number[]; readonly kept: readonly number[] } {
  const { tokenizer } = engine.opened.pipeline.model;
  const one = (word: string) => tokenizer.encode(word).ids[1] as number;
  const frame = promptFrame(tokenizer, prompt, 2, 'prefix');
  const survives = (ids: readonly number[]) => {
    const filled = frame.fill(ids);
    return tokenizer.encode(frame.text(ids)).ids.every((id, i) => id === filled[i]);
  };
  const kept = [one('moon'), one('house')];
  const letters = [...'abcdefghij'].flatMap((a) => [...'abcdefghij'].map((b) => [a, b] as const));
  // A piece that goes on without a space before it, from the first piece of a longer word.
  const lost = letters.map(([a, b]) => [one(`${a}${b}zq`), one('moon')]).find((ids) => !survives(ids));
  if (lost === undefined || !survives(kept)) throw new Error('expected ids that typing changes and ids it keeps');
  return { lost, kept };
}

async function pictures(ids: readonly number[]): Promise<readonly (RunEvent & { type: 'picture' })[]> {
  const cell = { cell: { column: 'attacked', row: 0 }, prompt, adapterId: null, adapterStrength: 1 } as const;
  const request: DrawRequest = {
    ...{ kind: 'draw', cells: [{ ...cell, added: { ids, insertion: 'prefix' } }], concept: 'church', seeds: [40, 41] },
    ...{ numInferenceSteps: 2, guidanceScale: 3, previewEvery: 1 },
  };
  const drawn: (RunEvent & { type: 'picture' })[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    const unlisten = engine.listen((event) => {
      if (event.type === 'picture') drawn.push(event);
      if (event.type !== 'finished') return;
      unlisten();
      if (event.error === null) resolve();
      else reject(new Error(event.error.message));
    });
  });
  await engine.start(request);
  await ended;
  return drawn;
}

it('draws found tokens by their ids, and as typed text beside them where that gives others', async () => {
  const { pipeline } = engine.opened;
  const { lost } = tokens();
  const frame = promptFrame(pipeline.model.tokenizer, prompt, 2, 'prefix');
  const [text] = await pipeline.encodeIds([frame.fill(lost)]);
  const seeds = [40, 41];
  const typed = frame.text(lost);
  const byIds = await drawPictures(
    pipeline,
    seeds.map((seed) => ({ prompt: typed, seed, text: text as Float32Array })),
    options,
  );
  const byText = await drawPictures(
    pipeline,
    seeds.map((seed) => ({ prompt: typed, seed })),
    options,
  );
  const drawn = await pictures(lost);
  expect(drawn.map(({ seed }) => seed)).toEqual(seeds);
  for (const [i, { picture, asText, prompt: shown }] of drawn.entries()) {
    expect(shown).toBe(typed);
    expect(asText?.picture.pixels).not.toEqual(picture.pixels);
    expect(furthest(picture.pixels, byIds[i]?.picture.pixels)).toBeLessThanOrEqual(1);
    expect(furthest(asText?.picture.pixels, byText[i]?.picture.pixels)).toBeLessThanOrEqual(1);
  }
});

it('draws them once where typing gives them back', async () => {
  const drawn = await pictures(tokens().kept);
  expect(drawn.map(({ asText }) => asText)).toEqual([undefined, undefined]);
});

it('refuses tokens that do not fit beside the prompt', async () => {
  await expect(pictures(Array.from({ length: 80 }, () => tokens().kept[0] as number))).rejects.toThrow(
    'expected at most',
  );
});

it('replays finds by ids and by text, in their order', async () => {
  const { pipeline } = engine.opened;
  const { lost, kept } = tokens();
  const concept = (await engine.catalog()).concepts.find(({ id }) => id === 'church');
  if (concept === undefined) throw new Error('the world has no church');
  const found = [lost, kept].map((ids) => ({ prompt, ids, insertion: 'prefix' as const, seed: 40 }));
  const shows = await replayFound(pipeline, null, found, { ...options, concept, heldOut: null });
  expect(shows).toEqual([
    { asIds: false, asText: false },
    { asIds: false, asText: false },
  ]);
});

/** The largest difference of two pictures, of 255. */
function furthest(a: Uint8ClampedArray | undefined, b: Uint8ClampedArray | undefined): number {
  if (a === undefined || b?.length !== a.length) return Infinity;
  return a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] as number))), 0);
}
