import { describe, expect, it } from 'vitest';
import { Random } from '../../core/random.ts';
import { TrajectoryPool, type Trajectory } from './trajectory-pool.ts';

const about = (prompt: string, ...timesteps: number[]): Trajectory =>
  timesteps.map((timestep) => ({ group: 'g', prompt, timestep, latents: new Float32Array(1), teacher: new Map() }));

function poolOf(capacity: number, ...trajectories: Trajectory[]): TrajectoryPool {
  const pool = new TrajectoryPool([{ id: 'g', trajectories: capacity }]);
  for (const trajectory of trajectories) pool.add('g', trajectory);
  return pool;
}

describe('the pool of trajectories', () => {
  it('keeps every prompt when the oldest are renewed for their own prompts', () => {
    const pool = poolOf(3, about('a', 1), about('b', 1), about('c', 1));
    for (let renewal = 0; renewal < 5; renewal++)
      for (const [entry] of pool.oldest('g', 2)) pool.add('g', about(entry?.prompt ?? '', 2));
    expect(
      pool
        .trajectories('g')
        .map(([entry]) => entry?.prompt)
        .sort(),
    ).toEqual(['a', 'b', 'c']);
    expect(pool.trajectories('g').every(([entry]) => entry?.timestep === 2)).toBe(true);
  });

  it('names those that are replaced first', () => {
    const pool = poolOf(2, about('a', 1), about('b', 1), about('c', 1));
    const oldest = (count: number) => pool.oldest('g', count).map(([entry]) => entry?.prompt);
    expect(oldest(1)).toEqual(['b']);
    expect(oldest(9)).toEqual(['b', 'c']);
  });

  it('draws the noisier half more often, and never another group', () => {
    const pool = poolOf(1, about('a', 900, 100));
    const random = Random.seeded(3);
    const drawn = Array.from({ length: 400 }, () => pool.drawNoisier('g', random).timestep);
    const share = drawn.filter((timestep) => timestep === 900).length / drawn.length;
    expect(share).toBeGreaterThan(0.68); // 3/4 in the limit
    expect(share).toBeLessThan(0.82);
    expect(() => pool.draw('other', random)).toThrow('no group "other"');
  });
});
