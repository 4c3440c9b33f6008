/**
 * What an engine does while its memory is watched: it opens a model, draws four pictures, trains a little and draws them again
 * with the trained weights. Node and browser.
 */
import { Engine } from '../../src/lab/engine.ts';
import type { EnginePlatform } from '../../src/lab/platform.ts';
import type { OpenOptions } from '../../src/rpc/engine-service.ts';
import type { Ledger } from '../../src/runtime/executor.ts';
import { completeExperiment } from '../../src/ui/state/default-experiment.ts';
import { drawRequest, methodOf, noAdditions, trainRequest } from '../../src/ui/state/requests.ts';
import { finished } from './job.ts';

export interface MemoryWork {
  readonly backend: OpenOptions['backend'];
  readonly modelUrl: string;
  /** Of the four pictures, and of the paths that the training takes its x_t from. */
  readonly steps: number;
  /** Updates of four rows, with the whole pool of paths before them. */
  readonly iterations: number;
}

/** What is held at the end, before the engine goes. */
export async function openDrawTrain(
  platform: EnginePlatform,
  { backend, modelUrl, steps, iterations }: MemoryWork,
): Promise<Ledger> {
  const engine = new Engine(platform);
  try {
    const info = await engine.open({ backend, modelUrl }, () => undefined);
    const catalog = await engine.catalog();
    const experiment = completeExperiment({ numInferenceSteps: steps }, catalog);
    const method = methodOf({ catalog, experiment }, 'erased');
    if (method === null) throw new Error('bench: the catalog has no erasure method');
    const draw = (column: 'original' | 'erased', adapterId: string | null) =>
      finished(engine, {
        ...drawRequest(experiment, column, [0], adapterId, noAdditions, info.backend),
        previewEvery: 0,
      });
    await draw('original', null);
    const training = trainRequest(experiment, 'erased', method, info.backend, null);
    const parameters = { ...training.parameters, iterations, pathSteps: steps, prompts: 'name', retainWeight: 0 };
    const { adapter } = await finished(engine, { ...training, parameters, samples: null, sampleEvery: 0 });
    if (adapter === null) throw new Error('bench: expected trained weights, got none');
    await draw('erased', adapter.id);
    return engine.opened.pipeline.executor.ledger();
  } finally {
    await engine.dispose();
  }
}
