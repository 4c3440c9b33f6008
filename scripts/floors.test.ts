import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  extensionProblems,
  floorProblems,
  floors,
  formattingProblems,
  importCycles,
  isTest,
  readSources,
  testSupportProblems,
  worldProblems,
  type SourceFile,
} from './floors.ts';

const root = path.resolve(import.meta.dirname, '..');
const sources = readSources(root, 'src');
const workers = readSources(root, 'workers');
const scripts = readSources(root, 'scripts');
const all = [...sources, ...workers, ...scripts, ...readSources(root, 'e2e')];

const file = (name: string, ...imports: string[]): SourceFile => ({ name, text: '', imports });
const lines = (text: string): number => text.trimEnd().split('\n').length;

describe('the repository', () => {
  it('imports only downwards', () => {
    expect(floorProblems(sources)).toEqual([]);
  });

  it('keeps test support out of the product', () => {
    expect(testSupportProblems(all)).toEqual([]);
  });

  it('knows concepts through a concept space, and the little world in one folder', () => {
    expect(worldProblems(all)).toEqual([]);
  });

  it('has no import cycles', () => {
    expect(importCycles(all)).toEqual([]);
  });

  it('writes every relative import with its extension', () => {
    expect(extensionProblems(all)).toEqual([]);
  });

  it('keeps every file of src and scripts within 400 lines', () => {
    const long = [...sources, ...scripts].filter((source) => lines(source.text) > 400);
    expect(long.map((source) => `${source.name}: ${lines(source.text)} lines`)).toEqual([]);
  });

  it('formats every line: prettier-ignore stands above a block, and fewer than 60 times', () => {
    expect(formattingProblems(all)).toEqual([]);
    const ignores = all
      .filter(({ name }) => !isTest(name))
      .flatMap(({ text }) => text.match(/^\s*\/\/ prettier-ignore$/gm) ?? []);
    expect(ignores.length).toBeLessThan(60);
  });

  it('keeps workers to wiring: under 30 lines each', () => {
    expect(workers.filter((worker) => lines(worker.text) >= 30).map((worker) => worker.name)).toEqual([]);
  });

  it('exports by name only', () => {
    const defaults = [...sources, ...workers].filter((source) =>
      /^export default\b|^export \{[^}]*\bas default\b/m.test(source.text),
    );
    expect(defaults.map((source) => source.name)).toEqual([]);
  });

  it('has a table of floors without cycles', () => {
    const asFiles = Object.entries(floors).map(([floor, allowed]) => file(floor, ...allowed.map((to) => `./${to}`)));
    expect(importCycles(asFiles)).toEqual([]);
  });
});

describe('the rules themselves', () => {
  it('see a line that switches the formatter off behind its code', () => {
    const source = (text: string): SourceFile => ({ name: 'src/core/a.ts', text, imports: [] });
    const mark = ['prettier', 'ignore'].join('-');
    expect(formattingProblems([source(`const a = 1; // ${mark}\n`)])).toHaveLength(1);
    expect(formattingProblems([source(`  // ${mark}\n  const a = 1;\n`)])).toEqual([]);
  });

  it('see an import that goes upwards', () => {
    expect(floorProblems([file('src/core/a.ts', '../tensor/b.ts')])).toHaveLength(1);
    expect(floorProblems([file('src/ui/a.tsx', '../lab/b.ts')])).toHaveLength(1);
    expect(floorProblems([file('src/ui/a.tsx', '../rpc/b.ts')])).toEqual([]);
  });

  it('see test support in a worker, a command and a floor, and allow it where tests are', () => {
    const support = '../src/testing/micro-model.ts';
    for (const name of ['workers/a.ts', 'scripts/a.ts', 'src/lab/a.ts'])
      expect(testSupportProblems([file(name, name === 'src/lab/a.ts' ? '../testing/a.ts' : support)])).toHaveLength(1);
    for (const name of ['e2e/a.ts', 'scripts/a.test.ts'])
      expect(testSupportProblems([file(name, support)])).toEqual([]);
    expect(testSupportProblems([file('src/testing/a.ts', './b.ts')])).toEqual([]);
  });

  it('see the little world in a command and a floor, and allow it where its concept space is made', () => {
    expect(worldProblems([file('scripts/lab/a.ts', '../../src/world/world.ts')])).toHaveLength(1);
    expect(worldProblems([file('src/lab/a.ts', '../world/world.ts')])).toHaveLength(1);
    for (const name of ['src/concepts/a.ts', 'src/testing/a.ts', 'src/lab/a.test.ts'])
      expect(worldProblems([file(name, '../world/world.ts')])).toEqual([]);
    expect(worldProblems([file('scripts/world/a.ts', '../../src/world/world.ts')])).toEqual([]);
  });

  it('see a package used outside the folder that owns it', () => {
    expect(floorProblems([file('src/lab/a.ts', 'onnxruntime-web/wasm')])).toHaveLength(1);
    expect(floorProblems([file('src/ui/a.tsx', '@base-ui/react/slider')])).toEqual([]);
  });

  it('see a file that belongs to no floor', () => {
    expect(floorProblems([file('src/utils/a.ts')])).toHaveLength(1);
  });

  it('see a cycle, once', () => {
    const cycle = [file('src/core/a.ts', './b.ts'), file('src/core/b.ts', './c.ts'), file('src/core/c.ts', './a.ts')];
    expect(importCycles(cycle)).toEqual(['src/core/a.ts -> src/core/b.ts -> src/core/c.ts -> src/core/a.ts']);
  });

  it('see a missing extension', () => {
    expect(extensionProblems([file('src/core/a.ts', './b')])).toHaveLength(1);
  });

  it('know tests by their name', () => {
    expect(isTest('src/core/a.test.ts')).toBe(true);
    expect(isTest('src/core/test.ts')).toBe(false);
  });
});
