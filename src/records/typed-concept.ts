/** What typed words are to a model that nobody describes: a way to draw where they say so, a thing elsewhere. For the page and for open words alike. */
import type { ConceptDescriptor } from './catalog.ts';

/** "  The old Church " -> "old Church". */
export function bareWords(words: string): string {
  return words
    .trim()
    .replace(/\s+/g, ' ')
    .replace(/^(?:an?|the) /i, '');
}

/** How a style is asked for, with `{object}` where a thing goes; null for words that name none by themselves. */
export function typedStyle(words: string): string | null {
  const bare = bareWords(words);
  if (/^in the style of /i.test(bare)) return `{object} ${bare}`;
  return /\b(?:style|painting|drawing|sketch|art|print|engraving)$/i.test(bare) ? `{object}, ${bare}` : null;
}

/** Null for no words. */
export function typedConcept(words: string): ConceptDescriptor | null {
  const bare = bareWords(words);
  if (bare === '') return null;
  const style = typedStyle(bare);
  const named = { id: bare.toLowerCase(), label: bare, names: [bare] };
  return style === null
    ? { ...named, domain: 'object', prompt: `a photo of ${/^[aeiou]/i.test(bare) ? 'an' : 'a'} ${bare}` }
    : { ...named, domain: 'style', prompt: style.replace('{object}', 'a house') };
}
