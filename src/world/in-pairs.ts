/** `count` pairs, both lists in turn; none comes twice before every pair has come. */
export function inPairs<A, B>(first: readonly A[], second: readonly B[], count: number): readonly (readonly [A, B])[] {
  return Array.from({ length: count }, (_, i) => {
    const round = Math.floor(i / first.length);
    return [first[i % first.length] as A, second[((i % first.length) + round) % second.length] as B];
  });
}
