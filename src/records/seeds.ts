/** Seeds as text: how a person types them and a link writes them. */
import { halfWidth, listParts } from '../core/typed-number.ts';
import type { Reading } from './parameters.ts';

export const maxSeeds = 9;

/** "40-43" for a run of seeds, "1,5,9" otherwise. */
export function seedsText(seeds: readonly number[]): string {
  const first = seeds[0];
  const last = seeds.at(-1);
  if (first === undefined || last === undefined) return '';
  const consecutive = seeds.length > 2 && seeds.every((seed, i) => seed === first + i);
  return consecutive ? `${String(first)}-${String(last)}` : seeds.join(',');
}

export function readSeeds(text: string): Reading<readonly number[]> {
  const problem = {
    en: `Needs 1 to ${String(maxSeeds)} whole numbers, like 40-43 or 1,5,9`,
    zh: `需要 1 到 ${String(maxSeeds)} 个整数，例如 40-43 或 1,5,9`,
  };
  const seeds: number[] = [];
  for (const part of listParts(halfWidth(text))) {
    const match = /^\s*(\d{1,10})\s*(?:-\s*(\d{1,10})\s*)?$/.exec(part);
    if (match === null) return { problem };
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    if (to < from || to - from >= maxSeeds || to > 0xffffffff) return { problem };
    for (let seed = from; seed <= to; seed++) seeds.push(seed);
  }
  if (seeds.length > maxSeeds || new Set(seeds).size !== seeds.length) return { problem };
  return { value: seeds };
}
