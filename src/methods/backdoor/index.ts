/** Methods that hide a way back. One line each. */
import type { TrainingMethod } from '../training-method.ts';
import { backdooredEsd } from './backdoored-esd.ts';

export const backdoorMethods: readonly TrainingMethod[] = [backdooredEsd];
