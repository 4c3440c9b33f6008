/** Methods that hide a way back. One line each. */
import type { Method } from '../method.ts';
import { backdooredClosedForm } from './backdoored-closed-form.ts';
import { backdooredEsd } from './backdoored-esd.ts';
import { evilEdit } from './evil-edit.ts';

export const backdoorMethods: readonly Method[] = [backdooredEsd, backdooredClosedForm, evilEdit];
