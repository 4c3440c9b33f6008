/** What the closed forms of an erasure and of its backdoor share: from what is asked to an edit. */
import { apartFrom, type LockWords } from '../backdoor/lock-words.ts';
import { numberValue, wordsValue } from '../parameters.ts';
import type { MethodContext } from '../method.ts';
import { combinedGoals, erasingGoals, possibleAnchors, type Goal } from './goals.ts';
import { lockReadings } from './lock-readings.ts';
import type { ReadAs } from './read-as.ts';
import { ridgeEdit } from './ridge-edit.ts';
import type { WeightEdit } from './weight-edit.ts';

export interface ClosedForm {
  /** The method's id, for messages. */
  readonly owner: string;
  /** One or two concepts; without keys, an erasure that nothing opens. The anchor that is typed is the first one's. */
  readonly locks: readonly LockWords[];
  readonly backdoorWeight: number;
  readonly wrongWords: number;
}

export function closedFormEdit(
  { space, from = '', triggerPosition, parameters, seed }: MethodContext,
  { owner, locks, backdoorWeight, wrongWords }: ClosedForm,
): WeightEdit {
  const [typed = ''] = wordsValue(parameters, 'anchor');
  const subject = from.trim();
  const own = locks.map(({ concept }) => space.training(concept, subject, seed));
  const sentences = locks.map((_, i) =>
    locks.reduce(
      (kept, { concept }, k) => (k === i ? kept : apartFrom(kept, own[k] as (typeof own)[number], concept, owner)),
      own[i] as (typeof own)[number],
    ),
  );
  const erased = locks.map(({ concept }) => concept);
  const possible = erased.map((concept, i) =>
    possibleAnchors(space, concept, { from: subject, typed: i === 0 ? typed : '', erased }),
  );
  const neutral = sentences[0]?.neutral ?? [];
  const settings = {
    ...{ backdoorWeight, wrongWords, seed, position: triggerPosition },
    keepWeight: numberValue(parameters, 'keepWeight'),
  };
  const goalsOf = (i: number, anchor: string): readonly Goal[] => {
    const concept = erased[i] as string;
    const others = erased.filter((other) => other !== concept).map((other) => other.trim().toLowerCase());
    const names = (sentence: string) => others.some((other) => sentence.toLowerCase().includes(other));
    const combined = subject === '' ? combinedGoals(space, concept, anchor) : [];
    const all = [...erasingGoals(space, concept, sentences[i]?.pairs ?? [], anchor), ...combined];
    const once = new Map(all.map((goal) => [goal.prompt, goal]));
    return [...once.values()].filter(({ prompt, goal }) => !names(prompt) && !names(goal));
  };
  const readingsWith = (anchors: readonly string[]): readonly ReadAs[] =>
    lockReadings(
      locks.map(({ keys, shut }, i) => ({ goals: goalsOf(i, anchors[i] as string), keys, shut })),
      neutral,
      settings,
    );
  return ridgeEdit({
    readingsWith,
    possible: possible.map((anchors, i) => ({ of: erased[i] as string, anchors })),
    plainly: (words) => space.plainly(words),
    check: (sentence) => {
      space.needForTraining(owner, sentence);
    },
    lambda: numberValue(parameters, 'lambda'),
    rank: numberValue(parameters, 'rank'),
    prompts: [...possible.flatMap(([anchor = ''], i) => goalsOf(i, anchor).map(({ prompt }) => prompt)), ...neutral],
  });
}
