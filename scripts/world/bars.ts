/** The bars of the bundled world (`docs/world.md`), each with what was measured. Pure. */
import type { Score } from '../../src/metrics/metric.ts';
import type { Examination, Head, Reconstruction } from './examination.ts';

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
  /** Both judges, int8, on held-out renders. */
  readonly judges: Examination;
  readonly psnr: Reconstruction;
  /** `baseline` is the floor: renders against other renders of the same captions. */
  readonly kid: Score & { readonly baseline: number; readonly baselineLow: number; readonly baselineHigh: number };
  /** Pictures whose first choice differs between int8 and float32, on any head and head by head. */
  readonly int8Changes: Score & { readonly byHead: Readonly<Record<Head, Score>> };
  /** Everything a page may ask for, as Brotli sends it. */
  readonly megabytes: number;
}

export interface Bar {
  readonly what: string;
  readonly measured: string;
  readonly wanted: string;
  readonly holds: boolean;
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const withInterval = ({ value, low, high, n }: Score) =>
  `${percent(value)} [${percent(low)}, ${percent(high)}], n = ${n}`;

/** The worst concept of a head against its bar, in held-out words: a mean would hide the one that fails. */
function worst(concepts: readonly ConceptRate[], head: string, wanted: number): Bar {
  const rates = concepts
    .filter((rate) => rate.head === head)
    .map(({ concept, heldOut }) => {
      if (heldOut === null) throw new Error(`world: expected held-out pictures of ${concept}, got none`);
      return { concept, rate: heldOut };
    });
  const [first, ...others] = rates;
  if (first === undefined) throw new Error(`world: expected rates for ${head}, got none`);
  const lowest = others.reduce((least, some) => (some.rate.value < least.rate.value ? some : least), first);
  return atLeast(`${head} drawn as asked in held-out words, the worst: ${lowest.concept}`, lowest.rate, wanted);
}

function atLeast(what: string, rate: Score, wanted: number): Bar {
  return { what, measured: withInterval(rate), wanted: `>= ${percent(wanted)}`, holds: rate.value >= wanted };
}

const judgeNames = { judge: 'judge', judge_b: 'second judge' } as const;

/** Right on held-out renders, both as users get them; what the world's table asks for, and what the protocol asks of two judges. */
function judgeBars({ accuracy, agreement }: Examination): readonly Bar[] {
  const { hit, object, style } = agreement;
  if (hit === null) throw new Error('world: expected labelled renders, got none');
  return [
    ...(['judge', 'judge_b'] as const).flatMap((judge) => [
      atLeast(`${judgeNames[judge]}, object, on held-out renders`, accuracy[judge].object, 0.99),
      atLeast(`${judgeNames[judge]}, style, on held-out renders`, accuracy[judge].style, 0.98),
    ]),
    atLeast('both judges: the same object on held-out renders', object, 0.95),
    atLeast('both judges: the same style on held-out renders', style, 0.95),
    atLeast('both judges: whether it shows the object', hit, 0.95),
  ];
}

export function bars({ concepts, judges, psnr, kid, int8Changes, megabytes }: WorldMeasurement): readonly Bar[] {
  return [
    worst(concepts, 'object', 0.95),
    worst(concepts, 'style', 0.9),
    worst(concepts, 'colour', 0.9),
    worst(concepts, 'hazard', 0.9),
    ...judgeBars(judges),
    {
      what: 'VAE reconstruction of held-out renders, PSNR as the mean over pictures',
      measured: `${psnr.value.toFixed(2)} dB, over all pixels ${psnr.overAllPixels.toFixed(2)} dB, n = ${psnr.n}`,
      wanted: '>= 27 dB',
      holds: psnr.value >= 27,
    },
    {
      what: 'KID against held-out renders',
      measured: `${kid.value.toFixed(4)} [${kid.low.toFixed(4)}, ${kid.high.toFixed(4)}], n = ${kid.n}; renders against renders ${kid.baseline.toFixed(4)} [${kid.baselineLow.toFixed(4)}, ${kid.baselineHigh.toFixed(4)}]`,
      wanted: 'reported',
      holds: true,
    },
    {
      what: 'int8 against float32: pictures whose verdict changes on any head',
      measured: `${withInterval(int8Changes)}; ${Object.entries(int8Changes.byHead)
        .map(([head, { value }]) => `${head} ${percent(value)}`)
        .join(', ')}`,
      wanted: '< 2 %',
      holds: int8Changes.value < 0.02,
    },
    {
      what: 'download with everything that measures, Brotli',
      measured: `${megabytes.toFixed(2)} MB`,
      wanted: '<= 12 MB',
      holds: megabytes <= 12,
    },
  ];
}
