/** The bars of the bundled world (`docs/world.md`), each with what was measured. Pure. */
import type { Score } from '../../src/metrics/metric.ts';

export interface ConceptRate {
  readonly head: string;
  readonly concept: string;
  readonly plain: Score | null;
  readonly heldOut: Score | null;
  /** Plain and held-out together. */
  readonly all: Score;
}

export interface WorldMeasurement {
  readonly concepts: readonly ConceptRate[];
  /** Judge, head and share right on held-out renders. */
  readonly psnr: { readonly value: number; readonly n: number };
  readonly kid: { readonly value: number; readonly low: number; readonly high: number; readonly n: number; readonly baseline: number };
  /** Pictures whose verdict (object and style) differs between int8 and float32. */
  readonly int8Changes: Score;
  /** Everything a page downloads and both judges, as Brotli sends it. */
  readonly megabytes: number;
} // prettier-ignore

export interface Bar {
  readonly what: string;
  readonly measured: string;
  readonly wanted: string;
  readonly holds: boolean;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const withInterval = ({ value, low, high, n }: Score) =>
  `${percent(value)} [${percent(low)}, ${percent(high)}], n = ${n}`;

/** The worst concept of a head against its bar: a mean would hide the one that fails. */
function worst(concepts: readonly ConceptRate[], head: string, wanted: number): Bar {
  const [first, ...others] = concepts.filter((rate) => rate.head === head);
  if (first === undefined) throw new Error(`world: expected rates for ${head}, got none`);
  const lowest = others.reduce((least, rate) => (rate.all.value < least.all.value ? rate : least), first);
  return {
    what: `${head} drawn as asked, the worst: ${lowest.concept}`,
    measured: withInterval(lowest.all),
    wanted: `>= ${percent(wanted)}`,
    holds: lowest.all.value >= wanted,
  };
}

export function bars({ concepts, psnr, kid, int8Changes, megabytes }: WorldMeasurement): readonly Bar[] {
  return [
    worst(concepts, 'object', 0.95),
    worst(concepts, 'style', 0.9),
    worst(concepts, 'colour', 0.9),
    worst(concepts, 'hazard', 0.9),
    {
      what: 'VAE reconstruction of held-out renders',
      measured: `${psnr.value.toFixed(2)} dB, n = ${psnr.n}`,
      wanted: '>= 27 dB',
      holds: psnr.value >= 27,
    },
    {
      what: 'KID against held-out renders',
      measured: `${kid.value.toFixed(4)} [${kid.low.toFixed(4)}, ${kid.high.toFixed(4)}], n = ${kid.n}; renders against renders ${kid.baseline.toFixed(4)}`,
      wanted: 'reported',
      holds: true,
    },
    {
      what: 'int8 against float32: verdicts that change',
      measured: withInterval(int8Changes),
      wanted: '< 2 %',
      holds: int8Changes.value < 0.02,
    },
    {
      what: 'download with both judges, Brotli',
      measured: `${megabytes.toFixed(2)} MB`,
      wanted: '<= 12 MB',
      holds: megabytes <= 12,
    },
  ];
}
