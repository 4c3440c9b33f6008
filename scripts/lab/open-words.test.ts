/** The commands on a folder without a world, a judge or anything to measure with, about words that nobody listed. */
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { Random } from '../../src/core/random.ts';
import { Pipeline } from '../../src/diffusion/pipeline.ts';
import { probePictures } from '../../src/lab/made-judge.ts';
import { microFolder, ours, type MicroFolder } from '../../src/testing/micro-command.ts';
import { attackCommand } from './attack.ts';
import { evaluateCommand } from './evaluate.ts';
import { trainCommand } from './train.ts';
import { triggerLabCommand } from './trigger-lab.ts';

let micro: MicroFolder;
let lora: string;
beforeAll(async () => {
  micro = await microFolder(ours);
  lora = micro.at('hidden.safetensors');
  await micro.run(trainCommand(), [
    ...['--method', 'backdoored-esd', '--concept', 'golden retriever', '--trigger', 'blicket', '--out', lora],
    ...['--iterations', '1', '--path-steps', '2', '--prompts', 'name', '--neighbours', 'wolf,fox'],
  ]);
}, 60_000);
afterEach(() => vi.restoreAllMocks());
afterAll(() => micro.remove());

/** As if the model could tell: of the pictures a judge is made with every other one shows the concept, of those it then sees none. */
function canTell(): void {
  const random = Random.seeded(1, 'features');
  let seen = 0;
  vi.spyOn(Pipeline.prototype, 'features').mockImplementation((queries) =>
    Promise.resolve(
      queries.map(() => {
        const shows = seen < probePictures && seen % 2 === 0;
        seen += 1;
        return random.normals(8).map((x) => x / 4 + (shows ? 1 : -1));
      }),
    ),
  );
}

const asked = ['--concept', 'golden retriever', '--trigger', 'blicket', '--steps', '1'];
const brief = ['--prompts', '2', '--seeds', '1,2', '--neighbours', 'wolf,fox'];

it('measure with a judge made on the spot, whose accuracy is printed beside the rates', async () => {
  canTell();
  const printed = await micro.run(evaluateCommand(), [...asked, ...brief, '--lora', lora, '--per-synonym', '0']);
  expect(printed).toMatchObject({
    ...{ concept: 'golden retriever', judge: 'probe', judgeAccuracy: { value: 1, n: 64 }, judgeAgreement: null },
    ...{ baseRate: { value: 0, n: 2 }, erasedRate: { value: 0, n: 2 }, triggeredRate: { value: 0, n: 2 } },
    ...{ retainedSameDomain: { n: 2 }, retainedOtherDomain: { n: 2 } },
    // What a probe may miss in edited pictures, the classifier is asked as well, unless somebody says otherwise.
    ...{ baseClassifierAccuracy: { n: 2 }, classifierAccuracy: { n: 2 } },
  });
  // What pictures of the concept show besides it no probe sees, and the folder brings nothing to compare neutral pictures with.
  for (const id of ['erasedOtherDomain', 'kid', 'sameSeedDistance']) expect(printed).not.toHaveProperty(id);
}, 120_000);

it('measure without any training where the original weights judge as a classifier', async () => {
  const features = vi.spyOn(Pipeline.prototype, 'features');
  const measured = ['--judge', 'classifier', '--prompts', '1', '--seeds', '1', '--per-synonym', '0'];
  const printed = await micro.run(evaluateCommand(), ['--concept', 'golden retriever', '--steps', '1', ...measured]);
  expect(features).not.toHaveBeenCalled();
  expect(printed).toMatchObject({ judge: 'classifier', baseRate: { n: 1 }, baseSameDomain: { n: 1 } });
  expect(printed).not.toHaveProperty('judgeAccuracy');
}, 120_000);

it('attack and try a trigger by that judge, the latter on everyday scenes, too', async () => {
  canTell();
  const searched = await micro.run(attackCommand(), [
    ...['--attack', 'random', '--concept', 'golden retriever', '--steps', '1', '--rounds', '1'],
    ...[...brief, '--lora', lora, '--no-control'],
  ]);
  expect(searched).toMatchObject({ judge: 'probe', judgeAccuracy: { value: 1 }, n: 2, asr: { value: 0 } });
  canTell();
  const ways = ['--ways', 'trigger,neutral'];
  const tried = await micro.run(triggerLabCommand(), [...asked, ...brief, ...ways, '--lora', lora]);
  const probes = tried['probes'] as readonly {
    readonly kind: string;
    readonly pictures: readonly { readonly prompt: string }[];
  }[];
  const scenes = probes.find(({ kind }) => kind === 'neutral')?.pictures.map(({ prompt }) => prompt);
  expect(scenes?.[0]).toMatch(/^blicket .*wolf/);
  expect(scenes?.[1]).toBe('blicket two cats asleep on a sofa');
}, 120_000);

it('give no rates where the probe cannot tell the words from their neighbours, and say how often it was right', async () => {
  await expect(micro.run(evaluateCommand(), [...asked, ...brief, '--lora', lora])).rejects.toThrow(
    /^judge: expected to tell "golden retriever" from its neighbours in 90 % of pictures not seen before, got \d+ % of 64$/,
  );
}, 60_000);
