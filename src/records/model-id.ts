/**
 * What a model is called in links, runs, files and results: `name@hash`, as palimpsest-world@0123456789ab. The hash is of its weights and
 * says which model it is; the name is for people. What was written before there were hashes has the name alone.
 */

export interface ModelId {
  readonly name: string;
  /** null where only the name is known. */
  readonly hash: string | null;
}

const pattern = /^([\p{L}\p{N}][\p{L}\p{N}._-]{0,63})(?:@([0-9a-f]{12}))?$/u;

/** null for a text that is no model's id. */
export function parseModelId(text: string): ModelId | null {
  const match = pattern.exec(text);
  return match === null ? null : { name: match[1] as string, hash: match[2] ?? null };
}

/** `folder` may be called anything; what no id may hold becomes a dash. */
export function modelIdOf(folder: string, hash: string): string {
  const name = folder
    .replaceAll(/[^\p{L}\p{N}._-]+/gu, '-')
    .replace(/^[._-]+/, '')
    .slice(0, 64);
  return `${name === '' ? 'model' : name}@${hash}`;
}

/** For a heading: the id without its hash. */
export function modelName(id: string): string {
  return parseModelId(id)?.name ?? id;
}

/** What two ids of the same weights have in common: the hash; the name where there is none. */
export function weightsOf(id: string): string {
  return parseModelId(id)?.hash ?? modelName(id);
}

/** The same weights; where one of them says its name only, the same name. */
export function isSameModel(one: string, other: string): boolean {
  const [a, b] = [parseModelId(one), parseModelId(other)];
  if (a === null || b === null) return one === other;
  return a.hash !== null && b.hash !== null ? a.hash === b.hash : a.name === b.name;
}
