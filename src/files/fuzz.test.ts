/** Thousands of broken files: each is read wholly or refused with a PalimpsestError, in bounded time, and never touched. */
import { readFileSync } from 'node:fs';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { PalimpsestError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import { storyIn } from '../lab/trained.ts';
import { exportLora, importLora } from '../models/lora/file.ts';
import { initialTheta, loraLayout } from '../models/lora/layout.ts';
import type { RunEvent } from '../records/events.ts';
import { foldRun } from '../records/fold-run.ts';
import { float32 } from '../tensor/host-tensor.ts';
import { writeSafetensors } from '../tensor/safetensors.ts';
import { readLink, readSettingsObject } from './experiment-file.ts';
import { writePicture } from './picture-png.ts';
import { readSettings, withSettings } from './png-metadata.ts';
import { readRunBundle, writeRunBundle, type RunBundle } from './run-bundle.ts';
import { kindOf } from './sniff.ts';
import { readZip } from './zip.ts';

const layers = [
  { module: 'a.to_q', inFeatures: 16, outFeatures: 8 },
  { module: 'b.0.to_k', inFeatures: 4, outFeatures: 12 },
];
const layout = loraLayout(layers, 2, 4);
const notes = { palimpsest: JSON.stringify({ method: 'esd', concept: 'church', from: 'tree', settings: { eta: 2 } }) };
const adapter = exportLora(layout, initialTheta(layout, 1), notes);
const kohya = exportLora(layout, initialTheta(layout, 1), notes, 'kohya');
const picture = { width: 4, height: 3, pixels: new Uint8ClampedArray(48).fill(77) };
const png = withSettings(writePicture(picture), { link: '#/bench?c=church&s=40-43' });
const jobId = 'restored';
const verdict = { heads: { object: { id: 'tree', p: 0.5 }, style: { id: 'photo', p: 0.9 } }, conceptScore: null };
const events: readonly RunEvent[] = [
  { type: 'started', jobId, title: 'ESD', total: 2 },
  { type: 'iteration', jobId, iteration: 1, total: 2, loss: 0.5, terms: { erase: 0.5 }, gradientNorm: 1, seconds: 0.1 },
  {
    type: 'picture',
    jobId,
    cell: { column: 'erased', row: 0 },
    seed: 40,
    prompt: 'a church',
    iteration: 1,
    picture,
    verdict,
  },
  { type: 'finished', jobId, outcome: 'done', seconds: 1, adapter: null, error: null },
];
const bundle: RunBundle = {
  column: 'erased',
  link: '#/bench?c=church',
  method: 'esd',
  concept: 'church',
  from: '',
  trigger: '',
  triggerPosition: 'prefix',
  parameters: { iterations: 2 },
  prompts: ['a church'],
  seeds: [40],
  seed: 40,
  adapter,
  events,
};
const archive = writeRunBundle(bundle);
const weights = new Map(
  layers.flatMap(({ module, inFeatures, outFeatures }) => [
    [`${module}.weight`, float32([outFeatures, inFeatures], new Float32Array(inFeatures * outFeatures).fill(0.5))],
    [`${module}.bias`, float32([outFeatures], new Float32Array(outFeatures))],
  ]),
);
const patch = writeSafetensors(
  new Map([
    ['unet.a.to_q.weight', float32([8, 16], new Float32Array(128).fill(0.75))],
    ['unet.a.to_q.bias', float32([8], new Float32Array(8).fill(1))],
  ]),
);
const old = writeSafetensors(
  new Map([
    ['a.processor.to_q_lora.down.weight', float32([1, 16], new Float32Array(16).fill(1))],
    ['a.processor.to_q_lora.up.weight', float32([8, 1], new Float32Array(8).fill(1))],
  ]),
  { lora_adapter_metadata: JSON.stringify({ r: 1, lora_alpha: 2, alpha_pattern: { 'to_[qk]': 3 } }) },
);
const inBundles = 'down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_q';
const adapterLayers = [...layers, { module: inBundles, inFeatures: 96, outFeatures: 96 }];
const caseFile = (name: string) => Uint8Array.from(readFileSync(new URL(`../testing/cases/${name}`, import.meta.url)));
const rewritten = [
  'bundle/streamed-zip64.run.zip',
  'bundle/zip64.run.zip',
  'png/pil-ztxt.png',
  'png/ours-pil-itxt-zip.png',
];
const seeds = [adapter, kohya, png, archive, patch, old, ...rewritten.map(caseFile)];

/** What the page does with a file, the model's layers aside. */
function read(bytes: Uint8Array<ArrayBuffer>): unknown {
  switch (kindOf(bytes, 'file')) {
    case 'adapter':
      return storyIn(importLora(bytes, layers, 'file', weights).metadata);
    case 'picture':
      return readSettingsObject(readSettings(bytes), [], 'file');
    case 'run': {
      const run = readRunBundle(bytes, 'file');
      readLink(run.link, [], 'file');
      foldRun(run.events);
      return storyIn(importLora(run.adapter, adapterLayers, 'file').metadata);
    }
  }
}

function outcome(bytes: Uint8Array<ArrayBuffer>): 'read' | 'refused' {
  try {
    read(bytes);
    return 'read';
  } catch (thrown) {
    if (!(thrown instanceof PalimpsestError)) throw thrown;
    expect(['bad-file', 'bad-argument', 'missing-weight']).toContain(thrown.code);
    expect(thrown.message.length).toBeLessThan(2000);
    return 'refused';
  }
}

type Mutation = (bytes: Uint8Array<ArrayBuffer>, random: Random) => Uint8Array<ArrayBuffer>;

const below = (random: Random, n: number) => Math.min(n - 1, Math.floor(random.uniform() * n));
const interesting = [0, 1, 0x7f, 0x80, 0xff, 0x22, 0x5b, 0x7b, 0x2e, 0x2f, 0x5c];

const mutations: Readonly<Record<string, Mutation>> = {
  truncated: (bytes, random) => bytes.slice(0, below(random, bytes.length)),
  flipped: (bytes, random) => {
    const changed = bytes.slice();
    for (let n = 1 + below(random, 8); n > 0; n--) {
      const at = below(random, changed.length);
      changed[at] = (changed[at] as number) ^ (1 << below(random, 8));
    }
    return changed;
  },
  'with strange bytes in its head': (bytes, random) => {
    const changed = bytes.slice();
    for (let n = 1 + below(random, 4); n > 0; n--)
      changed[below(random, Math.min(600, changed.length))] = interesting[below(random, interesting.length)] as number;
    return changed;
  },
  'with strange bytes in its tail': (bytes, random) => {
    const changed = bytes.slice();
    for (let n = 1 + below(random, 4); n > 0; n--)
      changed[changed.length - 1 - below(random, Math.min(600, changed.length))] = interesting[
        below(random, interesting.length)
      ] as number;
    return changed;
  },
  spliced: (bytes, random) => {
    const other = seeds[below(random, seeds.length)] as Uint8Array;
    const [from, length] = [below(random, other.length), below(random, 200)];
    const at = below(random, bytes.length);
    const middle = other.slice(from, from + length);
    const joined = new Uint8Array(bytes.length + middle.length);
    joined.set(bytes.subarray(0, at));
    joined.set(middle, at);
    joined.set(bytes.subarray(at), at + middle.length);
    return joined;
  },
  'edited in its header': (bytes, random) => {
    // A safetensors header with one of its numbers or words changed, its length put right.
    const text = new TextDecoder('latin1').decode(bytes);
    const edits = [/\d+/g, /F32/g, /lora_[AB]|lora_up|lora_down/g, /"[a-z_.0-9]+"/g];
    const values = ['0', '-1', '1e309', '99999999999', 'null', '"x"', 'F64', 'I64', '[]', '{"a":1}', '../x', 'NaN'];
    const places = [...text.slice(8).matchAll(edits[below(random, edits.length)] as RegExp)];
    const place = places[below(random, Math.max(1, Math.min(60, places.length)))];
    if (place === undefined) return bytes;
    const value = values[below(random, values.length)] as string;
    const at = 8 + place.index;
    const changed = text.slice(0, at) + value + text.slice(at + place[0].length);
    const result = Uint8Array.from(changed, (letter) => letter.charCodeAt(0));
    if (result[8] === 0x7b) {
      const view = new DataView(result.buffer);
      view.setBigUint64(0, view.getBigUint64(0, true) + BigInt(value.length - place[0].length), true);
    }
    return result;
  },
};

describe('broken files', () => {
  it('the whole ones are read, and a bundle comes back as it was', () => {
    for (const bytes of seeds) expect(outcome(bytes)).toBe('read');
    expect(readRunBundle(archive, 'x')).toEqual(bundle);
    expect(foldRun(readRunBundle(archive, 'x').events).series.terms).toEqual({ erase: [0.5] });
    expect(read(adapter)).toMatchObject({ from: 'tree', settings: { eta: 2 } });
    expect(readSettingsObject(readSettings(png), [], 'x')).toEqual({ concept: 'church', seeds: [40, 41, 42, 43] });
  });

  it.each(Object.entries(mutations))('%s: read or refused, never anything else', (name, mutate) => {
    const random = Random.seeded(7, name);
    const start = process.cpuUsage();
    let refused = 0;
    let slowest = 0;
    for (let i = 0; i < 1200; i++) {
      const seed = seeds[i % seeds.length] as Uint8Array<ArrayBuffer>;
      const before = seed.slice();
      const changed = mutate(seed, random);
      const from = process.cpuUsage();
      if (outcome(changed) === 'refused') refused += 1;
      slowest = Math.max(slowest, process.cpuUsage(from).user);
      expect(seed.every((byte, at) => byte === before[at])).toBe(true);
    }
    expect(refused).toBeGreaterThan(300);
    // Microseconds of the processor's own time, so that a busy machine changes nothing.
    expect(slowest).toBeLessThan(1e6);
    expect(process.cpuUsage(start).user).toBeLessThan(30e6);
  });
});

describe('hostile archives', () => {
  const text = (words: string) => new TextEncoder().encode(words);
  const zip = (files: Record<string, Uint8Array>) => new Uint8Array(zipSync(files));
  const limits = { entries: 20, entryBytes: 1e6, totalBytes: 2e6 };
  const zeros = new Uint8Array(3e6);
  /** Every place where the archive says `from`, 4 bytes, little endian. */
  const lie = (bytes: Uint8Array<ArrayBuffer>, from: number, to: number) => {
    const view = new DataView(bytes.buffer);
    for (let at = 0; at + 4 <= bytes.length; at++) if (view.getUint32(at, true) === from) view.setUint32(at, to, true);
    return bytes;
  };
  const renamed = (from: string, to: string) => {
    const bytes = zip({ [from]: text('x') });
    const words = new TextDecoder('latin1').decode(bytes).replaceAll(from, to);
    return Uint8Array.from(words, (letter) => letter.charCodeAt(0));
  };
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`f${i}`, text('x')]));
  const cases: readonly [string, Uint8Array<ArrayBuffer>, RegExp][] = [
    ['an entry too large', zip({ a: zeros }), /a of at most 1000000 bytes, got 3000000/],
    ['a bomb that lies about its size', lie(zip({ a: zeros }), 3e6, 1000), /1000 bytes when expanded, got more/],
    [
      'entries too large together',
      zip({ a: zeros.slice(0, 9e5), b: zeros.slice(0, 9e5), c: zeros.slice(0, 9e5) }),
      /at most 2000000 bytes when expanded/,
    ],
    ['too many entries', zip(many), /at most 20 files in it, got 21/],
    ['a way up', renamed('aa/bbb', '../bbb'), /plain relative file names, got "\.\.\/bbb"/],
    ['an absolute path', renamed('abbb', '/bbb'), /plain relative file names/],
    ['a backslash', renamed('aabb', 'a\\bb'), /plain relative file names/],
    ['a drive', renamed('axbb', 'c:bb'), /plain relative file names/],
    ['a name twice', twice(), /every name once, got "bb" twice/],
    ['a torn end', archive.slice(0, -5), /ends with its directory/],
  ];
  function twice(): Uint8Array<ArrayBuffer> {
    const words = new TextDecoder('latin1').decode(zip({ ab: text('x'), bb: text('y') })).replaceAll('ab', 'bb');
    return Uint8Array.from(words, (letter) => letter.charCodeAt(0));
  }

  it.each(cases)('%s is refused', (_, bytes, message) => {
    expect(() => readZip(bytes, 'x.zip', limits)).toThrow(message);
  });

  it('refuses files that are no part of a bundle, and a run that never ends', () => {
    const { adapter: weights, ...about } = bundle;
    const run = text(JSON.stringify({ format: 'palimpsest-run', version: 1, ...about }));
    const end = JSON.stringify(events[3]);
    const parts = (lines: string) => ({
      'README.md': text(''),
      'run.json': run,
      'events.jsonl': text(lines),
      'adapter.safetensors': weights,
    });
    const start = JSON.stringify(events[0]);
    expect(readRunBundle(zip(parts(`${start}\n${end}\n`)), 'x').events).toHaveLength(2);
    const seeded = (seed: unknown) =>
      zip({
        ...parts(`${start}\n${end}\n`),
        'run.json': text(JSON.stringify({ format: 'palimpsest-run', version: 1, ...about, seed })),
      });
    expect(readRunBundle(seeded(undefined), 'x').seed).toBe(0);
    expect(() => readRunBundle(seeded(-1), 'x')).toThrow(/run\.json: seed as a whole number, got -1/);
    expect(() => readRunBundle(zip(parts(`${start}\n`)), 'x')).toThrow(/one "started" to one "finished"/);
    expect(() => readRunBundle(zip({ ...parts(`${start}\n${end}`), 'run.exe': text('x') }), 'x')).toThrow(/run\.exe/);
    expect(() => readRunBundle(zip(parts(`${'['.repeat(99)}\n`)), 'x')).toThrow(/line 1: expected JSON at most 32/);
  });

  const bundled = (change: readonly RunEvent[]) =>
    writeRunBundle({ ...bundle, events: [events[0], ...change, events[3]] as RunEvent[] });
  const frame = (side: number): RunEvent => ({
    ...(events[2] as RunEvent & { type: 'picture' }),
    picture: { width: side, height: side, pixels: new Uint8ClampedArray(4 * side * side) },
  });
  const iteration = (terms: Readonly<Record<string, number>>): RunEvent => ({
    ...(events[1] as RunEvent & { type: 'iteration' }),
    terms,
  });

  it('refuses frames that are few bytes each and gigabytes together, before it has expanded them all', () => {
    const bomb = bundled(Array.from({ length: 40 }, () => frame(128)));
    const limits = { events: 100, terms: 32, pixels: 39 * 128 * 128 };
    expect(bomb.length).toBeLessThan(limits.pixels / 10);
    expect(() => readRunBundle(bomb, 'x', limits)).toThrow(/frames of at most 638976 pixels together, got more/);
    expect(readRunBundle(bomb, 'x').events).toHaveLength(42);
    expect(() => readRunBundle(bundled([frame(8), frame(4)]), 'x')).toThrow(/every frame of 8 × 8 pixels, got 4 × 4/);
  });

  it('takes losses of any name as names, and refuses more of them than a method has', () => {
    const strange = JSON.parse('{"__proto__":1,"constructor":2,"toString":3}') as Record<string, number>;
    const view = foldRun(readRunBundle(bundled([iteration(strange), iteration({ hasOwnProperty: 4 })]), 'x').events);
    expect(Object.entries(view.series.terms)).toEqual([
      ['__proto__', [1, null]],
      ['constructor', [2, null]],
      ['toString', [3, null]],
      ['hasOwnProperty', [null, 4]],
    ]);
    const many = Array.from({ length: 33 }, (_, i) => iteration({ [`t${i}`]: 1 }));
    expect(() => readRunBundle(bundled(many), 'x')).toThrow(/at most 32 named losses, got more in line 34/);
  });

  it('reads or refuses every broken link and every broken story of an adapter', () => {
    const random = Random.seeded(9, 'words');
    const links = [
      '#/bench?c=church&s=40-43&es=0.5',
      '#/bench?f=tree&t=blicket&a=pez',
      '#/bench?__proto__=1&constructor.x=2',
    ];
    const stories = [
      notes.palimpsest,
      '{"__proto__":{"method":"esd"},"settings":{"constructor":1},"method":"esd"}',
      '{"method":"closed-form","facts":{"anchor":"tree","rank":4,"singularValues":[3,2],"__proto__":{"a":1}}}',
      '{"method":"__proto__","settings":[]}',
    ];
    const attempt = (work: () => unknown) => {
      try {
        work();
      } catch (thrown) {
        if (!(thrown instanceof PalimpsestError)) throw thrown;
        expect(thrown.code).toBe('bad-file');
      }
    };
    const broken = (words: string) => {
      const letters = [...words];
      for (let n = below(random, 6); n > 0; n--)
        letters[below(random, letters.length)] = '%"{}[]&=.\\\u0000-9e'[below(random, 15)] as string;
      return letters.join('');
    };
    for (let i = 0; i < 3000; i++) {
      attempt(() => readLink(broken(links[i % links.length] as string), [], 'x'));
      attempt(() => storyIn(new Map([['palimpsest', broken(stories[i % stories.length] as string)]])));
    }
  });
});
