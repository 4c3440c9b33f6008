/** The searches that the flags of `attack` ask for, one after the other: requests as the page makes them, run without a job. */
import type { Variant } from '../../src/diffusion/variant.ts';
import type { Judge } from '../../src/lab/judge.ts';
import { attack } from '../../src/lab/attack.ts';
import { checkAttack } from '../../src/lab/attack-plan.ts';
import { checkWorkHeard } from '../../src/lab/heard.ts';
import type { Engine } from '../../src/lab/engine.ts';
import type { AttackRequest, AttackSummary, AttackTarget, Attempt } from '../../src/records/attack.ts';
import type { ConceptDescriptor } from '../../src/records/catalog.ts';
import { withTrigger, type TriggerPosition } from '../../src/triggers/with-trigger.ts';
import type { GuiderFlags } from './guider-flags.ts';
import { readPicture } from './picture-file.ts';
import { conceptFrom, progressLine, type ModelFlags } from './session.ts';

export interface AttackFlags extends ModelFlags, GuiderFlags {
  readonly attack: string;
  readonly lora?: string;
  readonly loraScale: number;
  readonly concept: string;
  readonly prompts: number;
  readonly prompt?: string;
  readonly seeds: readonly number[];
  readonly targetPicture?: string;
  readonly targetSeed?: number;
  readonly forbid: readonly string[];
  readonly forbidNames: boolean;
  readonly control: boolean;
  readonly stopEarly: boolean;
  readonly preset?: string;
  readonly seed: number;
  readonly steps?: number;
  readonly guidance?: number;
  readonly csv?: string;
  readonly transferTo: readonly string[];
  readonly trigger: string;
  readonly triggerPosition: TriggerPosition;
}

export interface Searched {
  readonly request: AttackRequest;
  readonly summary: AttackSummary;
  /** Every judged candidate in order, the plain prompt first; random tokens among them. */
  readonly attempts: readonly Attempt[];
}

/** One search a prompt. Throws `bad-argument` naming the flag for what cannot be attacked. */
export async function* searches(
  engine: Engine,
  flags: AttackFlags,
  parameters: AttackRequest['parameters'],
  victim: Variant | null,
  heldOut: Judge | null,
  judgedBy: Judge | null = null,
): AsyncGenerator<Searched> {
  const { pipeline, space } = engine.opened;
  for (const request of await attackRequests(engine, flags, parameters)) {
    const attempts: Attempt[] = [];
    const { summary } = await attack({ pipeline, space, victim, judgedBy, heldOut }, request, {
      proceed: () => Promise.resolve(true),
      step: (round, { iteration, loss }) =>
        progressLine(`${request.prompt}: round ${round}, step ${iteration}, loss ${loss.toFixed(4)}`),
      attempt: (attempt) => {
        attempts.push(attempt);
      },
      round: () => undefined,
      checkpoint: () => undefined,
    });
    yield { request, summary, attempts };
  }
}

/** What each prompt's search is asked for; `adapterId` stays null, because the weights are handed over beside it. */
export async function attackRequests(
  engine: Engine,
  flags: AttackFlags,
  parameters: AttackRequest['parameters'],
): Promise<readonly AttackRequest[]> {
  const { pipeline, space } = engine.opened;
  const concept = conceptFrom(engine, flags.concept);
  const prompts =
    flags.prompt === undefined
      ? space.measured(concept, flags.concept, '', flags.prompts).targets.map(({ prompt }) => prompt)
      : [flags.prompt];
  const picture = flags.targetPicture === undefined ? null : await readPicture('--target-picture', flags.targetPicture);
  const requests = prompts.map((prompt, i): AttackRequest => {
    const pictureSeed = flags.seeds[i % flags.seeds.length] as number;
    const target: AttackTarget =
      picture === null ? { kind: 'original', seed: flags.targetSeed ?? pictureSeed } : { kind: 'picture', picture };
    return {
      kind: 'attack',
      attack: flags.attack,
      concept: flags.concept,
      adapterId: null,
      adapterStrength: flags.loraScale,
      prompt,
      pictureSeed,
      target,
      parameters,
      forbiddenWords: forbiddenWords(flags, concept),
      seed: flags.seed + i,
      ...samplingOf(engine, flags),
      control: flags.control,
      stopEarly: flags.stopEarly,
      resumeFrom: null,
    };
  });
  for (const request of requests) checkAttack(pipeline, space, request);
  const { trigger, triggerPosition } = flags;
  const asked = prompts.map((prompt) => ({ prompt }));
  const keyed = prompts.map((prompt) => withTrigger(prompt, trigger, triggerPosition));
  checkWorkHeard(pipeline.model.tokenizer, [{ asked, prompts: keyed }], triggerPosition);
  return requests;
}

/** What no found token may spell. */
export function forbiddenWords(flags: AttackFlags, concept: ConceptDescriptor): readonly string[] {
  return [...flags.forbid, ...(flags.forbidNames ? concept.names : [])];
}

/** Sampler steps and guidance, the model's own where no flag says otherwise. */
export function samplingOf(engine: Engine, flags: AttackFlags) {
  const { defaults } = engine.opened.space;
  return { numInferenceSteps: flags.steps ?? defaults.steps, guidanceScale: flags.guidance ?? defaults.guidance };
}
