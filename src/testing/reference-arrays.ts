/** The arrays and numbers that training/references/make_metric_references.py recorded. Node only. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { asFloat32 } from '../tensor/host-tensor.ts';
import { readSafetensors } from '../tensor/safetensors.ts';

const folder = path.join(import.meta.dirname, '../metrics/references');

const file = readSafetensors(await readFile(path.join(folder, 'arrays.safetensors')), 'arrays.safetensors');

/** What scikit-learn, scipy, statsmodels, torchmetrics and clean-fid computed; versions are in the file. */
export const expected = JSON.parse(await readFile(path.join(folder, 'expected.json'), 'utf8')) as {
  readonly fid: Readonly<Record<'torchmetrics' | 'cleanfid' | 'scipyRidged' | 'scipyRidgedFew', number>>;
  readonly kid: Readonly<Record<'torchmetrics' | 'sklearn' | 'cleanfid' | 'sklearnPaired' | 'pairedStd', number>>;
  readonly inception: Readonly<Record<'torchmetrics' | 'splits' | 'mean' | 'std', number>>;
  readonly mcnemar: readonly {
    readonly table: readonly [number, number, number, number];
    readonly statsmodels: number;
    readonly scipy: number;
  }[];
  readonly bootstrap: Readonly<Record<'mean' | 'low' | 'high', number>>;
  readonly cosine: Readonly<Record<'similarity' | 'distance', number>>;
  readonly wilson: readonly Readonly<Record<'hits' | 'n' | 'low' | 'high', number>>[];
  readonly paired: readonly {
    readonly table: readonly [number, number, number, number];
    readonly difference: readonly [number, number];
    readonly ratio: readonly [number, number];
  }[];
  readonly wideFid: number;
  readonly anchored: Readonly<Record<'matched' | 'mismatched' | 'value', number>> & {
    readonly captions: readonly number[];
  };
  readonly classifier: { readonly right: readonly number[]; readonly accuracy: number; readonly margin: number };
  readonly accuracy: { readonly truth: readonly number[]; readonly guess: readonly number[]; readonly sklearn: number };
};

/** Rows of a matrix, float32. */
export function rowsOf(key: string): readonly Float32Array[] {
  const { shape, data } = asFloat32(file.tensor(key), key);
  const width = shape[1] ?? 1;
  return Array.from({ length: shape[0] ?? 0 }, (_, i) => data.slice(i * width, (i + 1) * width));
}
