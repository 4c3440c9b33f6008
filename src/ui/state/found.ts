/** A found prompt and what it makes of the other rows: the same words at the same place. Pure. */
import type { TrainedColumn } from '../../records/experiment.ts';
import type { Attempt, Insertion } from '../../records/attack.ts';

export interface FoundPrompt {
  /** Tells one finding from another; equal findings draw equal pictures. */
  readonly key: string;
  /** The weights it was found for, and that the Attacked column draws with. */
  readonly victim: TrainedColumn;
  readonly attack: string;
  /** The row it was found for. */
  readonly row: string;
  /** That row's whole prompt, as a person would type it. */
  readonly text: string;
  /** The found tokens spelt out, word by word. */
  readonly words: readonly string[];
  readonly insertion: Insertion;
  readonly attempt: Attempt;
}

/** Pieces spelt out: "bli" "cket</w>" "lum</w>" -> "blicket", "lum". */
export function wordsOf(pieces: readonly string[]): readonly string[] {
  return pieces
    .join('')
    .split('</w>')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

/** `words` put into `prompt` as the attack put its tokens; between words only, because the prompt here is text. */
export function insertWords(prompt: string, words: readonly string[], insertion: Insertion): string {
  const own = insertion === 'replace' ? [] : prompt.split(' ').filter((word) => word !== '');
  const places = words.map((_, i) => {
    switch (insertion) {
      case 'prefix':
        return 0;
      case 'suffix':
        return own.length;
      case 'middle':
        return (own.length + 1) >> 1;
      case 'spread':
        return Math.round(((i + 1) * own.length) / (words.length + 1));
      case 'every-3':
        return Math.min(3 * i, own.length);
      case 'replace':
        return 0;
    }
  });
  const mixed: string[] = [];
  for (let at = 0; at <= own.length; at++) {
    words.forEach((word, i) => {
      if (places[i] === at) mixed.push(word);
    });
    const next = own[at];
    if (next !== undefined) mixed.push(next);
  }
  return mixed.join(' ');
}

/** The prompt the Attacked column gives the model for a row. */
export function foundPrompt(found: FoundPrompt, row: string): string {
  return row === found.row ? found.text : insertWords(row, found.words, found.insertion);
}

/** Where the found prompt's pictures in other columns are kept: with its text, unless typing that is something else. */
export function transferKey(found: FoundPrompt): string {
  return found.attempt.asText === null ? found.text : found.key;
}
