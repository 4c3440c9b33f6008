import { expect, it } from 'vitest';
import { LoraTrainer } from '../methods/training/trainer.ts';
import { microPlatform } from '../testing/micro-model.ts';
import { CostModel } from './cost-model.ts';
import { Engine } from './engine.ts';
import { planFor } from './prepare.ts';

/** Predictions a training takes besides its updates, told and counted. */
it.each([
  // Not every x_t of a renewed path is drawn, so that the frozen model is asked for less than is allowed for.
  ['pooled', 0.9, 2],
  ['fresh', 0.85, 1.15],
])('a training with %s x_t is priced by the predictions it takes', async (sampling, least, most) => {
  const engine = new Engine(await microPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  const { pipeline, space } = engine.opened;
  const parameters = { prompts: 'name', retainWeight: 0, iterations: 40, sampling, pathSteps: 5, times: 'uniform' };
  const asked = { method: 'esd', concept: 'church', trigger: '', triggerPosition: 'prefix', seed: 5 } as const;
  const plan = planFor(space, { ...asked, parameters });
  const costs = new CostModel();
  costs.observe('noise', 1, 1);
  costs.observe('update', 1, 0);
  let predictions = 0;
  const predict = pipeline.predictNoise.bind(pipeline);
  pipeline.predictNoise = (queries, adapter) => {
    predictions += queries.length;
    return predict(queries, adapter);
  };
  const trainer = new LoraTrainer(pipeline, plan);
  await trainer.prepare();
  for (let update = 0; update < plan.iterations; update++) await trainer.iterate();
  await trainer.dispose();
  await engine.dispose();
  const share = costs.training(plan) / predictions;
  expect(share).toBeGreaterThan(least);
  expect(share).toBeLessThan(most);
});
