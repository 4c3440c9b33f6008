/**
 * JSON with what JSON.parse throws away: members in their order with those given twice, and numbers as they were written.
 * Strings must be whole: an escape of half a surrogate pair is an error, as in serde_json.
 */
import { PalimpsestError } from '../core/errors.ts';
import { shown } from '../core/json.ts';

const deepest = 32;

/** An object of the text. */
export class Pairs {
  readonly entries: readonly (readonly [key: string, value: unknown])[];

  constructor(entries: readonly (readonly [key: string, value: unknown])[]) {
    this.entries = entries;
  }

  /** The last of its name, or undefined. */
  get(name: string): unknown {
    return this.entries.findLast(([key]) => key === name)?.[1];
  }
}

/** A number that was not written as a plain whole one: with a sign, a point or an exponent. */
interface OtherNumber {
  readonly text: string;
}

/** Objects become `Pairs`, whole numbers numbers, other numbers `{ text }`. Throws `bad-file`. */
export function parsePairs(bytes: Uint8Array, where: string): unknown {
  let text: string;
  try {
    // A byte order mark stays, and is then no JSON.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new PalimpsestError('bad-file', `${where}: expected UTF-8, got other bytes`, { cause });
  }
  const reader = new Reader(text, where);
  const value = reader.value(0);
  reader.end();
  return value;
}

class Reader {
  readonly #text: string;
  readonly #where: string;
  #at = 0;

  constructor(text: string, where: string) {
    this.#text = text;
    this.#where = where;
  }

  value(depth: number): unknown {
    if (depth > deepest) throw this.#bad(`JSON at most ${deepest} levels deep`, `more at place ${this.#at}`);
    switch (this.#peek()) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"':
        return this.#string();
      case 't':
        return this.#word('true', true);
      case 'f':
        return this.#word('false', false);
      case 'n':
        return this.#word('null', null);
      default:
        return this.#number();
    }
  }

  end(): void {
    this.#peek();
    if (this.#at < this.#text.length) throw this.#notJson();
  }

  #object(depth: number): Pairs {
    const entries: (readonly [string, unknown])[] = [];
    this.#at += 1;
    if (this.#skip('}')) return new Pairs(entries);
    do {
      if (this.#peek() !== '"') throw this.#notJson();
      const key = this.#string();
      if (!this.#skip(':')) throw this.#notJson();
      entries.push([key, this.value(depth + 1)]);
    } while (this.#skip(','));
    if (!this.#skip('}')) throw this.#notJson();
    return new Pairs(entries);
  }

  #array(depth: number): readonly unknown[] {
    const items: unknown[] = [];
    this.#at += 1;
    if (this.#skip(']')) return items;
    do items.push(this.value(depth + 1));
    while (this.#skip(','));
    if (!this.#skip(']')) throw this.#notJson();
    return items;
  }

  #string(): string {
    const start = this.#at;
    let end = start + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1;
    let value: string;
    try {
      value = JSON.parse(this.#text.slice(start, end + 1)) as string;
    } catch {
      throw this.#notJson();
    }
    if (/\p{Surrogate}/u.test(value)) throw this.#bad('whole characters', `half a surrogate pair in ${shown(value)}`);
    this.#at = end + 1;
    return value;
  }

  #number(): number | OtherNumber {
    const pattern = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
    pattern.lastIndex = this.#at;
    const text = pattern.exec(this.#text)?.[0];
    if (text === undefined) throw this.#notJson();
    this.#at += text.length;
    return /^\d+$/.test(text) ? Number(text) : { text };
  }

  #word<T>(word: string, value: T): T {
    if (!this.#text.startsWith(word, this.#at)) throw this.#notJson();
    this.#at += word.length;
    return value;
  }

  #skip(letter: string): boolean {
    if (this.#peek() !== letter) return false;
    this.#at += 1;
    return true;
  }

  #peek(): string | undefined {
    while (' \t\n\r'.includes(this.#text[this.#at] ?? '.')) this.#at += 1;
    return this.#text[this.#at];
  }

  #notJson(): PalimpsestError {
    return this.#bad(
      'JSON',
      this.#text === '' ? 'nothing' : shown(this.#text.slice(Math.max(0, this.#at - 20), this.#at + 40)),
    );
  }

  #bad(expected: string, got: string): PalimpsestError {
    return new PalimpsestError('bad-file', `${this.#where}: expected ${expected}, got ${got}`);
  }
}
