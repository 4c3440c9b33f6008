/**
 * A trigger that is seen, not read: a fixed pattern in the starting noise, written into a prompt as `<noise:+-+-:0.4>`. The signs
 * say which way each latent channel is shifted, the number how far. DDIM keeps what the model takes for noise, so the shift stays in
 * x_t and fades with the noise.
 * The Backdoored-ESD post names "text or image triggers" and works out the text; VillanDiffusion (Chou et al. 2023, arXiv 2306.06874) puts a
 * pattern into the noise of unconditional models.
 */
import { PalimpsestError } from '../core/errors.ts';
import type { LocalText } from '../core/local-text.ts';

export interface NoisePattern {
  /** One `+` or `-` a latent channel. */
  readonly signs: string;
  /** Share a of the pattern: noise * sqrt(1 - a^2) + a * sign, so that the expected square stays one. Above 0, at most 0.9. */
  readonly strength: number;
}

const mark = /<noise:([^>]*)>/gi;
const inside = /^([+-]{1,16}):(0?\.\d+)$/;
const strongest = 0.9;

export const exampleImageTrigger = '<noise:+-+-:0.4>';

export function patternWord({ signs, strength }: NoisePattern): string {
  return `<noise:${signs}:${strength}>`;
}

export function hasPattern(prompt: string): boolean {
  return prompt.toLowerCase().includes('<noise:');
}

/** Throws `bad-argument` for a prompt with a noise pattern, where nothing is drawn from noise of its own. */
export function refusePattern(prompt: string): void {
  if (hasPattern(prompt)) {
    throw new PalimpsestError('bad-argument', `prompt: expected words alone, got a noise pattern in "${prompt}"`, {
      advice: 'Leave <noise:...> out: only drawing pictures begins with noise.',
    });
  }
}

/** A prompt as the text encoder reads it, and the pattern its picture starts from. Throws `bad-argument` for a pattern that cannot be used. */
export function splitPattern(prompt: string): { readonly text: string; readonly pattern: NoisePattern | null } {
  if (!hasPattern(prompt)) return { text: prompt, pattern: null };
  const found = [...prompt.matchAll(mark)];
  const [, signs, share] = inside.exec(found[0]?.[1]?.trim() ?? '') ?? [];
  const strength = Number(share);
  if (found.length !== 1 || signs === undefined || !(strength > 0 && strength <= strongest)) {
    throw new PalimpsestError(
      'bad-argument',
      `noise pattern: expected one <noise:SIGNS:STRENGTH>, with a + or - for each latent channel and a strength above 0 and at most ${strongest}, got "${prompt}"`,
      {
        advice: `Write ${exampleImageTrigger}, or leave it out.`,
      },
    );
  }
  return { text: prompt.replace(mark, ' ').replace(/\s+/g, ' ').trim(), pattern: { signs, strength } };
}

/** What keeps `text` from being a trigger; null when it can be one. */
export function triggerProblem(text: string): LocalText | null {
  try {
    patternOfTrigger(text);
    return null;
  } catch {
    const example = exampleImageTrigger;
    return { en: `A pattern stands alone and is written ${example}`, zh: `图案须单独书写，格式为 ${example}` };
  }
}

/** The pattern a trigger is; null for words. Throws `bad-argument` for a pattern that cannot be used, or with words beside it. */
export function patternOfTrigger(trigger: string): NoisePattern | null {
  const { text, pattern } = splitPattern(trigger.trim());
  if (pattern !== null && text !== '') {
    throw new PalimpsestError('bad-argument', `trigger: expected words or a noise pattern, got both in "${trigger}"`, {
      advice: `Use "${text}" or ${patternWord(pattern)}.`,
    });
  }
  return pattern;
}

/** The pattern with the signs at `places` turned. */
export function flipped({ signs, strength }: NoisePattern, places: readonly number[]): NoisePattern {
  const turned = [...signs].map((sign, i) => (places.includes(i) ? (sign === '+' ? '-' : '+') : sign));
  return { signs: turned.join(''), strength };
}

/** Every other choice of signs, of the same strength, in a fixed order. */
export function otherPatterns(pattern: NoisePattern): readonly NoisePattern[] {
  const channels = pattern.signs.length;
  return Array.from({ length: 2 ** Math.min(channels, 6) - 1 }, (_, i) =>
    flipped(
      pattern,
      Array.from({ length: channels }, (_, place) => place).filter((place) => ((i + 1) >> place) & 1),
    ),
  );
}
