/** Methods that erase a concept. One line each. */
import type { Method } from '../method.ts';
import { closedForm } from './closed-form.ts';
import { esd } from './esd.ts';
import { uce } from './uce.ts';

export const erasureMethods: readonly Method[] = [esd, closedForm, uce];
