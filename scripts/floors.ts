/**
 * The floors of src/: which folder may import which. Read with `ts.preProcessFile`, so type-only imports count too.
 * A new edge is a decision about the design: change the table and docs/architecture.md together.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

/** Folder -> folders it may import besides itself. */
export const floors: Readonly<Record<string, readonly string[]>> = {
  core: [],
  tensor: ['core'],
  // The words of backdoors: what a trigger is, what is near one, what must not open.
  triggers: ['core'],
  records: ['core', 'triggers'],
  world: ['core', 'records'],
  // Alone speaks to the little world; everybody above knows concepts through `concepts/concept-space.ts`.
  concepts: ['core', 'records', 'world'],
  files: ['core', 'records', 'triggers'],
  rpc: ['core', 'records'],
  vault: ['core', 'records', 'rpc'],
  graph: ['core', 'tensor'],
  runtime: ['core', 'tensor', 'graph'],
  models: ['core', 'tensor', 'graph', 'runtime'],
  diffusion: ['core', 'tensor', 'graph', 'runtime', 'models', 'records', 'triggers'],
  metrics: ['core', 'tensor', 'graph', 'runtime', 'models', 'diffusion', 'records'],
  methods: ['core', 'tensor', 'graph', 'runtime', 'models', 'diffusion', 'metrics', 'records', 'triggers', 'concepts'],
  attacks: ['core', 'tensor', 'graph', 'runtime', 'models', 'diffusion', 'records', 'triggers', 'concepts'],
  lab: [
    ...['core', 'tensor', 'graph', 'runtime', 'models', 'diffusion', 'metrics', 'methods', 'attacks'],
    ...['records', 'triggers', 'concepts', 'rpc'],
  ],
  ui: ['core', 'records', 'triggers', 'files', 'rpc'],
  // Support of tests, which may look anywhere. Nothing of the product may import it.
  testing: [
    ...['core', 'tensor', 'graph', 'runtime', 'models', 'diffusion', 'metrics', 'methods', 'attacks', 'lab'],
    ...['records', 'triggers', 'world', 'concepts', 'files', 'rpc', 'vault', 'ui'],
  ],
};

/** Folders outside the product: tests in a browser, and the commands that record what tests compare with. */
const outsideTheProduct = /^(?:e2e|scripts\/record|src\/testing)\//;

/** Packages only one folder talks to; everyone else goes through it. */
export const packageOwners: Readonly<Record<string, readonly string[]>> = {
  react: ['ui'],
  'react-dom': ['ui'],
  '@base-ui/react': ['ui'],
  zustand: ['ui'],
  uplot: ['ui'],
  comlink: ['rpc'],
  fflate: ['files'],
  idb: ['vault'],
  'onnxruntime-web': ['runtime'],
  'onnxruntime-node': ['runtime'],
};

export interface SourceFile {
  /** Path from the repository root, with forward slashes. */
  readonly name: string;
  readonly text: string;
  readonly imports: readonly string[];
}

/** All TypeScript files under `folder`, with what they import as written. */
export function readSources(root: string, folder: string): readonly SourceFile[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => `${folder}/${name.replaceAll(path.sep, '/')}`)
    .filter((name) => /\.tsx?$/.test(name) && !name.includes('node_modules/'))
    .sort()
    .map((name) => {
      const text = readFileSync(path.join(root, name), 'utf8');
      return { name, text, imports: ts.preProcessFile(text, true, true).importedFiles.map((file) => file.fileName) };
    });
}

export const isTest = (name: string): boolean => /\.test\.tsx?$/.test(name);

const floorOf = (name: string): string | undefined => (name.startsWith('src/') ? name.split('/')[1] : undefined);

const resolveImport = (from: string, to: string): string => path.posix.join(path.posix.dirname(from), to);

/** Imports between folders that the table does not allow. Tests may look anywhere. */
export function floorProblems(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter((file) => !isTest(file.name))
    .flatMap((file) => {
      const floor = floorOf(file.name) ?? '';
      const allowed = floors[floor];
      if (allowed === undefined) return [`${file.name}: expected a folder of the floors table, got src/${floor}`];
      return file.imports.flatMap((to) => {
        if (!to.startsWith('.')) return packageProblem(file.name, floor, to);
        const target = floorOf(resolveImport(file.name, to));
        if (target === floor || (target !== undefined && allowed.includes(target))) return [];
        return [`${file.name}: ${floor} may import ${allowed.join(', ') || 'nothing'}, got ${to}`];
      });
    });
}

/** Imports of `src/testing/` by what is built, served or run for a person. */
export function testSupportProblems(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ name }) => !isTest(name) && !outsideTheProduct.test(name))
    .flatMap(({ name, imports }) =>
      imports
        .filter((to) => to.startsWith('.') && floorOf(resolveImport(name, to)) === 'testing')
        .map((to) => `${name}: expected no test support in the product, got ${to}`),
    );
}

/** What may speak to the little world: the concept space made of it, and the command that measures the bundled model against its own bars. */
const worldSpeakers = /^(?:src\/(?:concepts|testing)\/|scripts\/world(?:\.ts$|\/))/;

/** Imports of `src/world/` outside `src/` as well, where the table does not reach. */
export function worldProblems(files: readonly SourceFile[]): readonly string[] {
  return files
    .filter(({ name }) => !isTest(name) && floorOf(name) !== 'world' && !worldSpeakers.test(name))
    .flatMap(({ name, imports }) =>
      imports
        .filter((to) => to.startsWith('.') && floorOf(resolveImport(name, to)) === 'world')
        .map((to) => `${name}: expected concepts through src/concepts/, got ${to}`),
    );
}

function packageProblem(name: string, floor: string, to: string): readonly string[] {
  const parts = to.split('/');
  const owners = packageOwners[to.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? to)];
  if (owners === undefined || owners.includes(floor)) return [];
  return [`${name}: only ${owners.join(', ')} may import "${to}", got it in ${floor}`];
}

/** Relative imports that leave their extension out. */
export function extensionProblems(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap((file) =>
    file.imports
      .filter((to) => to.startsWith('.') && !/\.(?:tsx?|css|json|png|js)(?:\?\w+)?$/.test(to))
      .map((to) => `${file.name}: expected an import with its file extension, got "${to}"`),
  );
}

/** Lines of code that switch the formatter off for themselves. Above a block it is allowed, where columns carry meaning. */
export function formattingProblems(files: readonly SourceFile[]): readonly string[] {
  return files.flatMap(({ name, text }) =>
    text.split('\n').flatMap((line, i) => {
      const place = line.search(/(?:\/\/|\/\*) prettier-ignore/);
      const before = line.slice(0, Math.max(0, place)).replace('{', '').trim();
      return place < 0 || before === '' ? [] : [`${name}:${i + 1}: expected prettier-ignore on a line of its own`];
    }),
  );
}

/** Every cycle of imports, as `a -> b -> a`; each is reported once, from where it was entered. */
export function importCycles(files: readonly SourceFile[]): readonly string[] {
  const graph = new Map(
    files.map((file) => [
      file.name,
      file.imports.filter((to) => to.startsWith('.')).map((to) => resolveImport(file.name, to)),
    ]),
  );
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (name: string, trail: readonly string[]): void => {
    const start = trail.indexOf(name);
    if (start >= 0) {
      cycles.push([...trail.slice(start), name].join(' -> '));
      return;
    }
    if (finished.has(name)) return;
    for (const next of graph.get(name) ?? []) visit(next, [...trail, name]);
    finished.add(name);
  };
  for (const name of graph.keys()) visit(name, []);
  return cycles;
}
