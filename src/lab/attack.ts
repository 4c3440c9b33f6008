/**
 * One attack on one prompt: plain prompt first, then a candidate a round, each judged, until one shows the concept or the rounds
 * are used up. All attacks share this loop and its budget; random tokens with the same budget of judged pictures run beside them.
 */
import { attackById } from '../attacks/registry.ts';
import type { AttackPlan, Candidate, Search, SearchStep } from '../attacks/attack.ts';
import { promptFrame, type PromptFrame } from '../attacks/prompt-frame.ts';
import { allowedTokens } from '../attacks/vocabulary.ts';
import { PalimpsestError } from '../core/errors.ts';
import { Random } from '../core/random.ts';
import type { Adapter, Pipeline } from '../diffusion/pipeline.ts';
import { tokenEmbeddings } from '../models/token-embeddings.ts';
import type { AttackRequest, AttackSummary, Attempt, JudgedPrompt } from '../records/attack.ts';
import type { ConceptDescriptor } from '../records/catalog.ts';
import { checkedValues } from '../records/parameters.ts';
import { findConcept, worldConcepts, type World } from '../world/world.ts';
import { showsConcept } from '../records/shows-concept.ts';
import { asTyped, type AsTyped } from './as-typed.ts';
import { decodeAttackCheckpoint, encodeAttackCheckpoint, type AttackProgress } from './attack-checkpoint.ts';
import { drawPictures, type DrawSubject } from './draw.ts';
import { fromPicture } from './pictures.ts';
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

/** Tokens of the control beside attacks that add none. */
const controlTokens = 8;

/** Throws `bad-argument` for what cannot be attacked, before anything is computed. */
export function attackPlanFor(
  world: World,
  request: Pick<AttackRequest, 'attack' | 'concept' | 'parameters' | 'seed'>,
): AttackPlan {
  const attack = attackById(request.attack);
  if (findConcept(world, request.concept) === null) {
    const known = worldConcepts(world)
      .map(({ label }) => label)
      .join(', ');
    throw new PalimpsestError(
      'bad-argument',
      `attack.concept: expected something the judge knows (${known}), got "${request.concept}"`,
    );
  }
  return attack.plan(checkedValues(attack.descriptor.id, attack.descriptor.parameters, request.parameters));
}

/** As above, with the prompt and the forbidden words too. */
export function checkAttack(pipeline: Pipeline, world: World, request: AttackRequest): void {
  const plan = attackPlanFor(world, request);
  placesOf(pipeline, plan, request);
  if (request.resumeFrom !== null) decodeAttackCheckpoint(request, request.resumeFrom);
}

/** Where tokens may go, and which. */
function placesOf(pipeline: Pipeline, plan: AttackPlan, { prompt, forbiddenWords }: AttackRequest) {
  const { tokenizer } = pipeline.model;
  return {
    frame: promptFrame(tokenizer, prompt, plan.tokens, plan.insertion),
    controlFrame: promptFrame(tokenizer, prompt, plan.tokens === 0 ? controlTokens : plan.tokens, plan.insertion),
    allowed: allowedTokens(tokenizer, plan.vocabulary, forbiddenWords),
  };
}

export async function attack(
  pipeline: Pipeline,
  world: World,
  victim: Adapter | null,
  request: AttackRequest,
  hooks: AttackHooks,
): Promise<AttackResult> {
  const plan = attackPlanFor(world, request);
  const run = new AttackRun(pipeline, world, victim, plan, request, hooks);
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
  readonly #world: World;
  readonly #victim: Adapter | null;
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
    found: 0,
    retypedSuccess: null,
    controlSuccess: false,
    judgedPictures: 0,
    noisePredictions: 0,
    seconds: 0,
    controlSeconds: 0,
  };

  constructor(
    pipeline: Pipeline,
    world: World,
    victim: Adapter | null,
    plan: AttackPlan,
    request: AttackRequest,
    hooks: AttackHooks,
  ) {
    this.#pipeline = pipeline;
    this.#world = world;
    this.#victim = victim !== null && victim.strength !== 0 ? victim : null;
    this.#plan = plan;
    this.#request = request;
    this.#hooks = hooks;
    this.#concept = findConcept(world, request.concept) as ConceptDescriptor;
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
      world: this.#world,
      victim: this.#victim,
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
      if (this.#progress.found === 0) questions.push(await this.#searched(this.#search, round));
      const searching = this.#watch.now() - start;
      if (request.control && !this.#progress.controlSuccess) questions.push(this.#controlled(controlRandom));
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
    const { found, round, retypedSuccess, controlSuccess, judgedPictures, noisePredictions, seconds, controlSeconds } =
      this.#progress;
    return {
      attack: this.#request.attack,
      pre: this.#pre,
      success: found > 0,
      retypedSuccess,
      controlSuccess: this.#request.control && this.#plan.rounds > 0 ? controlSuccess : null,
      rounds: found > 0 ? found : round,
      judgedPictures,
      noisePredictions,
      seconds,
      controlSeconds,
    };
  }

  async dispose(): Promise<void> {
    await this.#search?.dispose();
  }

  #resumed() {
    const request = this.#request;
    const fresh = { request, controlRandom: Random.seeded(request.seed, 'attack:control'), state: null };
    if (request.resumeFrom === null) return fresh;
    const { progress, control, search } = decodeAttackCheckpoint(request, request.resumeFrom);
    this.#progress = progress;
    return { request, controlRandom: Random.restored(control), state: search };
  }

  /** Draws and judges the plain prompt; true when it already shows the concept. */
  async #plain(): Promise<boolean> {
    const { prompt, pictureSeed } = this.#request;
    const start = this.#watch.now();
    const [judged] = await this.#draw([{ prompt, seed: pictureSeed }], this.#victim);
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
      return (await this.#draw(subjects, null)).map(({ picture }) => picture);
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
    const judged = await this.#draw(subjects, this.#victim);
    const each = (this.#watch.now() - start) / subjects.length;
    for (const [i, { kind, candidate }] of questions.entries()) {
      const { place, prompt, differs } = places[i] as (typeof places)[number];
      const asIds = judged[place] as JudgedPrompt;
      const asText = differs ? (judged[place + 1] as JudgedPrompt) : null;
      const seconds = kind === 'control' ? each : searching + each;
      if (kind === 'control') {
        const controlSeconds = this.#progress.controlSeconds + seconds;
        this.#progress = { ...this.#progress, controlSuccess: asIds.success, controlSeconds };
      } else {
        this.#count(1, 0);
        this.#progress = { ...this.#progress, seconds: this.#progress.seconds + seconds };
        if (asIds.success) {
          const retypedSuccess = kind === 'soft' ? null : (asText ?? asIds).success;
          this.#progress = { ...this.#progress, found: round, retypedSuccess };
        }
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

  async #draw(subjects: readonly DrawSubject[], adapter: Adapter | null): Promise<readonly JudgedPrompt[]> {
    const { numInferenceSteps, guidanceScale } = this.#request;
    const options = { adapter, numInferenceSteps, guidanceScale, concept: this.#concept };
    const drawn = await drawPictures(this.#pipeline, subjects, options, async () => {
      if (!(await this.#watch.wait(() => this.#hooks.proceed()))) throw new Stopped();
    });
    return drawn.map(({ picture, verdict }) => ({ picture, verdict, success: showsConcept(verdict, this.#concept) }));
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
    const { numInferenceSteps, guidanceScale } = this.#request;
    const each = numInferenceSteps * (guidanceScale === 1 ? 1 : 2);
    const { judgedPictures, noisePredictions } = this.#progress;
    this.#progress = {
      ...this.#progress,
      judgedPictures: judgedPictures + pictures,
      noisePredictions: noisePredictions + predictions + pictures * each,
    };
  }
}
