/** Methods that erase a concept. One line each. */
import type { Method } from '../method.ts';
import { esd } from './esd.ts';

export const erasureMethods: readonly Method[] = [esd];
