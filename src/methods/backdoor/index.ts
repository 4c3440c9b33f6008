/** Methods that hide a way back. One line each. */
import type { Method } from '../method.ts';
import { backdooredEsd } from './backdoored-esd.ts';

export const backdoorMethods: readonly Method[] = [backdooredEsd];
