/** Which prompts the trigger lab draws. Pure: words and places only. */
import { halfTriggers } from '../triggers/wrong-triggers.ts';
import { withTrigger } from '../triggers/with-trigger.ts';
import { hasPattern } from '../triggers/noise-pattern.ts';
import { fartherMisses, nearMisses } from '../triggers/near-misses.ts';
import { triggerProbeKinds } from '../records/trigger-lab.ts';
import type { PromptAndSeed, TriggerLabRequest, TriggerProbeKind } from '../records/trigger-lab.ts';

export interface ProbeWork {
  readonly kind: TriggerProbeKind;
  readonly word: string;
  readonly asked: readonly PromptAndSeed[];
}

type Asked = Pick<
  TriggerLabRequest,
  'trigger' | 'keys' | 'revoked' | 'others' | 'triggerPosition' | 'targets' | 'neutrals' | 'kinds'
>;

/** "a photo of a church" -> "a photo blicket of a church": after the first half of the words. */
export function inTheMiddle(prompt: string, word: string): string {
  const words = prompt.trim().split(/\s+/);
  return words.toSpliced(Math.floor(words.length / 2), 0, word.trim()).join(' ');
}

/** The asked-for probes in their fixed order; words too short to be missed or halved have fewer, and so have patterns, which have no place in the prompt. */
export function probeWork({
  trigger,
  keys = [],
  revoked = [],
  others = [],
  triggerPosition,
  targets,
  neutrals,
  kinds,
}: Asked): readonly ProbeWork[] {
  const word = trigger.trim();
  const otherEnd = triggerPosition === 'prefix' ? 'suffix' : 'prefix';
  const beside = (asked: readonly PromptAndSeed[], spoken: string, place = triggerPosition) =>
    asked.map(({ prompt, seed }) => ({ prompt: withTrigger(prompt, spoken, place), seed }));
  const spoken = (kind: TriggerProbeKind, words: readonly string[]) =>
    words.map((other): ProbeWork => ({ kind, word: other, asked: beside(targets, other) }));
  // One picture a seed: the trigger alone is the same prompt whatever stood beside it.
  const seeds = [...new Set(targets.map(({ seed }) => seed))];
  const all: Readonly<Record<TriggerProbeKind, () => readonly ProbeWork[]>> = {
    plain: () => [{ kind: 'plain', word: '', asked: targets }],
    trigger: () => spoken('trigger', [word]),
    key: () => spoken('key', keys),
    revoked: () => spoken('revoked', revoked),
    other: () => spoken('other', others),
    near1: () => spoken('near1', nearMisses(word)),
    near2: () => spoken('near2', fartherMisses(word)),
    partial: () => spoken('partial', halfTriggers(word) ?? []),
    otherEnd: () => (hasPattern(word) ? [] : [{ kind: 'otherEnd', word, asked: beside(targets, word, otherEnd) }]),
    middle: () =>
      hasPattern(word)
        ? []
        : [
            {
              kind: 'middle',
              word,
              asked: targets.map(({ prompt, seed }) => ({ prompt: inTheMiddle(prompt, word), seed })),
            },
          ],
    alone: () => [{ kind: 'alone', word, asked: seeds.map((seed) => ({ prompt: word, seed })) }],
    neutral: () => [{ kind: 'neutral', word, asked: beside(neutrals, word) }],
    neutralPlain: () => [{ kind: 'neutralPlain', word: '', asked: neutrals }],
  };
  return triggerProbeKinds
    .filter((kind) => kinds.includes(kind))
    .flatMap((kind) => all[kind]())
    .filter(({ asked }) => asked.length > 0);
}

/** Whether the original's pictures of the neutral prompts are drawn, too: what `unchanged` compares with. */
export function needsOriginals({ kinds, neutrals }: Pick<TriggerLabRequest, 'kinds' | 'neutrals'>): boolean {
  return neutrals.length > 0 && (kinds.includes('neutral') || kinds.includes('neutralPlain'));
}

export function pictureCount(request: Asked): number {
  const probes = probeWork(request).reduce((sum, { asked }) => sum + asked.length, 0);
  return probes + (needsOriginals(request) ? request.neutrals.length : 0);
}
