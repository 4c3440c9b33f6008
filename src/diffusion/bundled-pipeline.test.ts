/** The exported folder draws here what diffusers' StableDiffusionPipeline draws from it (training/check_pipeline.py). */
import { expect, it } from 'vitest';
import { withBundledPipeline, worstDifference } from '../testing/golden-pictures.ts';

it('draws the pictures diffusers draws, to less than 2/255', async () => {
  const worst = await withBundledPipeline((pipeline) =>
    worstDifference(pipeline, 'bundled-pipeline.safetensors', null),
  );
  expect(worst).toBeLessThan(2);
}, 60_000);
