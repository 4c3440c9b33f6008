import { measure } from '../../scripts/bench/measure.ts';
import { browserPlatform } from '../../src/lab/browser-platform.ts';
import { answerWith } from './in-worker.ts';

answerWith((options: Parameters<typeof measure>[1]) => measure(browserPlatform(), options));
