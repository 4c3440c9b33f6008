/**
 * A negative prompt: guidance away from words instead of from nothing, as diffusers' `negative_prompt` does and the SLD paper compares with
 * (SD-NegP). Two predictions a step, as without it.
 *
 *   eps_hat = eps(x_t, S) + s_g [ eps(x_t, p) - eps(x_t, S) ]
 *
 * For p = S it is eps(x_t, S), a picture of S without guidance.
 */
import { guidanceFrom } from './classifier-free.ts';
import { inWords, type Guider } from './guider.ts';

export function negativePrompt(text: string): Guider {
  return { begin: ({ guidanceScale }) => guidanceFrom(inWords(text), guidanceScale) };
}
