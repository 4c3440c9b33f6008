/** Colour, dash and width of a loss term: the column colours where a term belongs to one, ink otherwise. */
const known: Readonly<
  Record<string, { readonly color: string; readonly dash: readonly number[]; readonly width: number }>
> = {
  erase: { color: '--erased', dash: [], width: 2 },
  backdoor: { color: '--backdoored', dash: [6, 4], width: 2 },
  trigger: { color: '--triggered', dash: [6, 4], width: 2 },
  recover: { color: '--triggered', dash: [6, 4], width: 2 },
  retain: { color: '--ink-3', dash: [2, 3], width: 2 },
  keep: { color: '--ink-3', dash: [2, 3], width: 2 },
  preserve: { color: '--ink-3', dash: [2, 3], width: 2 },
};

const spare = [
  { color: '--ink-2', dash: [8, 3, 2, 3], width: 1.5 },
  { color: '--attacked', dash: [10, 4], width: 1.5 },
  { color: '--ink-3', dash: [1, 3], width: 1.5 },
  { color: '--original', dash: [4, 4], width: 1.5 },
] as const;

export function lossLine(
  name: string,
  all: readonly string[],
): { readonly color: string; readonly dash: readonly number[]; readonly width: number } {
  const own = known[name];
  if (own !== undefined) return own;
  const others = all.filter((other) => known[other] === undefined);
  return spare[Math.max(0, others.indexOf(name)) % spare.length] ?? spare[0];
}
