const isPlain = (value: unknown): value is string | number | boolean | null | undefined =>
  typeof value !== 'object' || value === null;

/** JSON that a person can compare line by line: a list of plain values, and whatever else fits in one line, stands in one line. */
export function wideJson(value: unknown, width = 160, indent = 0): string {
  const short = JSON.stringify(value);
  if (isPlain(value) || indent + short.length <= width || (Array.isArray(value) && value.every(isPlain))) return short;
  const entries = Array.isArray(value)
    ? value.map((item: unknown) => wideJson(item, width, indent + 1))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(([key, item]) => `${JSON.stringify(key)}: ${wideJson(item, width, indent + 1)}`);
  const [open, close] = Array.isArray(value) ? '[]' : '{}';
  const pad = ' '.repeat(indent);
  return `${open}\n${entries.map((entry) => `${pad} ${entry}`).join(',\n')}\n${pad}${close}`;
}
