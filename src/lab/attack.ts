/**
 * One attack on one prompt: plain prompt first, then a candidate a round, each judged, to the end of the rounds; with `stopEarly` until
 * one shows the concept. All attacks share this loop and its budget; random tokens with the same budget of judged pictures run beside
 * them and are counted by the same rule (records/attack-arm.ts).
 */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import type { AttackPlan, Candidate, Search, SearchStep } from '../attacks/attack.ts';
import type { PromptFrame } from '../attacks/prompt-frame.ts';
import { Random } from '../core/random.ts';
import { classifierFree } from '../diffusion/guiders/classifier-free.ts';
import { predictionsOf } from '../diffusion/guiders/guider.ts';
import type { Adapter, Pipeline } from '../diffusion/pipeline.ts';
import type { Variant } from '../diffusion/variant.ts';
import { tokenEmbeddings } from '../models/token-embeddings.ts';
import { emptyArm, goesOn, withPicture } from '../records/attack-arm.ts';
import type { AttackRequest, AttackSummary, Attempt, JudgedPrompt } from '../records/attack.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import { opens } from '../records/shows-concept.ts';
import { asTyped, type AsTyped } from './as-typed.ts';
import { decodeAttackCheckpoint, encodeAttackCheckpoint, type AttackProgress } from './attack-checkpoint.ts';
import { attackPlanFor, placesOf } from './attack-plan.ts';
import { drawPictures, type DrawnPicture, type DrawSubject } from './draw.ts';
import { fromPicture } from './pictures.ts';
import type { Judge } from './judge.ts';
import { Stopwatch } from './stopwatch.ts';

export interface AttackHooks {
  /** Awaited before each gradient and sampler step; false stops the attack and keeps what there is, a throw throws it away. */
  proceed(): Promise<boolean>;
  step(round: number, step: SearchStep): void;
  attempt(attempt: Attempt): void;
  round(done: number): void;
  checkpoint(round: number, bytes: Uint8Array<ArrayBuffer>): void;
}

export interface AttackResult {
  readonly summary: AttackSummary;
  readonly outcome: 'done' | 'stopped';
}

/** What an attack is run with, beside its request. */
export interface AttackSubject {
  readonly pipeline: Pipeline;
  readonly space: ConceptSpace;
  readonly victim: Variant | null;
  /** Who looks at every picture; absent or null: the model's live judge. */
  readonly judgedBy?: Judge | null;
  /** The held-out judge, whose word every success then needs, too; null: the other judge is the only one. */
  readonly heldOut: Judge | null;
}

export async function attack(
  subject: AttackSubject,
  request: AttackRequest,
  hooks: AttackHooks,
): Promise<AttackResult> {
  const run = new AttackRun(subject, attackPlanFor(subject.space, request), request, hooks);
  try {
    await run.go();
    return { summary: run.summary(), outcome: 'done' };
  } catch (thrown) {
    if (!(thrown instanceof Stopped)) throw thrown;
    return { summary: run.summary(), outcome: 'stopped' };
  } finally {
    await run.dispose();
  }
}

/** Thrown and caught in this file: the user wants no more of it. */
class Stopped extends Error {}

/** A prompt to be judged, whose tokens are known. */
interface Question {
  readonly kind: Attempt['kind'];
  readonly frame: PromptFrame;
  readonly candidate: Candidate;
}

class AttackRun {
  readonly #pipeline: Pipeline;
  readonly #space: ConceptSpace;
  readonly #victim: Variant | null;
  readonly #judgedBy: Judge | null;
  readonly #heldOut: Judge | null;
  readonly #plan: AttackPlan;
  readonly #request: AttackRequest;
  readonly #hooks: AttackHooks;
  readonly #concept: ConceptDescriptor;
  readonly #frame: PromptFrame;
  readonly #controlFrame: PromptFrame;
  readonly #allowed: readonly number[];
  readonly #watch = new Stopwatch();
  #pre = false;
  #search: Search | null = null;
  #progress: AttackProgress = {
    round: 0,
    retypedSuccess: null,
    search: emptyArm,
    control: emptyArm,
    judgedPictures: 0,
    noisePredictions: 0,
    seconds: 0,
    controlSeconds: 0,
  };

  constructor(subject: AttackSubject, plan: AttackPlan, request: AttackRequest, hooks: AttackHooks) {
    const { pipeline, space, victim } = subject;
    this.#pipeline = pipeline;
    this.#space = space;
    this.#judgedBy = subject.judgedBy ?? null;
    this.#heldOut = subject.heldOut;
    this.#victim = victim;
    this.#plan = plan;
    this.#request = request;
    this.#hooks = hooks;
    this.#concept = space.concept(request.concept) as ConceptDescriptor;
    const { frame, controlFrame, allowed } = placesOf(pipeline, plan, request);
    this.#frame = frame;
    this.#controlFrame = controlFrame;
    this.#allowed = allowed;
  }

  async go(): Promise<void> {
    const { request, controlRandom, state } = this.#resumed();
    if (state === null && (await this.#plain())) return;
    const { rounds } = this.#plan;
    if (rounds === 0) return;
    const context = {
      pipeline: this.#pipeline,
      space: this.#space,
      victim: this.#attackedWeights(),
      concept: request.concept,
      prompt: request.prompt,
      frame: this.#frame,
      allowed: this.#allowed,
      targets: await this.#targets(),
      random: state === null ? Random.seeded(request.seed, `attack:${request.attack}`) : Random.restored(state.random),
    };
    this.#search = this.#plan.search(context, state);
    if (state === null) this.#checkpoint(0, controlRandom, this.#search);
    while (this.#progress.round < rounds) {
      const round = this.#progress.round + 1;
      const questions: Question[] = [];
      const start = this.#watch.now();
      const { search, control } = this.#progress;
      if (goesOn(search, request.stopEarly)) questions.push(await this.#searched(this.#search, round));
      const searching = this.#watch.now() - start;
      if (request.control && goesOn(control, request.stopEarly)) questions.push(this.#controlled(controlRandom));
      if (questions.length === 0) break;
      await this.#judge(round, questions, searching);
      this.#hooks.round(round);
      this.#checkpoint(round, controlRandom, this.#search);
    }
  }

  #checkpoint(round: number, control: Random, search: Search): void {
    const state = { progress: this.#progress, control: control.state(), search: search.state() };
    this.#hooks.checkpoint(round, encodeAttackCheckpoint(this.#request, state));
  }

  summary(): AttackSummary {
    const { search, control, round, retypedSuccess, judgedPictures, noisePredictions, seconds, controlSeconds } =
      this.#progress;
    const isControlled = this.#request.control && this.#plan.rounds > 0;
    return {
      attack: this.#request.attack,
      pre: this.#pre,
      success: search.openedAt !== null,
      retypedSuccess,
      controlSuccess: isControlled ? control.openedAt !== null : null,
      rounds: search.openedAt ?? round,
      judgedPictures,
      noisePredictions,
      seconds,
      controlSeconds,
      counted: {
        judges: [this.#judgedBy?.id ?? 'live', ...(this.#heldOut === null ? [] : [this.#heldOut.id])],
        stopEarly: this.#request.stopEarly,
        search,
        control: isControlled ? control : null,
      },
    };
  }

  async dispose(): Promise<void> {
    await this.#search?.dispose();
  }

  #resumed() {
    const request = this.#request;
    const fresh = { request, controlRandom: Random.seeded(request.seed, 'attack:control'), state: null };
    if (request.resumeFrom === null) return fresh;
    const { progress, control, search } = decodeAttackCheckpoint(request, request.resumeFrom, this.#plan.iterations);
    this.#progress = progress;
    return { request, controlRandom: Random.restored(control), state: search };
  }

  /** Draws and judges the plain prompt; true when it already shows the concept. */
  async #plain(): Promise<boolean> {
    const { prompt, pictureSeed } = this.#request;
    const start = this.#watch.now();
    const [judged] = await this.#judged([{ prompt, seed: pictureSeed }]);
    const seconds = this.#watch.now() - start;
    this.#pre = (judged as JudgedPrompt).success;
    this.#count(1, 0);
    this.#progress = { ...this.#progress, seconds };
    this.#hooks.attempt({
      kind: 'plain',
      index: 0,
      round: 0,
      ids: [],
      pieces: [],
      pictureSeed,
      text: prompt,
      loss: null,
      seconds,
      asIds: judged as JudgedPrompt,
      asText: null,
    });
    return this.#pre;
  }

  /** x_0 of the pictures aimed at. */
  async #targets(): Promise<readonly Float32Array[]> {
    const { target, prompt } = this.#request;
    if (this.#plan.targets === 0) return [];
    const drawn = async (seed: number) => {
      const subjects = Array.from({ length: this.#plan.targets }, (_, i) => ({ prompt, seed: seed + i }));
      return (await this.#drawn(subjects, null)).map(({ picture }) => picture);
    };
    const pictures = target.kind === 'picture' ? [target.picture] : await drawn(target.seed);
    return this.#pipeline.encodePictures(pictures.map((picture) => fromPicture(picture, this.#pipeline.imageSize)));
  }

  async #searched(search: Search, round: number): Promise<Question> {
    const candidate = await search.round(round, async (step) => {
      this.#count(0, this.#plan.draws + this.#plan.originalPredictions);
      this.#hooks.step(round, step);
      return this.#watch.wait(() => this.#hooks.proceed());
    });
    if (candidate === null) throw new Stopped();
    this.#count(0, this.#plan.scored);
    return { kind: candidate.soft === null ? 'search' : 'soft', frame: this.#frame, candidate };
  }

  #controlled(random: Random): Question {
    const ids = this.#controlFrame.places.map(() => random.pick(this.#allowed));
    return {
      kind: 'control',
      frame: this.#controlFrame,
      candidate: { ids, soft: null, pictureSeed: null, loss: null },
    };
  }

  /**
   * Draws all questions of a round together, as ids and where it differs as retyped text, and tells the attempts. Each takes an equal
   * part of the seconds that drawing takes; `searching` are the search's own before it.
   */
  async #judge(round: number, questions: readonly Question[], searching: number): Promise<void> {
    const start = this.#watch.now();
    const { pictureSeed } = this.#request;
    const { tokenizer } = this.#pipeline.model;
    const subjects: DrawSubject[] = [];
    const places: { readonly place: number; readonly prompt: string; readonly differs: boolean }[] = [];
    for (const { frame, candidate } of questions) {
      const seed = candidate.pictureSeed ?? pictureSeed;
      const asked =
        candidate.soft === null
          ? await asTyped(this.#pipeline, frame, candidate.ids, seed)
          : await this.#asSoft(frame, candidate.soft, seed);
      places.push({ place: subjects.length, prompt: asked.prompt, differs: asked.differs });
      subjects.push(...asked.subjects);
    }
    const judged = await this.#judged(subjects);
    const each = (this.#watch.now() - start) / subjects.length;
    for (const [i, { kind, candidate }] of questions.entries()) {
      const { place, prompt, differs } = places[i] as (typeof places)[number];
      const asIds = judged[place] as JudgedPrompt;
      const asText = differs ? (judged[place + 1] as JudgedPrompt) : null;
      const seconds = kind === 'control' ? each : searching + each;
      if (kind === 'control') {
        const controlSeconds = this.#progress.controlSeconds + seconds;
        const { control } = this.#progress;
        const spent = { gradientSteps: 0, noisePredictions: control.noisePredictions + this.#predictionsOfPicture() };
        this.#progress = {
          ...this.#progress,
          control: withPicture(control, asIds, this.#concept, spent),
          controlSeconds,
        };
      } else {
        this.#count(1, 0);
        const { search, retypedSuccess, noisePredictions } = this.#progress;
        const spent = {
          gradientSteps: search.gradientSteps + this.#plan.iterations,
          noisePredictions: noisePredictions - this.#predictionsOfPicture(), // the plain prompt's
        };
        const isRetyped = asIds.success && kind !== 'soft';
        this.#progress = {
          ...this.#progress,
          search: withPicture(search, asIds, this.#concept, spent),
          seconds: this.#progress.seconds + seconds,
          retypedSuccess: isRetyped ? retypedSuccess === true || (asText ?? asIds).success : retypedSuccess,
        };
      }
      const { ids, loss } = candidate;
      const pieces = ids.map((id) => tokenizer.piece(id) ?? '');
      this.#hooks.attempt({
        kind,
        index: round,
        round,
        ids,
        pieces,
        pictureSeed: candidate.pictureSeed ?? pictureSeed,
        text: prompt,
        loss,
        seconds,
        asIds,
        asText,
      });
    }
    this.#progress = { ...this.#progress, round };
  }

  /** Drawn by the victim, and seen by every judge. */
  async #judged(subjects: readonly DrawSubject[]): Promise<readonly JudgedPrompt[]> {
    const drawn = await this.#drawn(subjects, this.#victim);
    const seen = await this.#heldOut?.look(drawn.map(({ picture }) => picture));
    return drawn.map(({ picture, verdict }, i) => {
      const heldOut = seen?.[i] ?? null;
      return { picture, verdict, heldOut, success: opens({ verdict, heldOut }, this.#concept) };
    });
  }

  #drawn(subjects: readonly DrawSubject[], variant: Variant | null): Promise<readonly DrawnPicture[]> {
    const { numInferenceSteps, guidanceScale } = this.#request;
    const options = { variant, numInferenceSteps, guidanceScale, concept: this.#concept, judgedBy: this.#judgedBy };
    return drawPictures(this.#pipeline, subjects, options, async () => {
      if (!(await this.#watch.wait(() => this.#hooks.proceed()))) throw new Stopped();
    });
  }

  /** As `asTyped`, with the embeddings `soft` in the frame's free places, which nobody can type. */
  async #asSoft(frame: PromptFrame, soft: Float32Array, seed: number): Promise<AsTyped> {
    const { weights, config } = this.#pipeline.model.textEncoder;
    const rows = tokenEmbeddings(weights, config, frame.ids);
    const width = config.hiddenSize;
    frame.places.forEach((place, slot) => rows.set(soft.subarray(slot * width, (slot + 1) * width), place * width));
    const [text] = (await this.#pipeline.encodeEmbeddings([rows])) as [Float32Array];
    const { prompt } = this.#request;
    return { prompt, differs: false, subjects: [{ prompt, seed, text }] };
  }

  /** Judged pictures count without their retyped twins and the control; so do the predictions that drew them. */
  #count(pictures: number, predictions: number): void {
    const { judgedPictures, noisePredictions } = this.#progress;
    this.#progress = {
      ...this.#progress,
      judgedPictures: judgedPictures + pictures,
      noisePredictions: noisePredictions + predictions + pictures * this.#predictionsOfPicture(),
    };
  }

  #predictionsOfPicture(): number {
    return predictionsOf(this.#victim?.guider ?? classifierFree, this.#request);
  }

  /** What gradients go through: losses are of the conditional branch alone, whatever guides the pictures. */
  #attackedWeights(): Adapter | null {
    const adapter = this.#victim?.adapter ?? null;
    return adapter === null || adapter.strength === 0 ? null : adapter;
  }
}
