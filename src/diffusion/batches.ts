/** Batches of the few sizes that programs are built for, and rows stacked into one tensor's data. */

const batchSizes = [1, 2, 4, 8] as const;

/** `run` on one batch after another, each of a size that has a program; results in the items' order. */
export async function inBatches<Item, Result>(
  items: readonly Item[],
  run: (part: readonly Item[]) => Promise<readonly Result[]>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length;) {
    const size = batchSizes.findLast((candidate) => candidate <= items.length - start) as number;
    results.push(...(await run(items.slice(start, start + size))));
    start += size;
  }
  return results;
}

/** Rows of equal length, one after another. */
export function stack(rows: readonly Float32Array[]): Float32Array {
  const width = rows[0]?.length ?? 0;
  const data = new Float32Array(rows.length * width);
  rows.forEach((row, i) => data.set(row, i * width));
  return data;
}

/** `data` cut into `count` rows, copied. */
export function unstack(data: Float32Array, count: number): readonly Float32Array[] {
  const width = data.length / count;
  return Array.from({ length: count }, (_, row) => data.slice(row * width, (row + 1) * width));
}
