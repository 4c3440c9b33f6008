/** Accented, longer text in brackets: what is not like this on screen did not come through the table. */
const accents: Readonly<Record<string, string>> = {
  a: 'á',
  e: 'ë',
  i: 'ï',
  o: 'ö',
  u: 'ü',
  c: 'ç',
  n: 'ñ',
  s: 'š',
  y: 'ý',
  A: 'Á',
  E: 'Ë',
  I: 'Ï',
  O: 'Ö',
  U: 'Ü',
};

export function pseudo(text: string): string {
  const accented = text.split(/(\{\w+\})/).map((piece) => {
    if (/^\{\w+\}$/.test(piece)) return piece;
    return [...piece].map((letter) => accents[letter] ?? letter).join('');
  });
  return `⟦${accented.join('')}${'·'.repeat(Math.ceil(text.length / 5))}⟧`;
}
