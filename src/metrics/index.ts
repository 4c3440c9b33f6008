/** Every metric. A new one is a file and a line here. */
import { classifierRates } from './classifier-rates.ts';
import { clipScore } from './clip-score.ts';
import { collateral } from './collateral.ts';
import { diffusionClassifier } from './diffusion-classifier.ts';
import { fid } from './fid.ts';
import { inception } from './inception-score.ts';
import { kid } from './kid.ts';
import type { Metric } from './metric.ts';
import { sameSeedDistance } from './same-seed-distance.ts';
import { unlearningAccuracy } from './unlearning-accuracy.ts';

export const metrics: readonly Metric[] = [
  ...classifierRates,
  ...unlearningAccuracy,
  ...collateral,
  ...clipScore,
  ...kid,
  ...fid,
  ...inception,
  ...sameSeedDistance,
  ...diffusionClassifier,
];
