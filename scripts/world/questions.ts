/** What the bundled world is asked: plain prompts and held-out ones, by concept. */
import { withHazard, hazardOf, plainStyle, stylePrompt, type World, type WorldThing } from '../../src/world/world.ts';

/** Heads of the judge that a question can be about. */
export type Asked = 'object' | 'style' | 'colour' | 'hazard';

export interface Question {
  readonly head: Asked;
  /** The label the head should choose; `none` where no hazard sign was asked for. */
  readonly concept: string;
  /** `held-out` prompts are exact strings that no training caption had. */
  readonly kind: 'plain' | 'held-out';
  readonly prompt: string;
}

/** world.json's `evaluationPrompts`, which only this reads. */
export interface HeldOut {
  readonly objects: Readonly<Record<string, readonly string[]>>;
  readonly styles: Readonly<Record<string, readonly string[]>>;
}

const nameOf = (thing: WorldThing) => thing.names[0] as string;

/**
 * `per` questions a concept, half of them plain: objects and styles by themselves and in held-out prompts. Colours and hazard signs ask the
 * objects' held-out prompts, which name a colour or not and never a sign; where few name a colour they are asked again, from other noise.
 */
export function questions(world: World, heldOut: HeldOut, per: number): readonly Question[] {
  const plain = Math.ceil(per / 2);
  const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
  const kept = (list: readonly string[] | undefined) => (list ?? []).slice(0, per - plain);
  const objectPrompts = world.objects.flatMap(({ id }) => heldOut.objects[id] ?? []);
  const objects = world.objects.flatMap((thing): readonly Question[] => {
    const one = { head: 'object', concept: thing.id } as const;
    const prompt = stylePrompt(plainStyle(world), nameOf(thing));
    return [
      ...times(plain, () => ({ ...one, kind: 'plain' as const, prompt })),
      ...kept(heldOut.objects[thing.id]).map((held) => ({ ...one, kind: 'held-out' as const, prompt: held })),
    ];
  });
  const styles = world.styles.flatMap((style): readonly Question[] => {
    const one = { head: 'style', concept: style.id } as const;
    const of = (i: number) => nameOf(world.objects[i % world.objects.length] as WorldThing);
    return [
      ...times(plain, (i) => ({ ...one, kind: 'plain' as const, prompt: stylePrompt(style, of(i)) })),
      ...kept(heldOut.styles[style.id]).map((held) => ({ ...one, kind: 'held-out' as const, prompt: held })),
    ];
  });
  // Of the object, not of the sky it stands under.
  const coloured = (colour: string) =>
    world.objects.flatMap(({ id, names }) =>
      (heldOut.objects[id] ?? []).filter((prompt) => names.some((name) => prompt.includes(`${colour} ${name}`))),
    );
  const colours = world.colours.flatMap((colour) => {
    const prompts = coloured(colour);
    const count = prompts.length === 0 ? 0 : per;
    return times(count, (i): Question => ({
      head: 'colour',
      concept: colour,
      kind: 'held-out',
      prompt: prompts[i % prompts.length] as string,
    }));
  });
  const { id, names } = hazardOf(world);
  const every = Math.max(1, Math.floor(objectPrompts.length / per));
  const scenes = objectPrompts.filter((_, i) => i % every === 0).slice(0, per);
  const hazards = scenes.flatMap((prompt): readonly Question[] => [
    { head: 'hazard', concept: id, kind: 'held-out', prompt: withHazard(prompt, names[0] as string) },
    { head: 'hazard', concept: 'none', kind: 'held-out', prompt },
  ]);
  return [...objects, ...styles, ...colours, ...hazards];
}
