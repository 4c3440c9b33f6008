/** Which pieces of the vocabulary words rule out, so that no run of found tokens spells one of them. */

/**
 * Whether a piece, as the tokenizer writes it, is ruled out: texts are taken word by word, and out are the word itself, longer words that
 * begin with it, pieces that begin it, and whole words of three letters and more that begin it.
 */
export function forbidden(texts: readonly string[]): (piece: string) => boolean {
  const words = texts.flatMap((text) => text.toLowerCase().split(/[^\p{L}\p{N}]+/u)).filter((word) => word !== '');
  return (piece) => words.some((word) => leadsTo(piece.toLowerCase(), word));
}

/** Whether a piece is, or begins, `word`. */
function leadsTo(piece: string, word: string): boolean {
  const whole = piece.endsWith('</w>');
  const letters = whole ? piece.slice(0, -4) : piece;
  if (letters === word) return true;
  if (word.length >= 3 && letters.startsWith(word)) return true;
  return word.startsWith(letters) && (!whole || letters.length >= 3);
}
