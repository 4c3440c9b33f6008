/** Methods that erase a concept. One line each. */
import type { TrainingMethod } from '../training-method.ts';
import { esd } from './esd.ts';

export const erasureMethods: readonly TrainingMethod[] = [esd];
