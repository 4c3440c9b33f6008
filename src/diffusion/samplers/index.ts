/** Every sampler. A new one is a file beside this and a line here; contract.test.ts holds it to the contract. */
import { ddim } from './ddim.ts';
import type { SamplerEntry } from './sampler.ts';

export const samplers: readonly SamplerEntry[] = [ddim];
