/** What is done while memory is watched. Node and browser. */
import { decodeGraph, noiseGraph, textGraph } from '../../src/diffusion/pipeline-graphs.ts';
import { Engine } from '../../src/lab/engine.ts';
import { openModel } from '../../src/lab/open-model.ts';
import type { EnginePlatform } from '../../src/lab/platform.ts';
import { defaultAdamW } from '../../src/methods/training/adamw.ts';
import { loraGraph } from '../../src/methods/training/lora-graph.ts';
import { parameterGroup } from '../../src/models/lora/groups.ts';
import { loraLayout } from '../../src/models/lora/layout.ts';
import type { OpenOptions } from '../../src/rpc/engine-service.ts';
import type { Ledger } from '../../src/runtime/executor.ts';
import { completeExperiment } from '../../src/ui/state/default-experiment.ts';
import { drawRequest, methodOf, noAdditions, trainRequest } from '../../src/ui/state/requests.ts';
import { finished } from './job.ts';

export interface MemoryWork {
  readonly backend: OpenOptions['backend'];
  readonly modelUrl: string;
}

/** Of the four pictures, and of the paths that the training takes its x_t from. */
const steps = 20;
/** Updates of four rows, with the whole pool of paths before them. */
const iterations = 20;

/**
 * Opens a model, draws four pictures, trains a little and draws them again with the trained weights. Gives what is held at the end,
 * before the engine goes.
 */
export async function openDrawTrain(platform: EnginePlatform, { backend, modelUrl }: MemoryWork): Promise<Ledger> {
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

/**
 * Makes the programs that a Bench with trained weights has, and runs none of them: on a GPU in software a run takes minutes. Gives what
 * is held with all of them.
 */
export async function makePrograms(platform: EnginePlatform, { backend, modelUrl }: MemoryWork): Promise<Ledger> {
  const { executor } = await platform.createExecutor(backend);
  const { model } = await openModel(platform, { modelUrl }, () => undefined);
  const layout = loraLayout(parameterGroup(model.unet.config, 'xattn'), 4);
  const { maxLength: maxTokens } = model.tokenizer;
  const update = loraGraph('update', { ...model.unet, layout, rows: 4, maxTokens, optimiser: defaultAdamW });
  const graphs = [
    textGraph(model, 1, 'ids'),
    noiseGraph(model, 8, null),
    noiseGraph(model, 8, layout),
    decodeGraph(model, 4),
  ];
  for (const graph of graphs) await executor.load(graph);
  await executor.load(update, { training: true, keepOnDevice: ['theta_out', 'first_moment_out', 'second_moment_out'] });
  const ledger = executor.ledger();
  await executor.dispose();
  return ledger;
}
