import { comparePlacements, type PlacementOptions } from '../../scripts/bench/placements.ts';
import { browserPlatform } from '../../src/lab/browser-platform.ts';
import { answerWith } from './in-worker.ts';

answerWith((options: PlacementOptions) => comparePlacements(browserPlatform, options));
