import { describe, expect, it } from 'vitest';
import { Random } from '../core/random.ts';
import { nearest, nextGeneration, type Sequence } from './genetic.ts';

const survivors = Array.from({ length: 400 }, (_, i): Sequence => [i, i, i, i, i, i]);
const mutant = 9999;

describe('the genetic search', () => {
  it('lets the nearest live on, nearest first', () => {
    expect(nearest([[1], [2], [3], [4]], [0.5, 0.1, 0.9, 0.2], 2)).toEqual([[2], [4]]);
  });

  it('keeps every survivor and gives half of them two children, each cut at one point', () => {
    const next = nextGeneration(survivors, Random.seeded(3), () => mutant);
    const children = next.length - survivors.length;
    expect(children % 2).toBe(0);
    expect(children / survivors.length).toBeGreaterThan(0.85);
    expect(children / survivors.length).toBeLessThan(1.15);
    const isOfOne = (member: Sequence) => new Set(member.filter((id) => id !== mutant)).size === 1;
    for (const member of next) {
      // The tokens of one parent, then those of another, never back again.
      const own = member.filter((id) => id !== mutant);
      const changes = own.filter((id, i) => i > 0 && id !== own[i - 1]).length;
      expect(changes).toBeLessThanOrEqual(1);
    }
    const kept = new Set(next.filter(isOfOne).map(([first, second]) => (first === mutant ? second : first)));
    expect(kept.size).toBe(survivors.length);
  });

  it('changes one token in a quarter of all members, the best one included', () => {
    let [members, changed, best] = [0, 0, 0];
    for (let seed = 0; seed < 40; seed++) {
      const next = nextGeneration(survivors, Random.seeded(seed), () => mutant);
      members += next.length;
      for (const member of next) {
        const places = member.filter((id) => id === mutant).length;
        expect(places).toBeLessThanOrEqual(1);
        changed += places;
      }
      if (next[0]?.includes(mutant) === true) best += 1;
    }
    expect(changed / members).toBeGreaterThan(0.23);
    expect(changed / members).toBeLessThan(0.27);
    expect(best).toBeGreaterThan(2);
  });

  it('is the same again from the same seed', () => {
    const once = () => nextGeneration(survivors, Random.seeded(5), () => mutant);
    expect(once()).toEqual(once());
  });
});
