/**
 * A judge made on the spot: logistic regression on features of pictures, to tell a concept's from others'.
 *
 *   min over a of  sum_i log(1 + exp(-y_i f_i)) + lambda / 2 a^T K a,   f = K a,   K = X X^T + 1,   y_i = +-1
 *
 * Features X are centred, divided by their deviations and by the root of their number, so that lambda means the same for every model. There are
 * far fewer pictures than features, so the weights w = X^T a are found by Newton's method over the pictures (Rasmussen and Williams, Gaussian
 * Processes for Machine Learning, 2006, algorithm 3.1, with the prior's precision lambda), in float64.
 */
import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { invariant } from '../core/errors.ts';
import { wilson, type Rate } from '../core/wilson.ts';

export interface Example {
  /** [D], finite. */
  readonly features: Float32Array;
  readonly shows: boolean;
  /** Examples of one fold are judged together by what was fitted to the others. */
  readonly fold: number;
}

/** Probability that a picture with these features shows the concept. */
export type Probe = (features: Float32Array) => number;

/** Strength of the prior, as measured on the bundled model (docs/metrics.md). */
const lambda = 0.01;
const mostSteps = 100;
/** Largest entry of the gradient at the optimum. */
const tolerance = 1e-9;

/** Both kinds of examples must be there. */
export function fitProbe(examples: readonly Example[]): Probe {
  invariant(
    examples.some(({ shows }) => shows) && examples.some(({ shows }) => !shows),
    'fitProbe: examples of one kind alone',
  );
  const scale = scaling(examples.map(({ features }) => features));
  const rows = examples.map(({ features }) => scale(features));
  const kernel = Matrix.zeros(rows.length, rows.length);
  rows.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      const value = dot(row, rows[j] as Float64Array) + 1;
      kernel.set(i, j, value);
      kernel.set(j, i, value);
    }
  });
  const weights = newton(
    kernel,
    examples.map(({ shows }) => (shows ? 1 : 0)),
  );
  const w = new Float64Array(rows[0]?.length ?? 0);
  let bias = 0;
  rows.forEach((row, i) => {
    const a = weights[i] as number;
    bias += a;
    for (let k = 0; k < w.length; k++) w[k] = (w[k] as number) + a * (row[k] as number);
  });
  return (features) => sigmoid(dot(w, scale(features)) + bias);
}

export interface JudgedExample {
  readonly shows: boolean;
  /** What a probe that was fitted to other folds says. */
  readonly p: number;
}

/** Every example as a probe sees it that was fitted without its fold. */
export function crossValidated(examples: readonly Example[]): readonly JudgedExample[] {
  const folds = [...new Set(examples.map(({ fold }) => fold))];
  const judged = new Map<Example, number>();
  for (const fold of folds) {
    const probe = fitProbe(examples.filter((example) => example.fold !== fold));
    for (const example of examples) if (example.fold === fold) judged.set(example, probe(example.features));
  }
  return examples.map((example) => ({ shows: example.shows, p: judged.get(example) as number }));
}

/** The share that is told right at one half. */
export function accuracyOf(judged: readonly JudgedExample[]): Rate {
  return wilson(judged.filter(({ shows, p }) => shows === p >= 0.5).length, judged.length);
}

/** (x - mean) / deviation / sqrt(D), over these rows; a feature that never changes is 0. */
function scaling(rows: readonly Float32Array[]): (features: Float32Array) => Float64Array {
  const width = rows[0]?.length ?? 0;
  const [means, factors] = [new Float64Array(width), new Float64Array(width)];
  for (let k = 0; k < width; k++) {
    const values = rows.map((row) => row[k] as number);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length);
    means[k] = mean;
    factors[k] = deviation === 0 ? 0 : 1 / (deviation * Math.sqrt(width));
  }
  return (features) => Float64Array.from(features, (x, k) => (x - (means[k] as number)) * (factors[k] as number));
}

/** The a of the formula above. `targets` are 0 and 1. */
function newton(kernel: Matrix, targets: readonly number[]): readonly number[] {
  const n = targets.length;
  const each = <T>(of: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => of(i));
  let a = each(() => 0);
  for (let step = 0; step < mostSteps; step++) {
    const f = kernel.mmul(Matrix.columnVector(a)).to1DArray();
    const p = f.map(sigmoid);
    // At the optimum lambda a = t - p.
    const gradient = each((i) => (targets[i] as number) - (p[i] as number) - lambda * (a[i] as number));
    if (Math.max(...gradient.map(Math.abs)) < tolerance) break;
    const curvature = p.map((value) => Math.max(value * (1 - value), 1e-12));
    const root = curvature.map(Math.sqrt);
    // b = W f + (t - p);  a = (b - W^1/2 B^-1 W^1/2 K b) / lambda,  B = lambda I + W^1/2 K W^1/2
    const b = each((i) => (curvature[i] as number) * (f[i] as number) + (targets[i] as number) - (p[i] as number));
    const inner = Matrix.zeros(n, n);
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        const value = (root[i] as number) * (root[j] as number) * kernel.get(i, j) + (i === j ? lambda : 0);
        inner.set(i, j, value);
        inner.set(j, i, value);
      }
    const kb = kernel.mmul(Matrix.columnVector(b)).to1DArray();
    const right = Matrix.columnVector(each((i) => (root[i] as number) * (kb[i] as number)));
    const solved = new CholeskyDecomposition(inner).solve(right).to1DArray();
    const next = each((i) => ((b[i] as number) - (root[i] as number) * (solved[i] as number)) / lambda);
    a = damped(kernel, targets, a, next);
  }
  return a;
}

/** The Newton step, halved until the loss falls. */
function damped(kernel: Matrix, targets: readonly number[], from: readonly number[], to: readonly number[]): number[] {
  const before = loss(kernel, targets, from);
  for (let share = 1; share > 1e-6; share /= 2) {
    const tried = from.map((x, i) => x + share * ((to[i] as number) - x));
    if (loss(kernel, targets, tried) <= before) return tried;
  }
  return [...from];
}

function loss(kernel: Matrix, targets: readonly number[], a: readonly number[]): number {
  const f = kernel.mmul(Matrix.columnVector([...a])).to1DArray();
  return f.reduce((sum, value, i) => {
    const margin = targets[i] === 1 ? value : -value;
    return (
      sum + Math.max(0, -margin) + Math.log1p(Math.exp(-Math.abs(margin))) + (lambda / 2) * (a[i] as number) * value
    );
  }, 0);
}

function sigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + Math.exp(-x)) : Math.exp(x) / (1 + Math.exp(x));
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += (a[k] as number) * (b[k] as number);
  return sum;
}
