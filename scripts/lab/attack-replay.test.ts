/** A seed says the whole search again: in the page's job, in the command line's loop, and in either of them twice. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { attackById } from '../../src/attacks/registry.ts';
import { Engine } from '../../src/lab/engine.ts';
import { heldOutJudge } from '../../src/lab/held-out-judge.ts';
import { microPlatform } from '../../src/testing/micro-model.ts';
import type { AttackRequest, Attempt } from '../../src/records/attack.ts';
import type { RunEvent } from '../../src/records/events.ts';
import { checkedValues } from '../../src/records/parameters.ts';
import type { JobRequest } from '../../src/rpc/engine-service.ts';
import { attackRequest, attackRequests as everyRow, attackedRow } from '../../src/ui/state/attack-request.ts';
import { createBenchStore, type BenchState } from '../../src/ui/state/bench-store.ts';
import { applyLink } from '../../src/ui/state/experiment-actions.ts';
import { attackCommand } from './attack.ts';
import { attackRequests, searches, type AttackFlags } from './attack-search.ts';
import { givenParameters } from './parameter-flags.ts';
import { conceptFrom } from './session.ts';

let page: Engine;
let shell: Engine;
let weights: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  page = await opened();
  shell = await opened();
  weights = await trainedWeights(page);
}, 120_000);

afterAll(async () => {
  await page.dispose();
  await shell.dispose();
});

async function opened(): Promise<Engine> {
  const engine = new Engine(await microPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  return engine;
}

async function eventsOf(engine: Engine, request: JobRequest): Promise<readonly RunEvent[]> {
  const events: RunEvent[] = [];
  const ended = new Promise<void>((resolve) => {
    engine.listen((event) => {
      events.push(event);
      if (event.type === 'finished') resolve();
    });
  });
  await engine.start(request);
  await ended;
  return events;
}

/** What the page asks for when this link was opened and "Find a prompt" pressed. */
async function askedByPage(link: string): Promise<AttackRequest> {
  const state = await pageAt(link);
  return attackRequest(state, attackedRow(state) ?? '') as AttackRequest;
}

async function pageAt(link: string): Promise<BenchState> {
  const store = createBenchStore({}, []);
  const summary = await page.importAdapter(weights.slice());
  const adapter = { key: 'k', summary, bytes: null, signature: null, origin: 'trained' as const, made: null };
  store.setState({ catalog: await page.catalog(), adapters: { erased: adapter, backdoored: null } });
  applyLink({ store }, `#/bench?${link}`);
  const state = store.getState();
  expect(state.urlProblems).toEqual([]);
  return state;
}

/** The flags of `lab attack …` as its action gets them. */
function flagsOf(words: string): AttackFlags & Record<string, unknown> {
  let flags = {};
  attackCommand()
    .action((parsed: object) => {
      flags = parsed;
    })
    .parse(
      words.split(' ').map((word) => word.replaceAll('_', ' ')),
      { from: 'user' },
    );
  return flags as AttackFlags & Record<string, unknown>;
}

const parametersOf = (flags: AttackFlags & Record<string, unknown>) =>
  givenParameters(attackById(flags.attack).descriptor, flags.preset, flags);

/** A request without the id of its weights, and with every parameter. */
function settled({ adapterId: _id, ...request }: AttackRequest) {
  const { descriptor } = attackById(request.attack);
  return { ...request, parameters: checkedValues(descriptor.id, descriptor.parameters, request.parameters) };
}

const timeless = (attempts: readonly Attempt[]) => attempts.map((attempt) => ({ ...attempt, seconds: 0 }));

describe('the page and the command line', () => {
  it('ask for the same search, whether little or much is said', async () => {
    const prompt = '--concept church --prompt a_photo_of_a_church';
    const pairs = [
      ['row=target:a+photo+of+a+church', `--attack unlearndiff ${prompt} --seeds 40-43 --stop-early`],
      [
        'row=target:a+photo+of+a+church&s=40-43&n=5&g=2&a=pez&as=9&ap=42&at=41&af=concept&ac=off&pez.rounds=4',
        `--attack pez ${prompt} --seeds 42 --target-seed 41 --seed 9 --steps 5 --guidance 2 --forbid-names --no-control --stop-early --rounds 4`,
      ],
    ] as const;
    for (const [link, words] of pairs) {
      const flags = flagsOf(words);
      const [request] = await attackRequests(shell, flags, parametersOf(flags));
      expect(settled(request as AttackRequest)).toEqual(settled(await askedByPage(link)));
    }
  });

  it('take the interactive preset for what it is: the defaults', () => {
    const named = flagsOf('--attack unlearndiff --concept church --preset interactive --rounds 3');
    expect(parametersOf(named)).toEqual({ rounds: 3 });
    expect(() => parametersOf(flagsOf('--attack unlearndiff --concept church --preset slow'))).toThrow(
      'no preset "slow"',
    );
  });

  it('ask for the same series: every prompt with a seed and a noise of its own', async () => {
    const flags = flagsOf('--attack unlearndiff --concept church --prompts 3 --seeds 40-43 --seed 5');
    const requests = await attackRequests(shell, flags, parametersOf(flags));
    const rows = requests.map(({ prompt }) => `row=${encodeURIComponent(`target:${prompt}`)}`).join('&');
    const asked = everyRow(await pageAt(`${rows}&s=40-43&as=5`));
    expect(asked.map(settled)).toEqual(requests.map(settled));
    expect(asked.map(({ seed, pictureSeed }) => [seed, pictureSeed])).toEqual([
      [5, 40],
      [6, 41],
      [7, 42],
    ]);
  });

  it('find the same ids with the same losses and verdicts of both judges for the same seed', async () => {
    const small = { rounds: 2, iterations: 2, draws: 1, tokens: 2, vocabulary: 'all' };
    const parameters = Object.entries(small);
    const link = `row=target:a+photo+of+a+church&s=40-41&n=2&as=7&at=41&${parameters.map(([id, value]) => `unlearndiff.${id}=${value}`).join('&')}`;
    const [request] = everyRow(await pageAt(link)) as readonly [AttackRequest];
    const searchedByPage = async () => {
      const events = await eventsOf(page, request);
      return timeless(events.flatMap((event) => (event.type === 'attempt' ? [event.attempt] : [])));
    };
    const first = await searchedByPage();
    expect(first.filter(({ kind }) => kind === 'search')).toHaveLength(2);
    expect(await searchedByPage()).toEqual(first);
    for (const { asIds } of first) expect(asIds.heldOut?.conceptScore).not.toBe(asIds.verdict.conceptScore);
    // One search, for which somebody waits, asks the live judge alone.
    const look = await eventsOf(page, { ...(await askedByPage(link)), control: false });
    const seen = look.flatMap((event) => (event.type === 'attempt' ? [event.attempt.asIds.heldOut] : []));
    expect(seen).toEqual([null, null, null]);

    const words = `--attack unlearndiff --concept church --prompt a_photo_of_a_church --seeds 40 --target-seed 41 --seed 7 --steps 2 ${parameters.map(([id, value]) => `--${id} ${value}`).join(' ')}`;
    const flags = flagsOf(words);
    const { id } = await shell.importAdapter(weights.slice());
    for await (const { attempts, summary } of searches(
      shell,
      flags,
      parametersOf(flags),
      shell.adapters.inUse(id, 1),
      await heldOutJudge(shell.opened.instruments, conceptFrom(shell, 'church')),
    )) {
      expect(timeless(attempts)).toEqual(first);
      expect(summary.rounds).toBe(2);
    }
    const short = { ...request, seed: 8, control: false, parameters: { ...request.parameters, rounds: 1 } };
    const other = await eventsOf(page, short);
    const ids = other.flatMap((event) => (event.type === 'attempt' ? [event.attempt.ids] : []));
    expect(ids[1]).not.toEqual(first[1]?.ids);
  }, 180_000);
});

/** A short training's weights as a file. */
async function trainedWeights(engine: Engine): Promise<Uint8Array<ArrayBuffer>> {
  const events = await eventsOf(engine, {
    ...{ kind: 'train', method: 'esd', concept: 'church', trigger: '', triggerPosition: 'prefix', seed: 1 },
    ...{ parameters: { iterations: 2 }, samples: null, sampleEvery: 0, checkpointEvery: 0, resumeFrom: null },
  });
  const finished = events.find((event) => event.type === 'finished');
  return engine.exportAdapter(finished?.adapter?.id ?? '');
}
