/**
 * The parts of a model folder that only measurements need: the image encoder and the second judge. They are listed under `lazy` in
 * manifest.json, so the page does not download them on opening; whoever measures reads them then.
 */
import { PalimpsestError } from '../core/errors.ts';
import { weightsFromSafetensors } from '../tensor/quantise.ts';
import { readSafetensors } from '../tensor/safetensors.ts';
import { parseImageEncoderConfig, type ImageEncoderConfig } from './config/image-encoder-config.ts';
import { parseResidualJudgeConfig, type ResidualJudgeConfig } from './config/residual-judge-config.ts';
import type { Component } from './family.ts';
import type { Precision } from './model-layout.ts';

/** Bytes of a file of the model folder; null where it has no such file. */
export type ReadModelFile = (path: string) => Promise<Uint8Array | null>;

/** Where they keep their weights, without the ending. */
export const measuringFiles = { image_encoder: 'image_encoder/model', judge_b: 'judge_b/model' } as const;

/** Captions of the reference, and the embeddings of what the world's renderer draws for them. */
export const referenceFiles = {
  captions: 'reference/captions.json',
  features: 'reference/features.safetensors',
} as const;

export function measuringPath(component: keyof typeof measuringFiles, precision: Precision): string {
  return `${measuringFiles[component]}${precision === 'int8' ? '.int8' : ''}.safetensors`;
}

/** Throws `download-failed` when the folder has none and `bad-file` for a damaged one. */
export function loadImageEncoder(read: ReadModelFile): Promise<Component<ImageEncoderConfig>> {
  return load(read, 'image_encoder', parseImageEncoderConfig);
}

/** As loadImageEncoder. */
export function loadSecondJudge(read: ReadModelFile): Promise<Component<ResidualJudgeConfig>> {
  return load(read, 'judge_b', parseResidualJudgeConfig);
}

/** A file that only measurements read. Throws `download-failed` when the folder has none. */
export async function needMeasuringFile(read: ReadModelFile, path: string): Promise<Uint8Array> {
  const bytes = await read(path);
  if (bytes !== null) return bytes;
  throw new PalimpsestError('download-failed', `${path}: expected a file of the model, found none`, {
    advice: 'Run training/export_measures.py, npm run quantise and training/make_reference.py on the model folder.',
  });
}

/** Throws `bad-file` for bytes that are no JSON. */
export function parseMeasuringJson(bytes: Uint8Array, path: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)) as unknown;
  } catch (cause) {
    throw new PalimpsestError('bad-file', `${path}: expected JSON, got something else`, { cause });
  }
}

async function load<Config>(
  read: ReadModelFile,
  name: keyof typeof measuringFiles,
  parse: (json: unknown, where: string) => Config,
): Promise<Component<Config>> {
  const configPath = `${name}/config.json`;
  const config = parse(parseMeasuringJson(await needMeasuringFile(read, configPath), configPath), configPath);
  const path = measuringPath(name, 'int8');
  return { config, weights: weightsFromSafetensors(readSafetensors(await needMeasuringFile(read, path), path), path) };
}
