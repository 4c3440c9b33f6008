/** The small random models and numbers that training/goldens/make_goldens.py recorded. Node only. */
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { invariant } from '../core/errors.ts';
import { GraphBuilder } from '../graph/builder.ts';
import type { Value } from '../graph/graph.ts';
import type { Feeds } from '../runtime/executor.ts';
import { createNodeExecutor } from '../runtime/ort-node.ts';
import { asFloat32, type HostTensor } from '../tensor/host-tensor.ts';
import { weightsFromSafetensors } from '../tensor/quantise.ts';
import { readSafetensors, type Safetensors } from '../tensor/safetensors.ts';
import { parseAutoencoderConfig } from '../models/config/autoencoder-config.ts';
import { parseClipTextConfig } from '../models/config/clip-text-config.ts';
import { parseSchedulerConfig } from '../models/config/scheduler-config.ts';
import { parseUNetConfig } from '../models/config/unet-config.ts';
import type { Component } from '../models/family.ts';
import type { ModelFolder } from '../models/model-folder.ts';
import { weightsPath } from '../models/model-layout.ts';

export const goldenNames = ['first', 'second'] as const;
export type GoldenName = (typeof goldenNames)[number];

const folder = path.join(import.meta.dirname, '../models/goldens');

/** A recorded folder as a model folder. */
export async function goldenFolder(name: string): Promise<ModelFolder> {
  const paths = await readdir(path.join(folder, name), { recursive: true, withFileTypes: true });
  const files = await Promise.all(
    paths
      .filter((entry) => entry.isFile())
      .map(async (entry): Promise<[string, number]> => {
        const file = path.join(entry.parentPath, entry.name);
        return [path.relative(path.join(folder, name), file).replaceAll(path.sep, '/'), (await stat(file)).size];
      }),
  );
  return { name, files: new Map(files.sort()), read: (file) => readGoldenFile(`${name}/${file}`) };
}

export function readGoldenFile(name: string): Promise<Uint8Array> {
  return readFile(path.join(folder, name));
}

export async function readGoldenJson(name: string): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await readGoldenFile(name))) as unknown;
}

export async function readGoldenTensors(name: string): Promise<Safetensors> {
  return readSafetensors(await readGoldenFile(name), name);
}

/** What the script wrote down beside the tensors: versions and settings. */
export function goldenNotes(file: Safetensors): Readonly<Record<string, unknown>> {
  return JSON.parse(file.metadata.get('golden') ?? '{}') as Record<string, unknown>;
}

export async function readGoldenModel(name: GoldenName) {
  const component = async <Config>(
    part: 'text_encoder' | 'unet' | 'vae',
    parse: (json: unknown, where: string) => Config,
  ): Promise<Component<Config>> => {
    const file = `${name}/${weightsPath(part, 'float32')}`;
    const config = parse(await readGoldenJson(`${name}/${part}/config.json`), `${part}/config.json`);
    return { config, weights: weightsFromSafetensors(await readGoldenTensors(file), file) };
  };
  const goldens = await readGoldenTensors(`${name}/goldens.safetensors`);
  return {
    textEncoder: await component('text_encoder', parseClipTextConfig),
    unet: await component('unet', parseUNetConfig),
    vae: await component('vae', parseAutoencoderConfig),
    scheduler: parseSchedulerConfig(await readGoldenJson(`${name}/scheduler/scheduler_config.json`)),
    goldens,
    /** A recorded number of the run. */
    note: (key: string) => goldenNotes(goldens)[key] as number,
  };
}

/** Builds a graph from recorded tensors as inputs and runs it once: outputs by name. */
export async function runOnce(
  feeds: Readonly<Record<string, HostTensor>>,
  build: (g: GraphBuilder, inputs: (name: string) => Value) => Readonly<Record<string, Value>>,
  extraFeeds: Feeds = {},
): Promise<(name: string) => Float32Array> {
  const g = new GraphBuilder('golden');
  const inputs = new Map(Object.entries(feeds).map(([name, { dtype, shape }]) => [name, g.input(name, dtype, shape)]));
  const outputs = build(g, (name) => {
    const value = inputs.get(name);
    invariant(value !== undefined, `no feed called ${name}`);
    return value;
  });
  for (const [name, value] of Object.entries(outputs)) g.output(name, value);
  const executor = createNodeExecutor(1);
  try {
    const program = await executor.load(g.build());
    const result = await program.run({ ...feeds, ...extraFeeds });
    const read = new Map(Object.keys(outputs).map((name) => [name, asFloat32(result.host(name), name).data]));
    await program.dispose();
    return (name) => read.get(name) as Float32Array;
  } finally {
    await executor.dispose();
  }
}
