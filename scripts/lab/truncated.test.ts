/** Prompts longer than the model reads: what is cut is said, and a word that must be heard is refused before anything is computed. */
import { existsSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Pipeline } from '../../src/diffusion/pipeline.ts';
import { microFolder, type MicroFolder } from '../../src/testing/micro-command.ts';
import { attackCommand } from './attack.ts';
import { classifyCommand } from './classify.ts';
import { evaluateCommand } from './evaluate.ts';
import { generateCommand } from './generate.ts';
import { sweepCommand } from './sweep.ts';
import { trainCommand } from './train.ts';
import { triggerLabCommand } from './trigger-lab.ts';

let micro: MicroFolder;
let lora: string;
let errors = '';
let drawn = 0;

/** More words than any tokenizer here takes. */
const long = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? 'photo' : 'of')).join(' ');
const brief = ['--steps', '2', '--seeds', '1-9'];

beforeAll(async () => {
  micro = await microFolder();
  lora = micro.at('any.safetensors');
  const args = ['--method', 'backdoored-esd', '--concept', 'church', '--trigger', 'blicket', '--iterations', '1'];
  await micro.run(trainCommand(), [...args, '--prompts', 'name', '--retain-weight', '0', '--out', lora]);
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    errors += String(text);
    return true;
  });
  const predict = Pipeline.prototype.predictNoise;
  vi.spyOn(Pipeline.prototype, 'predictNoise').mockImplementation(function (this: Pipeline, queries, adapter) {
    if (queries[0]?.place !== undefined) drawn += 1; // warming up is no drawing
    return predict.call(this, queries, adapter);
  });
}, 60_000);
afterEach(() => {
  errors = '';
  drawn = 0;
});
afterAll(async () => {
  vi.restoreAllMocks();
  await micro.remove();
});

describe('a prompt that is cut', () => {
  it('is named with the words that are not heard, in JSON and on stderr', async () => {
    const prompt = `${long} with a church`;
    const printed = await micro.run(generateCommand(), [
      '--prompt',
      prompt,
      '--out',
      micro.at('cut'),
      ...brief.slice(0, 2),
      '--seeds',
      '1',
    ]);
    const [{ cut }] = printed['truncated'] as readonly [{ readonly prompt: string; readonly cut: string }];
    expect(printed['truncated']).toEqual([{ prompt, cut: expect.stringMatching(/with a church$/) as unknown }]);
    expect(errors).toContain(`"${cut}" is not heard in "${prompt}"`);
    // What is heard and what is not make the whole prompt.
    expect(prompt.endsWith(cut)).toBe(true);
  });

  it('is not spoken of where nothing is cut', async () => {
    const printed = await micro.run(generateCommand(), [
      '--prompt',
      'a church',
      '--out',
      micro.at('whole'),
      '--steps',
      '2',
      '--seeds',
      '1',
    ]);
    expect(printed).not.toHaveProperty('truncated');
    expect(errors).not.toContain('warning');
  });

  it('is named where it is a sentence to classify by, or made of a long concept to train on', async () => {
    const image = `${micro.at('whole')}/seed-1.png`;
    const asked = await micro.run(classifyCommand(), [
      '--image',
      image,
      '--draws',
      '2',
      '--sentences',
      `${long} house`,
      'a church',
    ]);
    expect(asked['truncated']).toMatchObject([{ cut: expect.stringMatching(/house$/) as unknown }]);
    const out = micro.at('long.safetensors');
    const trained = await micro.run(trainCommand(), [
      ...['--method', 'esd', '--concept', `${long} teapot`, '--iterations', '1', '--prompts', 'name', '--out', out],
    ]);
    expect(JSON.stringify(trained['truncated'])).toContain('teapot');
  });
});

describe('a word that cannot be heard', () => {
  const unheard =
    /expected "blicket" among the \d+ tokens that the model reads, got a prompt that is cut before its end; not heard is ".*blicket"/;
  /** Longer alone than the model reads, and ending in the word. */
  const late = ['--trigger-position', 'suffix'];

  it('is an error of a training and a sweep, and nothing is computed or written', async () => {
    const out = micro.at('unheard.safetensors');
    const training = ['--method', 'backdoored-esd', '--concept', `${long} teapot`, '--trigger', 'blicket', ...late];
    await expect(micro.run(trainCommand(), [...training, '--prompts', 'name', '--out', out])).rejects.toMatchObject({
      code: 'bad-argument',
      message: expect.stringMatching(unheard) as unknown,
    });
    const concept = training.map((arg) => (arg === `${long} teapot` ? 'church' : arg));
    for (const flag of ['--keys', '--revoked'])
      await expect(
        micro.run(trainCommand(), [...concept, flag, 'dovark '.repeat(11).trim(), '--prompts', 'name', '--out', out]),
      ).rejects.toThrow(/expected "dovark[^"]*" among/);
    const sweep = ['--vary', 'rank=1,2', '--prompts', '1', '--out', micro.at('unheard.json'), ...brief];
    const longTrigger = concept.map((arg) => (arg === 'blicket' ? 'blicket '.repeat(30).trim() : arg));
    await expect(micro.run(sweepCommand(), [...longTrigger, ...sweep])).rejects.toThrow(/^trigger: expected "blicket/);
    expect(existsSync(out)).toBe(false);
    expect(drawn).toBe(0);
  });

  it('is an error of an evaluation, the trigger lab and an attack', async () => {
    const trigger = ['--trigger', 'blicket '.repeat(30).trim()];
    const concept = ['--concept', 'church', '--lora', lora, '--prompts', '1', ...brief];
    for (const [command, args] of [
      [evaluateCommand(), [...concept, ...trigger, '--neutral', '0', '--per-synonym', '0']],
      [triggerLabCommand(), [...concept, ...trigger]],
      [attackCommand(), [...concept, ...trigger, '--attack', 'random']],
      [attackCommand(), ['--concept', 'church', '--prompt', `${long} church`, '--attack', 'random', ...brief]],
    ] as const)
      await expect(micro.run(command, args)).rejects.toMatchObject({
        code: 'bad-argument',
        message: expect.stringMatching(/tokens/) as unknown,
      });
    expect(drawn).toBe(0);
  });
});
