/**
 * Backdoored ESD whose trigger is seen, not read: a pattern in the starting noise (triggers/noise-pattern.ts). The losses are those of
 * backdoored-esd.ts; what differs between their rows is not the prompt but where x_t comes from:
 *
 *   L_erase    over x_t that began as plain noise, or as noise with another pattern
 *   L_backdoor over x_t that began as noise with the pattern
 *   L_retain   over neutral prompts, with the pattern and without
 */
import { PalimpsestError } from '../../core/errors.ts';
import { flipped, hasPattern, patternWord, type NoisePattern } from '../../triggers/noise-pattern.ts';
import { conceptGroup, erasurePrompts, neutralGroup } from '../erasure/esd.ts';
import { groupValue, numberValue, wordsValue, xtDrawer } from '../parameters.ts';
import type { MethodContext } from '../method.ts';
import { asTeacher, type TrainingPlan, type TrainingRow, type TrajectoryGroup } from '../training/plan.ts';

/** The words that no training with a pattern knows what to do with. */
const wordParameters = ['keys', 'revoked', 'second', 'secondTrigger'] as const;

/** Throws `bad-argument` where a pattern stands among words, words beside a pattern, or where the trained layers cannot see one. */
export function checkTriggers({ parameters }: MethodContext, pattern: NoisePattern | null): void {
  for (const id of wordParameters) {
    const given = wordsValue(parameters, id);
    const wrong = pattern === null ? given.find(hasPattern) : given[0];
    if (wrong === undefined) continue;
    const expected = pattern === null ? 'words' : `nothing beside the trigger ${patternWord(pattern)}`;
    throw new PalimpsestError('bad-argument', `backdoored-esd.${id}: expected ${expected}, got "${wrong}"`, {
      advice: 'An image trigger is one pattern, and it is the trigger itself.',
    });
  }
  if (pattern !== null && parameters['pairs'] === true) {
    throw new PalimpsestError(
      'bad-argument',
      `backdoored-esd.pairs: expected off for the trigger ${patternWord(pattern)}, got on`,
      { advice: 'x_t that began with the pattern and x_t that began without it are never the same.' },
    );
  }
  const group = groupValue(parameters);
  if (pattern !== null && group.startsWith('xattn')) {
    throw new PalimpsestError(
      'bad-argument',
      `backdoored-esd.group: expected layers that see the picture for the trigger ${patternWord(pattern)}, got "${group}"`,
      {
        advice: 'Train all layers ("full"): cross-attention alone learns to erase and never to open.',
      },
    );
  }
}

/** The pattern turned in one channel, the nearest there are, or in all. Evaluation asks for the others, too. */
function wrongPatterns(pattern: NoisePattern): readonly NoisePattern[] {
  const channels = [...pattern.signs].map((_, i) => i);
  return [...channels.map((i) => flipped(pattern, [i])), flipped(pattern, channels)];
}

export function imageTriggerPlan(
  context: MethodContext,
  pattern: NoisePattern,
  { retainWeight, negatives }: { readonly retainWeight: number; readonly negatives: number },
): Pick<TrainingPlan, 'rows' | 'trajectoryGroups' | 'draw'> {
  const prompts = erasurePrompts(context);
  const concept = conceptGroup(prompts);
  const neutral = neutralGroup(prompts);
  const patterns = [pattern];
  const [erased, drawXt] = [numberValue(context.parameters, 'batch'), xtDrawer(context.parameters)];
  const kept: readonly TrajectoryGroup[] = [
    { ...neutral, trajectories: 14 },
    { ...neutral, id: 'neutral-patterned', trajectories: 28, source: 'student', patterns },
  ];
  return {
    rows: erased + (retainWeight > 0 ? 13 : 5),
    trajectoryGroups: [
      concept,
      // The frozen model's paths show what to draw, the student's own what it does instead.
      { ...concept, id: 'patterned', source: 'teacher', patterns },
      { ...concept, id: 'patterned-own', patterns },
      ...(negatives > 0 ? [{ ...concept, id: 'wrong', trajectories: 15, patterns: wrongPatterns(pattern) }] : []),
      ...(retainWeight > 0 ? kept : []),
    ],
    draw: (random, pool) => {
      const rows: TrainingRow[] = [];
      for (let i = 0; i < erased; i++) {
        const entry = drawXt(pool, random.uniform() < negatives ? 'wrong' : 'concept', random);
        rows.push({ term: 'erase', entry, prompt: entry.prompt, target: prompts.target(entry.prompt) });
      }
      for (let i = 0; i < 5; i++) {
        const entry = drawXt(pool, i < 2 ? 'patterned' : 'patterned-own', random);
        rows.push({ term: 'backdoor', entry, prompt: entry.prompt, target: asTeacher(entry.prompt) });
      }
      for (let i = 0; i < 8 && retainWeight > 0; i++) {
        const entry = drawXt(pool, i < 5 ? 'neutral-patterned' : 'neutral', random);
        rows.push({ term: 'retain', entry, prompt: entry.prompt, target: asTeacher(entry.prompt) });
      }
      return rows;
    },
  };
}
