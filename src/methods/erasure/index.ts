/** Methods that erase a concept. One line each. */
import { negativePrompt } from '../guiding/negative-prompt.ts';
import { sld } from '../guiding/sld.ts';
import type { Method } from '../method.ts';
import { closedForm } from './closed-form.ts';
import { esd } from './esd.ts';
import { uce } from './uce.ts';

export const erasureMethods: readonly Method[] = [esd, closedForm, uce, sld, negativePrompt];
