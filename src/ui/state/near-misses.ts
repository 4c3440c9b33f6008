/** Words one edit away from a trigger: a letter changed, one dropped, two swapped. The same three every time. */
export function nearMisses(word: string): readonly string[] {
  const letters = [...word];
  if (letters.length < 3) return [];
  const middle = Math.floor(letters.length / 2);
  const changed = letters.with(middle, letters[middle] === 'a' ? 'o' : 'a').join('');
  const dropped = letters.toSpliced(middle, 1).join('');
  const swapped = letters.toSpliced(1, 2, letters[2] ?? '', letters[1] ?? '').join('');
  return [...new Set([changed, dropped, swapped])].filter((other) => other !== word);
}
