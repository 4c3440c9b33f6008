/**
 * Reads a config.json field by field. Every failure names the file, the field, what was expected and what was found. null is a value of its
 * own, as in diffusers and transformers: only an absent field has a default.
 */
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
  problem(
    name: string,
    expected: string,
    got: unknown,
    advice = 'This model uses an option that Palimpsest does not build.',
  ): PalimpsestError {
    return new PalimpsestError('bad-file', `${this.#where}: ${name}: expected ${expected}, got ${show(got)}`, {
      advice,
    });
  }

  /** Whether the file has the field, be it null. */
  has(name: string): boolean {
    return Object.hasOwn(this.#json, name);
  }

  /** The raw value; a missing field is `fallback`, or an error without one. */
  get(name: string, fallback?: Json): Json {
    const value = this.has(name) ? this.#json[name] : fallback;
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

  /** Refuses null in fields that change nothing here and that diffusers or transformers cannot build a model from. */
  refuseNull(...names: readonly string[]): void {
    for (const name of names)
      if (this.has(name) && this.#json[name] === null) throw this.problem(name, 'a value', null);
  }

  /** Refuses every value but the `allowed` ones; an absent field is fine. */
  only(name: string, ...allowed: readonly Json[]): void {
    if (!this.has(name)) return;
    const value = this.#json[name];
    if (allowed.some((one) => JSON.stringify(one) === JSON.stringify(value))) return;
    throw this.problem(name, `${allowed.map(show).join(', ')} or nothing`, value);
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0;
}

function show(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
