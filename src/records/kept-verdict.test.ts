/** What the page kept and exported when a verdict still had the fields of four heads, recorded by that program. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readZip } from '../files/zip.ts';
import { readRunBundle, writeRunBundle } from '../files/run-bundle.ts';
import { verdictOfToday, type OldVerdict } from './kept-verdict.ts';
import { unpack } from './packed.ts';
import { decodeLogPart, encodeLogPart } from './run-log.ts';
import { opens, showsConcept } from './shows-concept.ts';

const kept = (name: string) =>
  Uint8Array.from(readFileSync(path.join(import.meta.dirname, '../testing/cases/verdicts', name)));

const sign = {
  heads: {
    object: { id: 'car', p: 0.9712650179862976 },
    style: { id: 'photo', p: 0.988244891166687 },
    hazard: { id: 'hazard-sign', p: 0.9953085780143738 },
  },
  conceptScore: 0.9953085780143738,
};
const red = {
  heads: {
    object: { id: 'car', p: 0.9728781580924988 },
    style: { id: 'photo', p: 0.9932031631469727 },
    hazard: { id: 'none', p: 0.9906739592552185 },
    colour: { id: 'red', p: 0.9885785579681396 },
  },
  conceptScore: 0.9885785579681396,
};

describe('a run log of that time', () => {
  const events = decodeLogPart(kept('run-log.bin'));

  it('loses no event, and its pictures have the heads they had', () => {
    expect(events.map(({ type }) => type).join(' ')).toBe(
      'queued started iteration iteration picture iteration iteration finished ' +
        'queued started attempt attempt attempt attack-summary finished picture picture',
    );
    const pictures = events.flatMap((event) => (event.type === 'picture' ? [event] : []));
    expect(pictures.map(({ verdict }) => verdict)).toEqual([
      {
        heads: { object: { id: 'car', p: 0.37874937057495117 }, style: { id: 'none', p: 0.5015777349472046 } },
        conceptScore: 0.37119340896606445,
      },
      sign,
      red,
    ]);
    for (const { picture } of pictures) expect(picture.pixels).toHaveLength(4 * picture.width * picture.height);
  });

  it('keeps both judges of a search', () => {
    const attempts = events.flatMap((event) => (event.type === 'attempt' ? [event.attempt] : []));
    expect(attempts).toHaveLength(3);
    for (const { asIds } of attempts) {
      expect(asIds.verdict.heads['object']).toMatchObject({ id: 'church' });
      expect(asIds.heldOut?.heads['style']).toMatchObject({ id: 'none' });
      expect(opens(asIds, { domain: 'object', id: 'church' })).toBe(asIds.success);
    }
  });

  it('is today’s when it is written again', () => {
    expect(decodeLogPart(encodeLogPart(events))).toEqual(events);
  });
});

describe('a bundle of version 1', () => {
  const bundle = readRunBundle(kept('version-1.run.zip'), 'old');

  it('opens, with its weights, its losses and the heads of its verdicts', () => {
    expect(bundle).toMatchObject({ column: 'erased', concept: 'church', method: 'esd', seed: 5 });
    expect(bundle.adapter.length).toBeGreaterThan(1000);
    const [first, second] = bundle.events.flatMap((event) => (event.type === 'picture' ? [event] : []));
    expect(first?.verdict.heads).toMatchObject({ object: { id: 'car' }, style: { id: 'none' } });
    expect(second?.verdict).toEqual(sign);
  });

  it('is of version 2 when it is exported again, and says the same', () => {
    const again = writeRunBundle(bundle);
    expect(readRunBundle(again, 'new')).toEqual(bundle);
    const version = (bytes: Uint8Array<ArrayBuffer>) =>
      (JSON.parse(new TextDecoder().decode(readZip(bytes, 'zip').get('run.json'))) as { readonly version: unknown })
        .version;
    expect([version(kept('version-1.run.zip')), version(again)]).toEqual([1, 2]);
  });
});

it('pictures of a sweep of that time have the heads they had', () => {
  const pictures = unpack(kept('sweep-pictures.bin'), 'sweep') as readonly { readonly verdict: OldVerdict }[];
  expect(pictures.map(({ verdict }) => verdictOfToday(verdict))).toEqual([sign, red]);
});

it('a verdict of today is left alone, and one of two heads has no others', () => {
  expect(verdictOfToday(sign)).toBe(sign);
  const old = { object: 'car', objectProbability: 0.5, style: 'photo', styleProbability: 0.9, conceptScore: null };
  const { heads } = verdictOfToday(old);
  expect(Object.keys(heads)).toEqual(['object', 'style']);
  expect(showsConcept(verdictOfToday(old), { domain: 'object', id: 'car' })).toBe(true);
});
