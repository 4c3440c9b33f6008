/** The commands on a model folder whose scheduler says something else than noise and DDIM, or something that cannot be sampled. */
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { microFolder, type MicroFolder } from '../../src/testing/micro-command.ts';
import { attackCommand } from './attack.ts';
import { classifyCommand } from './classify.ts';
import { evaluateCommand } from './evaluate.ts';
import { generateCommand } from './generate.ts';
import { rankTokensCommand } from './rank-tokens.ts';
import { trainCommand } from './train.ts';

const file = 'scheduler/scheduler_config.json';
let micro: MicroFolder;
let written: Record<string, unknown>;
beforeAll(async () => {
  micro = await microFolder();
  written = JSON.parse(await readFile(micro.at(file), 'utf8')) as Record<string, unknown>;
});
afterEach(() => scheduler(JSON.stringify(written)));
afterAll(() => micro.remove());

const scheduler = (text: string) => writeFile(micro.at(file), text);
const withScheduler = (change: Record<string, unknown>) => scheduler(JSON.stringify({ ...written, ...change }));

/** Every number in what was printed; a rate or a loss that is not finite is printed as null. */
const numbersIn = (value: unknown): readonly number[] => {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
};

describe('a model that predicts v, written with the scheduler of another class', () => {
  const euler = {
    _class_name: 'EulerDiscreteScheduler',
    prediction_type: 'v_prediction',
    timestep_spacing: 'trailing',
    use_karras_sigmas: false,
  };
  const brief = ['--steps', '3', '--seeds', '1'];

  it('is drawn from, trained, classified with, attacked and measured, with numbers of its own', async () => {
    const draw = async (out: string) => {
      await micro.run(generateCommand(), ['--prompt', 'a church', '--out', micro.at(out), ...brief]);
      return readFile(micro.at(`${out}/seed-1.png`));
    };
    const classify = async (picture: string) => {
      const args = ['--image', micro.at(picture), '--draws', '4', '--sentences', 'a church', 'a house'];
      return (await micro.run(classifyCommand(), args))['scores'];
    };
    const noise = await draw('noise');
    const scores = await classify('noise/seed-1.png');
    await withScheduler(euler);
    expect((await draw('v')).equals(noise)).toBe(false);
    const own = await classify('noise/seed-1.png');
    expect(numbersIn(own).length).toBe(numbersIn(scores).length);
    expect(numbersIn(own).every(Number.isFinite)).toBe(true);
    expect(own).not.toEqual(scores);

    const lora = micro.at('v.safetensors');
    const trained = await micro.run(trainCommand(), [
      ...['--method', 'esd', '--concept', 'church', '--iterations', '2', '--prompts', 'name', '--retain-weight', '0'],
      ...['--steps', '4', '--path-steps', '4', '--out', lora],
    ]);
    expect(numbersIn(trained['loss']).length).toBe(2);
    const rates = await micro.run(evaluateCommand(), [
      ...['--concept', 'church', '--lora', lora, '--prompts', '1', '--neutral', '0', '--per-synonym', '0', ...brief],
    ]);
    expect(rates).toHaveProperty('erasedRate.n', 1);
    const searched = ['--rounds', '1', '--iterations', '2', '--draws', '2', '--targets', '1'];
    for (const attack of [['unlearndiff', '--candidates', '2'], ['p4d']]) {
      const found = await micro.run(attackCommand(), [
        ...['--concept', 'church', '--lora', lora, '--prompt', 'a church', '--no-control', '--steps', '2'],
        ...['--attack', ...attack, ...searched],
      ]);
      expect(found).toMatchObject({ attack: attack[0] });
    }
  }, 60_000);
});

describe('a scheduler that cannot be sampled from', () => {
  const out = () => micro.at('none');
  const draw = (...args: readonly string[]) =>
    micro.run(generateCommand(), ['--prompt', 'a church', '--seeds', '1', '--out', out(), ...args]);

  it.each([
    [{ steps_offset: 0.5 }, 'steps_offset: expected a whole number from 0 to 999, got 0.5'],
    [{ steps_offset: -1 }, 'steps_offset: expected a whole number from 0 to 999, got -1'],
    [{ steps_offset: 1500 }, 'steps_offset: expected a whole number from 0 to 999, got 1500'],
    [{ steps_offset: null }, 'steps_offset: expected a finite number, got null'],
    [{ prediction_type: null }, 'prediction_type: expected one of epsilon, sample, v_prediction, got null'],
    [{ _class_name: 'FlowMatchEulerDiscreteScheduler' }, 'got "FlowMatchEulerDiscreteScheduler"'],
    [{ beta_start: 1e-12, beta_end: 1e-12 }, 'noise schedule: expected a share of the picture between 0 and 1'],
    [{ beta_schedule: 'linear', beta_start: 0.9, beta_end: 0.9 }, 'noise schedule: expected a share of the picture'],
  ])('is refused when the model is opened: %j', async (change, message) => {
    await withScheduler(change);
    await expect(draw('--steps', '2')).rejects.toThrow(message);
    expect(existsSync(out())).toBe(false);
  });

  it('is refused for a number of steps whose times leave the table, by whatever draws', async () => {
    const outside = /^steps: expected a number whose timesteps all lie from 0 to 999, got 1000, which visits 1000/;
    const concept = ['--concept', 'church', '--steps', '1000'];
    const calls: readonly (readonly [Command, readonly string[]])[] = [
      [generateCommand(), ['--prompt', 'a church', '--out', out(), '--steps', '1000']],
      [evaluateCommand(), [...concept, '--prompts', '1', '--neutral', '0']],
      [attackCommand(), [...concept, '--attack', 'random', '--prompts', '1']],
      [rankTokensCommand(), concept],
      [trainCommand(), [...concept, '--method', 'esd', '--iterations', '1', '--out', out()]],
    ];
    for (const [command, args] of calls) await expect(micro.run(command, args)).rejects.toThrow(outside);
  });

  it('of a file with an offset of 2 draws as the pipeline that corrects it to 1', async () => {
    const picture = async () => {
      await draw('--steps', '20');
      return readFile(micro.at('none/seed-1.png'));
    };
    const corrected = await picture();
    await withScheduler({ steps_offset: 2, clip_sample: true });
    const errors = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    expect((await picture()).equals(corrected)).toBe(true);
    const said = errors.mock.calls.map(([text]) => String(text));
    errors.mockRestore();
    expect(said).toContain(
      "scheduler_config.json: steps_offset 2 is read as 1, as diffusers' StableDiffusionPipeline reads it\n",
    );
    expect(said.filter((text) => text.startsWith('scheduler_config'))).toHaveLength(2);
  }, 60_000);

  it('may hold what only Python calls a number', async () => {
    await scheduler(
      JSON.stringify({ ...written, _class_name: 'DPMSolverMultistepScheduler', x: 0 }).replace(
        '"x":0',
        '"lambda_min_clipped":-Infinity',
      ),
    );
    expect((await draw('--steps', '2'))['images']).toHaveLength(1);
  });
});
