import { makePrograms } from '../../scripts/bench/memory-work.ts';
import { browserPlatform } from '../../src/lab/browser-platform.ts';
import type { MemoryQuestion } from './bench.ts';
import { answerWith } from './in-worker.ts';

answerWith(({ work, placement }: MemoryQuestion) => makePrograms(browserPlatform(placement), work));
