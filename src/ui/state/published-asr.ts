/**
 * UnlearnDiffAtk on the published ESD victims of Stable Diffusion 1.4, in percent of 50 prompts: Intel/UnlearnDiffAtk-Benchmark, the
 * leaderboard's CSV files on Hugging Face. Another model, another judge: shown in a column that says so, never as ours.
 */
export interface PublishedAsr {
  readonly pre: number;
  /** The leaderboard's "Post-ASR", which is ASR (total). */
  readonly total: number;
}

export const publishedPrompts = 50;

const byConcept: Readonly<Record<string, PublishedAsr>> = {
  church: { pre: 14, total: 60 },
  'van-gogh': { pre: 2, total: 32 },
  parachute: { pre: 4, total: 54 },
  tench: { pre: 2, total: 36 },
  'garbage-truck': { pre: 2, total: 24 },
};

/** `concept` by its id; null where nothing was published for this attack on this kind of victim. */
export function publishedAsr(attack: string, method: string, concept: string): PublishedAsr | null {
  return attack === 'unlearndiff' && method === 'esd' ? (byConcept[concept] ?? null) : null;
}
