/**
 * Part of what a guider does, for the strength that a column or a flag has: 0 is classifier-free guidance, 1 the guider itself. Ours; for SLD
 * it scales gamma, and leaves its momentum as it is.
 *
 *   eps_hat = eps_cfg + m (eps_guider - eps_cfg)
 */
import { classifierFree } from './classifier-free.ts';
import type { Conditioning, Guider } from './guider.ts';

export function atStrength(guider: Guider, strength: number): Guider {
  if (strength === 1) return guider;
  if (strength === 0) return classifierFree;
  return {
    begin(sampling) {
      const [plain, own] = [classifierFree.begin(sampling), guider.begin(sampling)];
      const asked = (stepIndex: number) => {
        const [first, second] = [plain.conditionings(stepIndex), own.conditionings(stepIndex)];
        const all = [...first, ...second.filter((other) => !first.some((one) => isSame(one, other)))];
        const placesOf = (some: readonly Conditioning[]) =>
          some.map((one) => all.findIndex((each) => isSame(each, one)));
        return { all, places: [placesOf(first), placesOf(second)] as const };
      };
      return {
        conditionings: (stepIndex) => asked(stepIndex).all,
        combine(predictions, stepIndex) {
          const { places } = asked(stepIndex);
          const chosen = (some: readonly number[]) => some.map((place) => predictions[place] as Float32Array);
          const from = plain.combine(chosen(places[0]), stepIndex);
          const to = own.combine(chosen(places[1]), stepIndex);
          return from.map((x, i) => x + strength * ((to[i] as number) - x));
        },
      };
    },
  };
}

const isSame = (one: Conditioning, other: Conditioning) =>
  one.kind === 'prompt' ? other.kind === 'prompt' : other.kind === 'words' && one.words === other.words;
