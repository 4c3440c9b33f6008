/** What a program of the bundled model weighs with its weights inside and beside it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { encodeModel } from '../graph/encode.ts';
import type { Graph } from '../graph/graph.ts';
import { weightsAsInputs } from '../graph/weights-as-inputs.ts';
import type { DiffusionModel } from '../models/family.ts';
import { withBundledPipeline } from '../testing/golden-pictures.ts';
import { decodeGraph, noiseGraph, textGraph } from './pipeline-graphs.ts';

describe('a program of the bundled model, with its large weights as inputs,', () => {
  let model: DiffusionModel;
  beforeAll(async () => {
    model = await withBundledPipeline((pipeline) => Promise.resolve(pipeline.model));
  });

  /** Measured: 22.5 MB and 197 kB, 4.0 MB and 42 kB, 2.0 MB and 37 kB. */
  const programs: readonly (readonly [string, () => Graph, number, number])[] = [
    ['the UNet', () => noiseGraph(model, 8, null), 20e6, 220e3],
    ['the text encoder', () => textGraph(model, 8, 'ids'), 3.5e6, 50e3],
    ['the picture decoder', () => decodeGraph(model, 4), 1.8e6, 45e3],
  ];
  it.each(programs)('is a graph of kilobytes: %s', (_name, graph, whole, small) => {
    expect(encodeModel(graph()).length).toBeGreaterThan(whole);
    expect(encodeModel(weightsAsInputs(graph(), 'offset').graph).length).toBeLessThan(small);
  });
});
