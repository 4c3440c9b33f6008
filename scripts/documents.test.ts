/** What documents say of the repository is held to it: floors, links, files that are cited, and README's size. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { floors, readSources } from './floors.ts';

const root = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'training/README.md',
  ...readdirSync(path.join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

describe('CONTRIBUTING.md', () => {
  it('names the floors that exist, each with what it may import', () => {
    const block = /## Floors\n[^`]*`[\s\S]*?```\n([\s\S]*?)```/.exec(read('CONTRIBUTING.md'))?.[1] ?? '';
    const listed = block
      .trim()
      .split('\n')
      .map((line): readonly [string, readonly string[]] => {
        const [floor = '', list = ''] = line.split(/: +/);
        return [floor, list === 'nothing' ? [] : list.split(', ')];
      });
    expect(Object.fromEntries(listed)).toEqual(floors);
    const folders = readdirSync(path.join(root, 'src'), { withFileTypes: true });
    expect(Object.keys(floors).toSorted()).toEqual(
      folders.filter((entry) => entry.isDirectory()).map(({ name }) => name),
    );
  });
});

describe('README.md', () => {
  const readme = read('README.md');
  it('fits on two screens, with one table of results', () => {
    expect(readme.trimEnd().split('\n').length).toBeLessThanOrEqual(80);
    expect(readme.match(/^\|(?:\s*:?-+:?\s*\|)+$/gm) ?? []).toHaveLength(
      readme.includes('measured by the present rules yet') ? 0 : 1,
    );
  });
});

describe('documents', () => {
  it('link to files that exist', () => {
    const broken = documents.flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].flatMap(([, target]) =>
        existsSync(path.join(root, path.dirname(file), target as string)) ? [] : [`${file}: ${target as string}`],
      ),
    );
    expect(broken).toEqual([]);
  });

  it('and comments cite only documents that are here', () => {
    const code = ['src', 'scripts', 'workers', 'e2e'].flatMap((folder) => readSources(root, folder));
    const cited = [...code, ...documents.map((name) => ({ name, text: read(name) }))].flatMap(({ name, text }) =>
      [
        ...text.matchAll(
          /(?<![\w/.-])(?:docs\/)([a-z-]+\.md)\b|(?<![\w/.-])(runtime|sd|house|style|trust|design)\.md\b/g,
        ),
      ].map(([found, below]) => ({ name, found, exists: existsSync(path.join(root, 'docs', below ?? found)) })),
    );
    expect(cited.length).toBeGreaterThan(10);
    expect(cited.filter(({ exists }) => !exists)).toEqual([]);
  });
});
