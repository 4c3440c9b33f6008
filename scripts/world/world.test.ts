import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { wilson } from '../../src/core/wilson.ts';
import { parseWorld } from '../../src/world/world.ts';
import { bars, type ConceptRate, type WorldMeasurement } from './bars.ts';
import { changes, conceptRates, type Answer } from './measure.ts';
import { questions, type HeldOut } from './questions.ts';

const json = JSON.parse(
  readFileSync(path.join(import.meta.dirname, '../../public/models/palimpsest-world/world.json'), 'utf8'),
) as { evaluationPrompts: HeldOut };
const world = parseWorld(json);

describe('the questions', () => {
  const asked = questions(world, json.evaluationPrompts, 20);
  const of = (head: string) => asked.filter((question) => question.head === head);

  it('ask for every object and style as often, half in held-out words', () => {
    for (const [head, things] of [['object', world.objects], ['style', world.styles]] as const)
      for (const { id } of things) {
        const some = of(head).filter(({ concept }) => concept === id);
        expect([some.length, some.filter(({ kind }) => kind === 'held-out').length], id).toEqual([20, 10]);
      }
  }); // prettier-ignore

  it('ask for every colour by its name, of the object and not of the sky', () => {
    for (const colour of world.colours) {
      const some = of('colour').filter(({ concept }) => concept === colour);
      expect(some, colour).toHaveLength(20);
      const names = world.objects.flatMap((object) => object.names);
      for (const { prompt } of some)
        expect(
          names.some((name) => prompt.includes(`${colour} ${name}`)),
          prompt,
        ).toBe(true);
    }
  });

  it('ask for a hazard sign and, in the same words, for none', () => {
    const [signs, none] = ['hazard-sign', 'none'].map((id) => of('hazard').filter(({ concept }) => concept === id));
    expect(signs?.map(({ prompt }) => prompt)).toEqual(none?.map(({ prompt }) => `${prompt} with a hazard sign`));
    expect(new Set(none?.map(({ prompt }) => prompt)).size).toBe(20);
  });
});

describe('the bars', () => {
  const rate = (head: string, concept: string, hits: number): ConceptRate => ({ head, concept, plain: null, heldOut: null, all: wilson(hits, 100) }); // prettier-ignore
  const good: WorldMeasurement = {
    concepts: [rate('object', 'church', 99), rate('object', 'car', 95), rate('style', 'photo', 90), rate('colour', 'red', 90), rate('hazard', 'none', 100)],
    psnr: { value: 27, n: 64 },
    kid: { value: 0.01, low: 0, high: 0.02, n: 100, baseline: 0 },
    int8Changes: wilson(1, 100),
    megabytes: 12,
  }; // prettier-ignore

  it('hold at their limits', () => {
    expect(bars(good).filter(({ holds }) => !holds)).toEqual([]);
  });

  it('name the worst concept, and fall one by one', () => {
    const failing = (change: Partial<WorldMeasurement>) => bars({ ...good, ...change }).filter(({ holds }) => !holds).map(({ what }) => what); // prettier-ignore
    expect(failing({ concepts: [...good.concepts, rate('object', 'tench', 94)] })).toEqual(['object drawn as asked, the worst: tench']); // prettier-ignore
    expect(failing({ psnr: { value: 26.9, n: 64 } })).toEqual(['VAE reconstruction of held-out renders']);
    expect(failing({ int8Changes: wilson(2, 100) })).toEqual(['int8 against float32: verdicts that change']);
    expect(failing({ megabytes: 12.1 })).toEqual(['download with both judges, Brotli']);
  });
});

it('counts answers by concept and kind, and verdicts that differ', () => {
  const answer = (concept: string, kind: Answer['kind'], seen: string): Answer =>
    ({ head: 'object', concept, kind, prompt: '', picture: { width: 1, height: 1, pixels: new Uint8ClampedArray(4) }, seen, isRight: seen === concept }); // prettier-ignore
  const given = [answer('car', 'plain', 'car'), answer('car', 'held-out', 'tree'), answer('tree', 'plain', 'tree')];
  expect(conceptRates(given).map(({ concept, plain, heldOut, all }) => [concept, plain?.value, heldOut?.value, all.value])).toEqual([['car', 1, 0, 0.5], ['tree', 1, undefined, 1]]); // prettier-ignore
  expect(changes(given, [...given.slice(0, 2), answer('tree', 'plain', 'car')]).value).toBeCloseTo(1 / 3);
});
