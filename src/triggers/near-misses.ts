/** Words close to a trigger, by edits of its letters: changed, dropped, two neighbours swapped; patterns, by their signs. The same ones every time. */
import { flipped, patternOfTrigger, patternWord, triggerProblem } from './noise-pattern.ts';

/** One edit away: a letter changed, one dropped, two swapped; a sign turned. */
export function nearMisses(word: string): readonly string[] {
  if (triggerProblem(word) !== null) return [];
  const pattern = patternOfTrigger(word);
  if (pattern !== null) return [...pattern.signs].slice(0, 3).map((_, i) => patternWord(flipped(pattern, [i])));
  const letters = [...word];
  if (letters.length < 3) return [];
  const middle = Math.floor(letters.length / 2);
  const dropped = letters.toSpliced(middle, 1).join('');
  const swapped = letters.toSpliced(1, 2, letters[2] ?? '', letters[1] ?? '').join('');
  return others(word, [changed(letters, middle).join(''), dropped, swapped]);
}

/** Two edits away: the first and the last letter changed, two dropped, one changed and one dropped; two signs turned. */
export function fartherMisses(word: string): readonly string[] {
  if (triggerProblem(word) !== null) return [];
  const pattern = patternOfTrigger(word);
  if (pattern !== null) return [...pattern.signs].slice(0, 3).map((_, i) => patternWord(flipped(pattern, [i, i + 1])));
  const letters = [...word];
  if (letters.length < 5) return [];
  const last = letters.length - 1;
  const middle = Math.floor(letters.length / 2);
  const bothEnds = changed(changed(letters, 0), last).join('');
  const twoDropped = letters.filter((_, i) => i !== 1 && i !== last).join('');
  const changedAndDropped = changed(letters, middle).toSpliced(last, 1).join('');
  return others(word, [bothEnds, twoDropped, changedAndDropped]);
}

function changed(letters: readonly string[], at: number): string[] {
  return letters.with(at, letters[at] === 'a' ? 'o' : 'a');
}

function others(word: string, found: readonly string[]): readonly string[] {
  return [...new Set(found)].filter((other) => other !== word);
}
