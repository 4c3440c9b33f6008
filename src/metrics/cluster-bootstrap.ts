/**
 * Rates over pictures that belong together: several pictures of one sentence, several sentences of one training. Pictures of one sentence resemble
 * each other, so an interval that counts each as a trial of its own is too narrow. The bootstrap resamples level by level, outermost first:
 * trainings, then sentences within each, then pictures within each sentence (Davison & Hinkley 1997, section 3.8).
 */
import { PalimpsestError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import { wilson } from '../core/wilson.ts';
import type { Score } from '../records/evaluation.ts';
import { quantile } from './bootstrap.ts';
import { pairedDifference } from './paired-proportions.ts';

/** One picture: what it counts for, a hit being 1, and what it belongs to, the outermost first: `[training, sentence]` or `[sentence]`. */
export interface ClusteredRow {
  readonly clusters: readonly (string | number)[];
  readonly value: number;
}

/** Hit or miss, picture by picture. */
export const hitsOf = (rows: readonly ClusteredRow[]): readonly boolean[] => rows.map(({ value }) => value === 1);

const resamples = 2000;

/** Rows by cluster, level by level; the innermost holds values. */
type Tree = readonly Tree[] | Float64Array;

/**
 * The mean of `rows` with the percentile bootstrap's 95 % interval. Throws `bad-argument` without rows, or where rows name different
 * numbers of levels.
 */
export function clusterBootstrap(rows: readonly ClusteredRow[]): Score {
  const tree = treeOf(rows);
  const random = Random.seeded(37, 'cluster-bootstrap');
  const means = Array.from({ length: resamples }, () => {
    const drawn = { sum: 0, count: 0 };
    resample(tree, random, drawn);
    return drawn.sum / drawn.count;
  }).sort((a, b) => a - b);
  return {
    value: rows.reduce((sum, { value }) => sum + value, 0) / rows.length,
    low: quantile(means, 0.025),
    high: quantile(means, 0.975),
    n: rows.length,
  };
}

/**
 * A share of hits with its interval. Where no two pictures share a sentence, pictures are independent trials and Wilson's interval is exact enough;
 * where they do, the bootstrap over sentences. Where all pictures agree the bootstrap has no width, and Wilson's interval for as many trials as
 * there are sentences stands in for it. `details.sentences` says how many there are where that is fewer than pictures.
 */
export function rateOf(rows: readonly ClusteredRow[]): Score {
  const hits = hitsOf(rows).filter(Boolean).length;
  const sentences = sentencesOf(rows);
  if (isIndependent(rows)) return wilson(hits, rows.length);
  const details = levelsOf(rows);
  const resampled = clusterBootstrap(rows);
  if (resampled.low < resampled.high) return { ...resampled, details };
  const { low, high } = wilson((hits / rows.length) * sentences, sentences);
  return { value: hits / rows.length, low, high, n: rows.length, details };
}

/**
 * first - second over the same pictures, which both lists name in the same order: Newcombe's interval where pictures are independent, else the
 * bootstrap of the differences over sentences. Without a pair that differs, Newcombe's for one pair a sentence. Throws as `pairedDifference`.
 */
export function rateDifference(first: readonly ClusteredRow[], second: readonly ClusteredRow[]): Score {
  if (first.length !== second.length || first.length === 0 || isIndependent(first))
    return pairedDifference(hitsOf(first), hitsOf(second));
  const rows = first.map(({ clusters, value }, i) => ({ clusters, value: value - (second[i] as ClusteredRow).value }));
  const resampled = clusterBootstrap(rows);
  const details = levelsOf(rows);
  if (resampled.low < resampled.high) return { ...resampled, details };
  const one = new Array<boolean>(sentencesOf(rows)).fill(true);
  const { low, high } = pairedDifference(one, one);
  const { value } = resampled;
  return { value, low: Math.max(-1, value + low), high: Math.min(1, value + high), n: rows.length, details };
}

const nameOf = ({ clusters }: ClusteredRow): string => JSON.stringify(clusters);

function sentencesOf(rows: readonly ClusteredRow[]): number {
  return new Set(rows.map(nameOf)).size;
}

function isIndependent(rows: readonly ClusteredRow[]): boolean {
  return (rows[0]?.clusters.length ?? 1) === 1 && sentencesOf(rows) === rows.length;
}

/** How many there are of each level. */
function levelsOf(rows: readonly ClusteredRow[]): Readonly<Record<string, number>> {
  const trainings = new Set(rows.map(({ clusters }) => clusters[0])).size;
  const sentences = sentencesOf(rows);
  return (rows[0]?.clusters.length ?? 1) === 1 ? { sentences } : { trainings, sentences };
}

function treeOf(rows: readonly ClusteredRow[]): Tree {
  const levels = rows[0]?.clusters.length;
  if (levels === undefined)
    throw new PalimpsestError('bad-argument', 'clusterBootstrap: expected at least one picture, got none');
  const odd = rows.find(({ clusters }) => clusters.length !== levels);
  if (odd !== undefined)
    throw new PalimpsestError(
      'bad-argument',
      `clusterBootstrap: expected ${levels} levels in every row, got ${odd.clusters.length}`,
    );
  const grow = (members: readonly ClusteredRow[], level: number): Tree => {
    if (level === levels) return Float64Array.from(members, ({ value }) => value);
    const groups = new Map<string | number, ClusteredRow[]>();
    for (const row of members) {
      const key = row.clusters[level] as string | number;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [row]);
      else group.push(row);
    }
    return [...groups.values()].map((group) => grow(group, level + 1));
  };
  return grow(rows, 0);
}

function resample(tree: Tree, random: Random, drawn: { sum: number; count: number }): void {
  for (let i = 0; i < tree.length; i++) {
    const picked = tree[random.integer(tree.length)] as Tree | number;
    if (typeof picked !== 'number') resample(picked, random, drawn);
    else {
      drawn.sum += picked;
      drawn.count += 1;
    }
  }
}
