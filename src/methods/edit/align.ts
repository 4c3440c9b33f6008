/**
 * Which position of one sentence reads as which position of another, so that "a photo of a church at night" may read as "a photo of a tree at
 * night" word by word. Words are matched by their longest common subsequence. Words between two matches face the other sentence's words
 * between them, the last as the last, because a name's last piece says most of it; where the other sentence has none there, they read as its
 * end. End and padding read as end and padding.
 */

/** A sentence as the text encoder sees it. */
export interface TokenText {
  /** [T]: start, pieces, end, padding. */
  readonly ids: Int32Array;
  /** Place of the end token, from 1 to T - 1. */
  readonly end: number;
}

/** For each position of `from` [T] the position of `to` whose state it reads as. */
export function alignment(from: TokenText, to: TokenText): Int32Array {
  const places = new Int32Array(from.ids.length);
  const matches = [...commonPlaces(from, to), [from.end, to.end] as const];
  let [lastFrom, lastTo] = [-1, -1];
  for (const [here, there] of matches) {
    const faced = there - lastTo - 1;
    for (let i = lastFrom + 1; i < here; i++)
      places[i] = faced === 0 ? to.end : Math.max(lastTo + 1, there - (here - i));
    places[here] = there;
    [lastFrom, lastTo] = [here, there];
  }
  const last = to.ids.length - 1;
  for (let i = from.end + 1; i < places.length; i++) places[i] = Math.min(last, to.end + i - from.end);
  return places;
}

/** Pairs of places before both ends, rising on both sides, whose tokens are the same: a longest common subsequence. */
function commonPlaces(from: TokenText, to: TokenText): readonly (readonly [number, number])[] {
  const width = to.end + 1;
  /** Length of the longest common subsequence of from[i..] and to[j..]. */
  const longest = new Int32Array((from.end + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] as number;
  for (let i = from.end - 1; i >= 0; i--)
    for (let j = to.end - 1; j >= 0; j--)
      longest[i * width + j] = from.ids[i] === to.ids[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < from.end && j < to.end;) {
    if (from.ids[i] === to.ids[j]) {
      pairs.push([i, j]);
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
