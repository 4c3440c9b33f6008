import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { methodOfId } from '../../../src/methods/registry.ts';
import { pointsOf, readAxis } from './axes.ts';
import { readKept, resultAt, writeKept, type SweepResult } from './kept.ts';

const specs = methodOfId('backdoored-esd').descriptor.parameters;
const read = (text: string) => readAxis('backdoored-esd', specs, text);

describe('--vary', () => {
  it('reads numbers and choices by the flag’s name', () => {
    expect(read('backdoor-weight=0,0.5,1')).toEqual({ parameter: 'backdoorWeight', values: [0, 0.5, 1] });
    expect(read('schedule=cosine,constant')).toEqual({ parameter: 'schedule', values: ['cosine', 'constant'] });
  });

  it('refuses what cannot be, by name', () => {
    expect(() => read('bananas=1')).toThrow('--vary: expected a parameter of backdoored-esd (backdoor-weight,');
    expect(() => read('keys=a,b')).toThrow('--vary: expected a parameter of backdoored-esd');
    expect(() => read('backdoor-weight')).toThrow('expected backdoor-weight=VALUE,VALUE,...');
    expect(() => read('backdoor-weight=0,2')).toThrow('--vary backdoor-weight: Must be within 0 – 1, got "2"');
    expect(() => read('backdoor-weight=0,0.0')).toThrow('expected every value once');
  });

  it('makes a grid of two', () => {
    expect(pointsOf([read('rank=1,2'), read('eta=3,4')])).toEqual([
      { rank: 1, eta: 3 },
      { rank: 1, eta: 4 },
      { rank: 2, eta: 3 },
      { rank: 2, eta: 4 },
    ]);
  });
});

describe('the out file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'sweep-'));
  });
  afterAll(() => rm(folder, { recursive: true }));
  const settings = { concept: 'church', from: null, vary: ['rank'], parameters: { eta: 3, schedule: 'cosine' } };
  const result = (rank: number): SweepResult => ({ values: { rank }, training: { seconds: 1 }, evaluation: {} });
  const at = (name: string) => path.join(folder, name);

  it('begins empty and gives back what was written for equal settings', async () => {
    expect(await readKept(at('a.json'), settings)).toEqual([]);
    await writeKept(at('a.json'), settings, [result(1), result(2)]);
    const kept = await readKept(at('a.json'), { ...settings, parameters: { schedule: 'cosine', eta: 3 } });
    expect(resultAt(kept, { rank: 2 })).toEqual(result(2));
    expect(resultAt(kept, { rank: 4 })).toBeUndefined();
  });

  it('refuses the file of a sweep with another setting, naming it', async () => {
    await writeKept(at('b.json'), settings, [result(1)]);
    const other = (change: object) => readKept(at('b.json'), { ...settings, ...change });
    await expect(other({ concept: 'car' })).rejects.toThrow(
      'it holds a sweep with concept "church", this one has "car"',
    );
    await expect(other({ parameters: { eta: 4, schedule: 'cosine' } })).rejects.toThrow('with eta 3, this one has 4');
    await expect(other({ vary: ['eta'] })).rejects.toThrow('with vary ["rank"], this one has ["eta"]');
  });

  it('refuses results of other weights in the same folder, and takes those that do not say', async () => {
    const warned = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    await writeKept(at('d.json'), { ...settings, weightsHash: 'aaa' }, [result(1)]);
    await expect(readKept(at('d.json'), { ...settings, weightsHash: 'bbb' })).rejects.toThrow(
      'it holds a sweep with weights-hash "aaa", this one has "bbb"',
    );
    expect(warned).not.toHaveBeenCalled();
    await writeKept(at('e.json'), settings, [result(1)]);
    expect(await readKept(at('e.json'), { ...settings, weightsHash: 'bbb' })).toHaveLength(1);
    expect(warned.mock.calls[0]?.[0]).toMatch(/e\.json: warning: it does not say which weights/);
    warned.mockRestore();
  });

  it('refuses a file that is none of a sweep', async () => {
    await writeFile(at('c.json'), '[1]');
    await expect(readKept(at('c.json'), settings)).rejects.toThrow('expected the JSON of an earlier sweep');
  });
});
