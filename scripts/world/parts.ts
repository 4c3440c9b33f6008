/** What `npm run world` measures, part by part: a part can be measured again without the hours that drawing takes. Pure. */
import type { WorldMeasurement } from './bars.ts';

/** What each part finds. */
const found = {
  drawing: ['settings', 'concepts', 'int8Changes'],
  judges: ['judges'],
  vae: ['psnr'],
  kid: ['kid'],
  download: ['megabytes'],
} as const;
type Part = keyof typeof found;

export interface Evaluation extends WorldMeasurement {
  /** How `drawing` drew. */
  readonly settings: Readonly<Record<string, number | string>>;
}

/** Comma-separated names; all for ''. Throws for what is no part. */
export function chosenParts(text: string): readonly Part[] {
  const all = Object.keys(found) as Part[];
  if (text === '') return all;
  return text.split(',').map((name) => {
    const part = all.find((known) => known === name.trim());
    if (part === undefined) throw new Error(`--parts: expected some of ${all.join(', ')}, got "${name}"`);
    return part;
  });
}

/** What was measured now over what was measured before. Throws where neither has a part. */
export function merged(before: Partial<Evaluation> | null, now: Partial<Evaluation>): Evaluation {
  const both: Partial<Evaluation> = { ...before, ...now };
  const missing = (Object.keys(found) as Part[]).filter((part) => found[part].some((key) => both[key] === undefined));
  if (missing.length > 0)
    throw new Error(
      `evaluation.json: expected what "${missing.join(', ')}" measured, found nothing; run it with these --parts too`,
    );
  return both as Evaluation;
}
