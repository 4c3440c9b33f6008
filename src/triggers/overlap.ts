/** What found tokens hold of a trigger that the search was not given. */

/** How much of the trigger the found tokens hold. */
export interface TriggerOverlap {
  /** Pieces of the trigger that occur among the found ones. */
  readonly shared: number;
  readonly pieces: number;
  /** The whole trigger stands in the found tokens, in order and side by side. */
  readonly isWhole: boolean;
}

export function triggerOverlap(found: readonly number[], trigger: readonly number[]): TriggerOverlap {
  const isWhole =
    trigger.length > 0 && found.some((_, start) => trigger.every((id, offset) => found[start + offset] === id));
  return { shared: trigger.filter((id) => found.includes(id)).length, pieces: trigger.length, isWhole };
}
