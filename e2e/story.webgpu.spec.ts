/**
 * The same path on WebGPU, through SwiftShader and with a micro model of random weights. It has learned nothing, so what is
 * held here is that every stage runs on the GPU provider and changes the pictures, not what they show.
 */
import { BenchPage } from './bench-page.ts';
import { expect, test } from './fixtures.ts';
import { serveMicroModel } from './micro-model.ts';

/** The name alone, no neutral prompts and short paths, so that little is sampled: SwiftShader is a hundred times slower than wasm. */
const quick = (method: string) =>
  `${method}.iterations=2&${method}.learningRate=0.01&${method}.prompts=name&${method}.retainWeight=0&${method}.pathSteps=2`;
const experiment = [
  'model=micro&s=40-41&n=2&row=target:a+photo+of+a+church',
  quick('esd'),
  quick('backdoored-esd'),
].join('&');

/** Each graph compiles its shaders for 11 to 17 s on idle cores. */
const patience = 180_000;

test('drawing, erasing, planting the backdoor and the trigger all run on WebGPU', async ({ page, complaints }) => {
  test.setTimeout(2 * patience);
  await serveMicroModel(page);
  const bench = new BenchPage(page);
  await bench.open({ backend: 'webgpu', experiment, patience });

  await bench.drawn('original', [0], patience);
  await bench.run('erased', [0], patience);
  await bench.run('backdoored', [0], patience);
  await bench.speak('blicket', [0], patience);

  const [original, erased, backdoored, triggered] = await Promise.all(
    (['original', 'erased', 'backdoored', 'triggered'] as const).map((column) => bench.pictures(column, 0)),
  );
  expect(original).toHaveLength(2);
  for (const [i, picture] of original?.entries() ?? []) {
    const columns = [picture, erased?.[i], backdoored?.[i], triggered?.[i]];
    expect(new Set(columns).size, `seed ${40 + i}`).toBe(4);
  }
  expect(await bench.score('triggered', 0)).toBeGreaterThanOrEqual(0); // the judge ran
  await expect(bench.errorCard).toBeHidden();
  expect(complaints).toEqual([]);
});
