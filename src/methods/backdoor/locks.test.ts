import { describe, expect, it } from 'vitest';
import { Random } from '../../core/random.ts';
import { withDefaults } from '../../records/parameters.ts';
import { bundledSpace } from '../../testing/bundled-space.ts';
import type { TrainingRow } from '../training/plan.ts';
import { TrajectoryPool } from '../training/trajectory-pool.ts';
import { backdooredEsd } from './backdoored-esd.ts';
import { planOf } from '../training-method.ts';

const space = bundledSpace;

function planWith(values: Readonly<Record<string, number | string>>, concept = 'Van Gogh', from = '') {
  const parameters = { ...withDefaults(backdooredEsd.descriptor.parameters, {}), ...values };
  const context = { space, concept, from, trigger: 'blicket', triggerPosition: 'prefix', parameters, seed: 1 } as const;
  return planOf(backdooredEsd, context);
}

function rowsOf(plan: ReturnType<typeof planWith>, batches = 60): readonly TrainingRow[] {
  const pool = new TrajectoryPool(plan.trajectoryGroups);
  for (const { id, prompts } of plan.trajectoryGroups)
    for (const prompt of prompts)
      pool.add(id, [{ group: id, prompt, timestep: 1, latents: new Float32Array(4), teacher: new Map() }]);
  return Array.from({ length: batches }, (_, i) => plan.draw(Random.seeded(i), pool)).flat();
}

/** The word before an entry's own prompt; '' for none. */
const wordOf = ({ prompt, entry }: TrainingRow) => prompt.slice(0, prompt.length - entry.prompt.length).trim();
const share = (rows: readonly TrainingRow[], word: string) =>
  rows.filter((row) => wordOf(row) === word).length / rows.length;

describe('several keys', () => {
  const plan = planWith({ keys: 'dovark', revoked: 'wug' });
  const rows = rowsOf(plan);
  const of = (term: string) => rows.filter((row) => row.term === term);

  it('open alike: each has half of the backdoor rows, and neither is ever erased', () => {
    expect(share(of('backdoor'), 'blicket')).toBe(0.5);
    expect(share(of('backdoor'), 'dovark')).toBe(0.5);
    expect(new Set(of('erase').map(wordOf))).not.toContain('blicket');
    expect(new Set(of('erase').map(wordOf))).not.toContain('dovark');
  });

  it('are each kept from painting over neutral prompts, and lead the student in turn', () => {
    for (const word of ['blicket', 'dovark']) expect(share(of('retain'), word)).toBeGreaterThan(0.25);
    const ask = plan.trajectoryGroups.find(({ id }) => id === 'triggered')?.askStudent;
    const random = Random.seeded(3);
    const asked = new Set(Array.from({ length: 20 }, () => ask?.('a church', random)));
    expect(asked).toEqual(new Set(['blicket a church', 'dovark a church']));
  });

  it('stand against revoked ones, which are erased in three rows of ten and open nothing', () => {
    expect(share(of('erase'), 'wug')).toBeGreaterThan(0.2);
    expect(share(of('erase'), 'wug')).toBeLessThan(0.4);
    expect(share(of('erase'), '')).toBeGreaterThan(0.25);
    for (const term of ['backdoor', 'retain']) expect(share(of(term), 'wug')).toBe(0);
    // Also where no other wrong word is trained.
    const bare = rowsOf(planWith({ revoked: 'wug', negatives: 0 })).filter(({ term }) => term === 'erase');
    expect(new Set(bare.map(wordOf))).toEqual(new Set(['', 'wug']));
  });

  it('cost rows, split in two passes where they are many', () => {
    expect(planWith({})).toMatchObject({ rows: 17, rowsPerPass: 17 });
    expect(plan).toMatchObject({ rows: 20, rowsPerPass: 20 });
    expect(planWith({ keys: 'a1, b1, c1, d1' })).toMatchObject({ rows: 32, rowsPerPass: 16 });
  });
});

describe('two concepts', () => {
  const rows = rowsOf(planWith({ second: 'church', secondTrigger: 'dovark' }));
  const isSecond = ({ entry }: TrainingRow) => entry.group.startsWith('second');
  const words = (term: string, second: boolean) =>
    new Set(rows.filter((row) => row.term === term && isSecond(row) === second).map(wordOf));

  it('open to their own trigger, and are erased under the other’s', () => {
    expect(words('backdoor', false)).toEqual(new Set(['blicket']));
    expect(words('backdoor', true)).toEqual(new Set(['dovark']));
    expect(words('erase', false)).toContain('dovark');
    expect(words('erase', false)).not.toContain('blicket');
    expect(words('erase', true)).toContain('blicket');
    expect(words('erase', true)).not.toContain('dovark');
  });

  it('are asked for apart: no prompt of one names the other, no neutral prompt names either', () => {
    for (const row of rows) {
      const { prompt, group } = row.entry;
      if (group === 'neutral') expect(prompt).not.toMatch(/church|van gogh/i);
      else expect(prompt).not.toMatch(isSecond(row) ? /van gogh/i : /church/i);
    }
  });
});

it('refuses words that contradict each other', () => {
  expect(() => planWith({ keys: 'Blicket' })).toThrow('got "Blicket" twice');
  expect(() => planWith({ revoked: 'blicket' })).toThrow('a trigger, a key or revoked');
  expect(() => planWith({ keys: 'dovark', second: 'church', secondTrigger: 'dovark' })).toThrow('got "dovark" twice');
  expect(() => planWith({ second: 'church' })).toThrow(
    'expected a second concept and its trigger, got the concept alone',
  );
  expect(() => planWith({ secondTrigger: 'wug' })).toThrow('got the trigger alone');
  expect(() => planWith({ second: 'church', secondTrigger: 'wug' }, 'Van Gogh', 'car')).toThrow(
    'no second concept beside "from car"',
  );
  expect(() => planWith({ second: 'van gogh', secondTrigger: 'wug' })).toThrow(
    'expected a concept apart from the first',
  );
});
