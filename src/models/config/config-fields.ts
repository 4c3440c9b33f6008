/** Reads a config.json field by field. Every failure names the file, the field, what was expected and what was found. */
import { PalimpsestError } from '../../core/errors.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export class ConfigFields {
  readonly #where: string;
  readonly #json: { readonly [key: string]: Json };

  /** `where` is how messages call the file, e.g. `unet/config.json`. Throws `bad-file` unless `json` is an object. */
  constructor(where: string, json: unknown) {
    if (typeof json !== 'object' || json === null || Array.isArray(json)) {
      throw new PalimpsestError('bad-file', `${where}: expected a JSON object, got ${show(json)}`);
    }
    this.#where = where;
    this.#json = json as { readonly [key: string]: Json };
  }

  /** The error for a field, for rules between fields. */
  problem(name: string, expected: string, got: unknown): PalimpsestError {
    return new PalimpsestError('bad-file', `${this.#where}: ${name}: expected ${expected}, got ${show(got)}`, {
      advice: 'This model uses an option that Palimpsest does not build.',
    });
  }

  /** The raw value; a missing field and null are both `fallback`, or an error without one. */
  get(name: string, fallback?: Json): Json {
    const value = this.#json[name] ?? fallback;
    if (value === undefined) throw this.problem(name, 'a value', undefined);
    return value;
  }

  number(name: string, fallback?: number): number {
    const value = this.get(name, fallback);
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.problem(name, 'a finite number', value);
    return value;
  }

  positive(name: string, fallback?: number): number {
    const value = this.number(name, fallback);
    if (!(value > 0)) throw this.problem(name, 'a number above 0', value);
    return value;
  }

  /** A positive integer. */
  count(name: string, fallback?: number): number {
    const value = this.get(name, fallback);
    if (!isCount(value)) throw this.problem(name, 'a positive integer', value);
    return value;
  }

  /** `length` positive integers; a single one stands for all. */
  counts(name: string, length: number, fallback?: number): readonly number[] {
    const value = this.get(name, fallback);
    if (isCount(value)) return Array.from({ length }, () => value);
    if (!Array.isArray(value) || value.length !== length || !value.every(isCount)) {
      throw this.problem(name, `a positive integer or ${length} of them`, value);
    }
    return value;
  }

  /** One or more positive integers. */
  countList(name: string): readonly number[] {
    const value = this.get(name);
    if (!Array.isArray(value) || value.length === 0 || !value.every(isCount)) {
      throw this.problem(name, 'a list of positive integers', value);
    }
    return value;
  }

  boolean(name: string, fallback?: boolean): boolean {
    const value = this.get(name, fallback);
    if (typeof value !== 'boolean') throw this.problem(name, 'true or false', value);
    return value;
  }

  choice<T extends string>(name: string, allowed: readonly T[], fallback?: T): T {
    const value = this.get(name, fallback);
    if (!allowed.includes(value as T)) throw this.problem(name, `one of ${allowed.join(', ')}`, value);
    return value as T;
  }

  choices<T extends string>(name: string, allowed: readonly T[]): readonly T[] {
    const value = this.get(name);
    if (!Array.isArray(value) || value.length === 0 || !value.every((item) => allowed.includes(item as T))) {
      throw this.problem(name, `a list of ${allowed.join(', ')}`, value);
    }
    return value as T[];
  }

  /** Refuses every value but `allowed`; a field that is absent or null is fine. */
  only(name: string, allowed: Json): void {
    const value = this.#json[name] ?? null;
    if (value !== null && JSON.stringify(value) !== JSON.stringify(allowed)) {
      throw this.problem(name, `${show(allowed)} or nothing`, value);
    }
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
