import { afterEach, describe, expect, it } from 'vitest';
import { attacks } from '../attacks/registry.ts';
import type { AttackRequest } from '../records/attack.ts';
import type { RunEvent } from '../records/events.ts';
import { Engine } from './engine.ts';
import { microPlatform } from './micro-model.ts';

const request: AttackRequest = {
  kind: 'attack',
  attack: 'unlearndiff',
  concept: 'church',
  adapterId: null,
  adapterStrength: 1,
  prompt: 'a photo of a church',
  pictureSeed: 40,
  target: { kind: 'original', seed: 41 },
  parameters: { rounds: 3, iterations: 2, draws: 2, tokens: 2 },
  forbiddenWords: [],
  seed: 7,
  numInferenceSteps: 2,
  guidanceScale: 3,
  control: true,
  resumeFrom: null,
};

let engine: Engine | null = null;

async function openEngine(): Promise<Engine> {
  engine = new Engine(await microPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  return engine;
}

/** All events of one job, to its end. */
async function eventsOf(engine: Engine, asked: AttackRequest): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  const ended = new Promise<void>((resolve) => {
    engine.listen((event) => {
      events.push(event);
      if (event.type === 'finished') resolve();
    });
  });
  await engine.start(asked);
  await ended;
  return events;
}

const ofType = <T extends RunEvent['type']>(events: readonly RunEvent[], type: T) =>
  events.filter((event): event is RunEvent & { type: T } => event.type === type);

afterEach(async () => {
  await engine?.dispose();
  engine = null;
});

describe('an attack through the engine', () => {
  it.each(attacks.map(({ descriptor }) => descriptor.id))('%s runs to its summary', async (id) => {
    const engine = await openEngine();
    const specs = attacks.find(({ descriptor }) => descriptor.id === id)?.descriptor.parameters ?? [];
    const parameters = Object.fromEntries(
      Object.entries(request.parameters).filter(([name]) => specs.some((spec) => spec.id === name)),
    );
    const events = await eventsOf(engine, { ...request, attack: id, parameters });
    expect(ofType(events, 'finished')[0]).toMatchObject({ outcome: 'done', error: null });
    expect(ofType(events, 'attack-summary')).toHaveLength(1);
    expect(engine.opened.pipeline.executor.ledger().tensors).toBe(0);
  });
});
