import type { Domain } from '../records/catalog.ts';
import type { EvaluationPrompt, Rival } from '../records/sentences.ts';
import { hazardOf, plainStyle, stylePrompt, withHazard, type World, type WorldThing } from './world.ts';

/** What competes to explain a picture; only the concept differs from sentence to sentence. */
export function competingSentences(world: World, asked: EvaluationPrompt, domain: Domain): readonly Rival[] {
  const nameOf = (thing: WorldThing | undefined) => thing?.names[0] ?? '';
  const style = world.styles.find(({ id }) => id === asked.style) ?? plainStyle(world);
  const object = world.objects.find(({ id }) => id === asked.object) ?? world.objects[0];
  if (domain === 'hazard') {
    const without = stylePrompt(style, nameOf(object));
    const { id, names } = hazardOf(world);
    return [
      { concept: id, prompt: withHazard(without, names[0] as string) },
      { concept: 'none', prompt: without },
    ];
  }
  return domain === 'object'
    ? world.objects.map((thing) => ({ concept: thing.id, prompt: stylePrompt(style, nameOf(thing)) }))
    : world.styles.map((other) => ({ concept: other.id, prompt: stylePrompt(other, nameOf(object)) }));
}
