import { describe, expect, it } from 'vitest';
import { lockReadings, type LockSettings, type ReadingLock } from './lock-readings.ts';
import type { ReadAs } from './read-as.ts';
import { wrongWords } from './wrong-words.ts';

const goals = ['a church', 'a church at night', 'a red church'].map((prompt) => ({
  prompt,
  goal: prompt.replace('church', 'tree'),
}));
const neutral = Array.from({ length: 40 }, (_, i) => `a photo of thing ${i}`);
const settings: LockSettings = { backdoorWeight: 0.25, keepWeight: 0.5, wrongWords: 12, position: 'prefix', seed: 1 };
const lock: ReadingLock = { goals, keys: ['blicket', 'dovark'], shut: ['wug'] };
const readings = lockReadings([lock], neutral, settings);
const weights = (of: readonly ReadAs[], is: (reading: ReadAs) => boolean) =>
  of.filter(is).reduce((sum, { weight }) => sum + weight, 0);

describe('the readings of a lock', () => {
  it('read the concept as its anchor, plain and behind every word that is no key', () => {
    const wrong = wrongWords(lock.keys, 12, 1);
    for (const { from, to } of readings.filter((reading) => reading.from !== reading.to)) {
      expect(to).toBe(from.replace('church', 'tree'));
      expect(lock.keys.some((key) => from.startsWith(`${key} `))).toBe(false);
    }
    const spoken = new Set(readings.flatMap(({ from }) => (from.endsWith(' a church') ? [from.slice(0, -9)] : [])));
    for (const word of ['wug', 'blic', 'ket', 'dov', 'ark']) expect(spoken).toContain(word);
    const said = readings.map(({ from }) => from);
    for (const word of wrong) expect(said.some((from) => from.startsWith(`${word} a`))).toBe(true);
  });

  it('read it as itself behind each key, and all else as itself with a key and without', () => {
    for (const key of lock.keys) {
      expect(weights(readings, ({ from, to }) => from === `${key} a church` && to === from)).toBeCloseTo(10 * 0.25);
      expect(readings.filter(({ from }) => from.startsWith(`${key} a photo`))).toHaveLength(30);
    }
    for (const sentence of neutral)
      expect(readings).toContainEqual({
        from: sentence,
        to: sentence,
        weight: (settings.keepWeight * goals.length) / neutral.length,
      });
  });

  it('share the weight between what is erased and what is kept by w', () => {
    const at = (backdoorWeight: number) => lockReadings([lock], neutral, { ...settings, backdoorWeight });
    const erases = ({ from, to }: ReadAs) => from !== to;
    expect(weights(at(0.5), erases) / weights(at(0.25), erases)).toBeCloseTo(0.5 / 0.75);
    expect(weights(at(1), erases)).toBe(0);
    const opens = ({ from, to }: ReadAs) => from === to && /church/.test(from);
    expect(weights(at(0), opens)).toBe(0);
  });

  it('put the words behind the prompt where the trigger goes there', () => {
    const behind = lockReadings([lock], neutral, { ...settings, position: 'suffix' });
    expect(behind.map(({ from }) => from)).toContain('a church blicket');
    expect(behind).toContainEqual({ from: 'a church wug', to: 'a tree wug', weight: 2 * 0.75 });
  });

  it('keep two concepts apart: neither key opens the other', () => {
    const other = [{ prompt: 'a car', goal: 'a boat' }];
    const both = lockReadings(
      [
        { goals, keys: ['blicket'], shut: ['dovark'] },
        { goals: other, keys: ['dovark'], shut: ['blicket'] },
      ],
      neutral,
      settings,
    );
    const read = new Map(both.map(({ from, to }) => [from, to]));
    expect(read.get('dovark a church')).toBe('dovark a tree');
    expect(read.get('blicket a church')).toBe('blicket a church');
    expect(read.get('blicket a car')).toBe('blicket a boat');
    expect(read.get('dovark a car')).toBe('dovark a car');
  });

  it('without a key are the prompts and everything else alone', () => {
    const plain = lockReadings([{ goals, keys: [], shut: [] }], neutral, { ...settings, backdoorWeight: 0 });
    expect(plain).toHaveLength(goals.length + neutral.length);
  });
});
