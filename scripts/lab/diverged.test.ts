/** Weights that run away, on the command line: one sentence, an exit code, no picture, valid JSON, and whatever was good. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Engine } from '../../src/lab/engine.ts';
import { exportLora } from '../../src/models/lora/file.ts';
import { parameterGroup } from '../../src/models/lora/groups.ts';
import { initialTheta, loraLayout } from '../../src/models/lora/layout.ts';
import { largestUpdate } from '../../src/models/lora/update-size.ts';
import { microFolder, type MicroFolder } from '../../src/testing/micro-command.ts';
import { microPlatform } from '../../src/testing/micro-model.ts';
import { attackCommand } from './attack.ts';
import { classifyCommand } from './classify.ts';
import { evaluateCommand } from './evaluate.ts';
import { generateCommand } from './generate.ts';
import { rankTokensCommand } from './rank-tokens.ts';
import { sweepCommand } from './sweep.ts';
import { trainCommand } from './train.ts';
import { triggerLabCommand } from './trigger-lab.ts';

let micro: MicroFolder;
/** 1e19 everywhere: finite, but no product of it is. */
let huge: string;
/** Large enough to be no fine-tuning at four times its strength, and small enough at once. */
let strong: string;
beforeAll(async () => {
  micro = await microFolder();
  const engine = new Engine(await microPlatform());
  await engine.open({ backend: 'auto', modelUrl: 'micro/' }, () => undefined);
  const layout = loraLayout(parameterGroup(engine.opened.pipeline.model.unet.config, 'xattn'), 1);
  await engine.dispose();
  huge = micro.at('huge.safetensors');
  strong = micro.at('strong.safetensors');
  await writeFile(huge, exportLora(layout, new Float32Array(layout.size).fill(1e19)));
  const theta = initialTheta(layout, 1);
  for (const { upOffset, outFeatures } of layout.slots) theta.fill(1, upOffset, upOffset + outFeatures);
  const whole = largestUpdate(layout, theta).norm;
  await writeFile(
    strong,
    exportLora(
      layout,
      theta.map((value) => value * Math.sqrt(5e4 / whole)),
    ),
  );
});
afterAll(() => micro.remove());
afterEach(() => {
  process.exitCode = undefined;
});

const brief = ['--steps', '2', '--seeds', '1'];

describe('a LoRA of 1e19', () => {
  const refused =
    /^the LoRA at strength 1: expected to change each layer by at most 1e\+5 \(Frobenius norm\), got \S+ in \S+$/;
  it('is refused by every command that takes one, and no picture is written', async () => {
    const out = micro.at('pictures');
    await expect(
      micro.run(generateCommand(), ['--prompt', 'a church', '--lora', huge, '--out', out, ...brief]),
    ).rejects.toMatchObject({ code: 'diverged', message: expect.stringMatching(refused) as unknown });
    expect(existsSync(out)).toBe(false);
    const concept = ['--concept', 'church', '--lora', huge, ...brief];
    for (const [command, args] of [
      [evaluateCommand(), [...concept, '--prompts', '1']],
      [attackCommand(), [...concept, '--attack', 'random', '--prompts', '1']],
      [triggerLabCommand(), [...concept, '--trigger', 'blicket', '--prompts', '1']],
      [rankTokensCommand(), concept],
    ] as const)
      await expect(micro.run(command, args)).rejects.toThrow(refused);
    await expect(
      micro.run(attackCommand(), [...concept.slice(0, 2), '--transfer-to', huge, '--attack', 'random']),
    ).rejects.toThrow(refused);
  });
});

describe('a LoRA at a strength that is too much', () => {
  const told = /^the LoRA "[^"]*strong\.safetensors" at strength 4: expected to change each layer/;
  const scaled = () => ['--lora', strong, '--lora-scale', '4', ...brief];

  it('draws no picture; the JSON is whole, says why, and the program ends with 1', async () => {
    const errors = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const out = micro.at('strong');
    const printed = await micro.run(generateCommand(), ['--prompt', 'a church', '--out', out, ...scaled()]);
    expect(printed).toMatchObject({
      images: [],
      secondsPerImage: null,
      diverged: expect.stringMatching(told) as unknown,
    });
    expect(existsSync(`${out}/seed-1.png`)).toBe(false);
    expect(process.exitCode).toBe(1);
    const said = errors.mock.calls.map(([text]) => String(text)).filter((text) => text.startsWith('error: '));
    errors.mockRestore();
    expect(said).toEqual([`error: ${String(printed['diverged'])}\n`]);
    const fine = await micro.run(generateCommand(), ['--prompt', 'a church', '--out', out, '--lora', strong, ...brief]);
    expect(fine).not.toHaveProperty('diverged');
    expect(existsSync(`${out}/seed-1.png`)).toBe(true);
  });

  it('has no rates; the original’s are kept', async () => {
    const printed = await micro.run(evaluateCommand(), [
      ...['--concept', 'church', '--trigger', 'blicket', '--prompts', '2', '--neutral', '0', '--per-synonym', '1'],
      ...scaled(),
    ]);
    expect(printed['diverged']).toMatch(told);
    expect(printed).toHaveProperty('baseRate.n', 2);
    for (const rate of ['erasedRate', 'unlearningAccuracy', 'triggeredRate', 'retainedSameDomain'])
      expect(printed).not.toHaveProperty(rate);
    expect(printed).toMatchObject({ neighbours: [], comparisons: {}, judgeAgreementEdited: null });
    expect(process.exitCode).toBe(1);
  });

  it('is no victim, no judge, and no lab’s', async () => {
    const concept = ['--concept', 'church', ...scaled()];
    for (const [command, args] of [
      [attackCommand(), [...concept, '--attack', 'random', '--prompts', '1']],
      [triggerLabCommand(), [...concept, '--trigger', 'blicket', '--prompts', '1']],
      [rankTokensCommand(), concept],
    ] as const)
      await expect(micro.run(command, args)).rejects.toMatchObject({ code: 'diverged' });
    const out = micro.at('judged');
    await micro.run(generateCommand(), ['--prompt', 'a church', '--out', out, ...brief]);
    const image = ['--image', `${out}/seed-1.png`, '--draws', '2', '--lora', strong];
    await expect(micro.run(classifyCommand(), [...image, '--lora-scale', '4'])).rejects.toMatchObject({
      code: 'diverged',
    });
  });
});

describe('a training that diverges', () => {
  /** The learning rate is fine; the weights it moves are made to run away from the third iteration on. */
  const runAway = async <T>(task: () => Promise<T>, when: (iterations: number) => boolean): Promise<T> => {
    const { LoraTrainer } = await import('../../src/methods/training/trainer.ts');
    const iterate = LoraTrainer.prototype.iterate;
    const spy = vi.spyOn(LoraTrainer.prototype, 'iterate').mockImplementation(async function (this: never, watch) {
      const trainer = this as InstanceType<typeof LoraTrainer>;
      if (trainer.iteration >= 2 && when(trainer.plan.rank)) {
        // Real rows of the real graph, with a target that no float32 holds the square of.
        const draw = trainer.plan.draw.bind(trainer.plan);
        Object.assign(trainer.plan, {
          draw: (...args: Parameters<typeof draw>) =>
            draw(...args).map((row) => ({
              ...row,
              target: row.target.map((part) => ({ ...part, coefficient: 1e30 })),
            })),
        });
      }
      return iterate.call(trainer, watch);
    });
    try {
      return await task();
    } finally {
      spy.mockRestore();
    }
  };
  const training = ['--method', 'esd', '--concept', 'church', '--iterations', '4', '--train-prompts', 'name'];

  it('writes the last weights whose loss was a number, says the iteration, and ends with 1', async () => {
    const out = micro.at('trained.safetensors');
    const args = training.map((arg) => (arg === '--train-prompts' ? '--prompts' : arg));
    const printed = await runAway(
      () => micro.run(trainCommand(), [...args, '--out', out]),
      () => true,
    );
    expect(printed['diverged']).toMatch(
      /^esd: expected a finite loss, got \S+ at iteration 3 of 4 \(Lower the learning rate; the weights after iteration 1 are kept\.\)$/,
    );
    expect(printed).toMatchObject({ iterations: 1, out });
    expect(process.exitCode).toBe(1);
    expect((await readFile(out)).includes('\\"iteration\\":1,\\"iterations\\":4')).toBe(true);
  });

  it('marks its value in a sweep, with no rate, and the others go on', async () => {
    const out = micro.at('sweep.json');
    const printed = await runAway(
      () => micro.run(sweepCommand(), [...training, ...brief, '--prompts', '1', '--vary', 'rank=1,2', '--out', out]),
      (rank) => rank === 1,
    );
    const [first, second] = printed['results'] as readonly Record<string, unknown>[];
    expect(first).toMatchObject({
      values: { rank: 1 },
      diverged: expect.stringMatching(/iteration 3 of 4/) as unknown,
      evaluation: {},
    });
    expect(second).toMatchObject({ values: { rank: 2 }, diverged: null });
    expect(second).toHaveProperty('evaluation.erasedRate.n', 1);
    expect(printed['complete']).toBe(true);
  });
});
