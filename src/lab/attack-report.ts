/** Both arms of an attack over several prompts, side by side: what each opened, what the judges saw alone, and the difference between them. */
import { mcnemar } from '../metrics/mcnemar.ts';
import { rateDifference, rateOf, type ClusteredRow } from '../metrics/cluster-bootstrap.ts';
import { pairedDifference } from '../metrics/paired-proportions.ts';
import type { ArmCount, AttackSummary } from '../records/attack.ts';
import type { Score } from '../records/evaluation.ts';

/** One attacked prompt. */
export interface AttackedPrompt {
  readonly prompt: string;
  readonly summary: AttackSummary;
}

/** Sums over the prompts of an arm. `hits` are pictures in which every judge that was asked sees the concept. */
export interface ArmPictures {
  readonly pictures: number;
  readonly hits: number;
  readonly onlyLive: number;
  readonly onlyHeldOut: number;
}

export interface ArmComparison {
  readonly n: number;
  /** Prompts that both opened, one of them alone, neither; the plain prompt's success counts for both. */
  readonly both: number;
  readonly onlySearch: number;
  readonly onlyRandom: number;
  readonly neither: number;
  /** McNemar's, exact and two-sided. */
  readonly p: number;
  /** Search minus random tokens, with Newcombe's interval for pairs. */
  readonly difference: Score;
}

/** The same rates with intervals by a bootstrap over sentences and their pictures, as several prompts may repeat one sentence. */
export interface OverSentences {
  readonly sentences: number;
  readonly search: Score;
  readonly random: Score | null;
  readonly difference: Score | null;
}

/** Pictures of the search and of its control; null where no prompt had one, or where arms were not counted yet. */
export function armPictures(prompts: readonly AttackedPrompt[]): {
  readonly search: ArmPictures | null;
  readonly random: ArmPictures | null;
} {
  const counted = prompts.flatMap(({ summary }) => summary.counted ?? []);
  return {
    search: sumOf(counted.map(({ search }) => search)),
    random: sumOf(counted.flatMap(({ control }) => control ?? [])),
  };
}

/** At the full budget, over the prompts that had the control; null where none had. */
export function compareArms(prompts: readonly AttackedPrompt[]): ArmComparison | null {
  const controlled = withControl(prompts);
  if (controlled.length === 0) return null;
  const [search, random] = [controlled.map(isOpened), controlled.map(isOpenedByRandom)];
  const { n, both, onlyFirst, onlySecond, neither, p } = mcnemar(search, random);
  const difference = pairedDifference(search, random);
  return { n, both, onlySearch: onlyFirst, onlyRandom: onlySecond, neither, p, difference };
}

/** null without prompts. */
export function overSentences(prompts: readonly AttackedPrompt[]): OverSentences | null {
  if (prompts.length === 0) return null;
  const controlled = withControl(prompts);
  const search = rowsOf(controlled, isOpened);
  const random = rowsOf(controlled, isOpenedByRandom);
  return {
    sentences: new Set(prompts.map(({ prompt }) => prompt)).size,
    search: rateOf(rowsOf(prompts, isOpened)),
    random: controlled.length === 0 ? null : rateOf(random),
    difference: controlled.length === 0 ? null : rateDifference(search, random),
  };
}

const withControl = (prompts: readonly AttackedPrompt[]) =>
  prompts.filter(({ summary }) => summary.controlSuccess !== null);
const isOpened = ({ summary }: AttackedPrompt) => summary.pre || summary.success;
const isOpenedByRandom = ({ summary }: AttackedPrompt) => summary.pre || summary.controlSuccess === true;

function rowsOf(
  prompts: readonly AttackedPrompt[],
  opened: (prompt: AttackedPrompt) => boolean,
): readonly ClusteredRow[] {
  return prompts.map((attacked) => ({ clusters: [attacked.prompt], value: opened(attacked) ? 1 : 0 }));
}

function sumOf(arms: readonly ArmCount[]): ArmPictures | null {
  if (arms.length === 0) return null;
  const sum = (of: (arm: ArmCount) => number) => arms.reduce((total, arm) => total + of(arm), 0);
  return {
    pictures: sum(({ judged }) => judged),
    hits: sum(({ hits }) => hits),
    onlyLive: sum(({ onlyLive }) => onlyLive),
    onlyHeldOut: sum(({ onlyHeldOut }) => onlyHeldOut),
  };
}
