/**
 * The training loop of every method that fine-tunes a LoRA: keeps the pool of x_t, asks the plan for a batch, the frozen model
 * for targets, and the update graph for the next weights. theta and the optimiser's moments stay on the device.
 */
import { PalimpsestError } from '../../core/errors.ts';
import { Random } from '../../core/random.ts';
import { largestLatent, trainingAdvice } from '../../diffusion/finite.ts';
import type { Adapter, Pipeline } from '../../diffusion/pipeline.ts';
import { parameterGroup } from '../../models/lora/groups.ts';
import { initialTheta, loraLayout, type LoraLayout } from '../../models/lora/layout.ts';
import type { NoisePattern } from '../../triggers/noise-pattern.ts';
import type { DeviceTensor, Feeds, Program } from '../../runtime/executor.ts';
import { float32, zeros, type HostTensor } from '../../tensor/host-tensor.ts';
import { biasCorrectionAt, defaultAdamW } from './adamw.ts';
import type { TrainerSnapshot } from './checkpoint.ts';
import { FreshXt } from './fresh-xt.ts';
import { loraGraph } from './lora-graph.ts';
import { PathTimes } from './path-times.ts';
import { learningRateAt, type TrainingPlan, type TrainingRow } from './plan.ts';
import { rowFeeds, teach } from './rows.ts';
import { sampleTrajectories, type TrajectoryRequest } from './trajectories.ts';
import { TrajectoryPool, type Trajectory } from './trajectory-pool.ts';

export interface IterationReport {
  /** 1 for the first update. */
  readonly iteration: number;
  readonly loss: number;
  /** Mean of each named term over its rows. */
  readonly terms: Readonly<Record<string, number>>;
  readonly gradientNorm: number;
}

/** One batch with the loss the update graph gave each of its rows. */
export interface BatchSeen {
  readonly rows: readonly TrainingRow[];
  readonly rowLosses: readonly number[];
  /** What each row's loss counts in the total. */
  readonly weights: readonly number[];
}

type Tensor = HostTensor | DeviceTensor;

/** Awaited before each sampler step; may throw to abort. */
type StepListener = (done: number, total: number) => Promise<void>;

export class LoraTrainer {
  readonly plan: TrainingPlan;
  readonly layout: LoraLayout;
  readonly #pipeline: Pipeline;
  readonly #times: PathTimes;
  readonly #pool: TrajectoryPool;
  readonly #random: Random;
  readonly #programs = new Map<string, Program>();
  #theta: Tensor;
  /** Before the last update. A loss that is not finite is a fault of the weights it was computed with, so these are what is left then. */
  #before: Tensor | null = null;
  #moments: readonly [Tensor, Tensor];
  #iteration: number;
  /** Before the first update the student is the frozen model, unless it starts from elsewhere. */
  readonly #startsFrozen: boolean;

  /**
   * `resume`: a snapshot of the same plan. `start`: the weights [P] before the first update, null for those of the original model;
   * a snapshot's own go before.
   */
  constructor(
    pipeline: Pipeline,
    plan: TrainingPlan,
    resume: TrainerSnapshot | null = null,
    start: Float32Array | null = null,
  ) {
    this.#pipeline = pipeline;
    this.plan = plan;
    this.layout = loraLayout(parameterGroup(pipeline.model.unet.config, plan.group), plan.rank, plan.alpha);
    this.#times = new PathTimes(pipeline.model.scheduler, plan.paths);
    this.#pool = new TrajectoryPool(plan.trajectoryGroups);
    if (resume !== null && resume.theta.length !== this.layout.size) {
      throw new PalimpsestError(
        'bad-file',
        `checkpoint: expected ${this.layout.size} weights for ${plan.group} at rank ${plan.rank}, got ${resume.theta.length}`,
      );
    }
    const elsewhere = resume?.trajectories.flat().find(({ timestep }) => !this.#times.visited.includes(timestep));
    if (elsewhere !== undefined) {
      throw new PalimpsestError(
        'bad-file',
        `checkpoint: expected noisy pictures at the model times ${this.#times.visited.join(', ')}, got one at ${elsewhere.timestep}`,
        { advice: 'It is of a training for pictures of another number of steps: start the training again.' },
      );
    }
    const size = [this.layout.size];
    this.#random = resume === null ? Random.seeded(plan.seed, 'training') : Random.restored(resume.random);
    this.#theta = float32(size, resume?.theta ?? start ?? initialTheta(this.layout, plan.seed));
    this.#moments =
      resume === null
        ? [zeros(size), zeros(size)]
        : [float32(size, resume.firstMoment), float32(size, resume.secondMoment)];
    this.#iteration = resume?.iteration ?? 0;
    this.#startsFrozen = plan.start === undefined;
    for (const trajectory of resume?.trajectories ?? [])
      if (trajectory[0] !== undefined) this.#pool.add(trajectory[0].group, trajectory);
  }

  /** Updates done. */
  get iteration(): number {
    return this.#iteration;
  }

  get parameters(): number {
    return this.layout.size;
  }

  /**
   * Fills the pool where it is empty. Where the student starts as the frozen model, the frozen model's answers on the way are the teacher's.
   * Fresh sampling keeps no pool.
   */
  async prepare(onStep: StepListener = () => Promise.resolve()): Promise<void> {
    if (this.plan.sampling.kind === 'fresh') return;
    const requests = this.plan.trajectoryGroups.flatMap((group): TrajectoryRequest[] => {
      const missing = group.trajectories - this.#pool.trajectories(group.id).length;
      if (missing === 0) return []; // of a training that goes on: it draws no random number twice
      const first = this.#random.integer(this.#times.courses.length);
      const asked = this.#startsFrozen || group.source === 'teacher' ? undefined : group.askStudent;
      return Array.from({ length: missing }, (_, i) => ({
        ...{ group: group.id, prompt: group.prompts[i % group.prompts.length] as string },
        course: this.#times.course(first + i),
        ...(asked === undefined
          ? {}
          : { asked: asked(group.prompts[i % group.prompts.length] as string, this.#random) }),
        ...(group.patterns === undefined ? {} : { pattern: group.patterns[i % group.patterns.length] as NoisePattern }),
      }));
    });
    const isStudents = (group: string) =>
      !this.#startsFrozen && this.plan.trajectoryGroups.some(({ id, source }) => id === group && source === 'student');
    const rounds = [false, true].flatMap((byStudent) =>
      inRounds(requests.filter(({ group }) => isStudents(group) === byStudent)).map((part) => ({ part, byStudent })),
    );
    for (const [round, { part, byStudent }] of rounds.entries()) {
      await this.#addToPool(part, byStudent ? await this.#student() : null, (done, total) =>
        onStep(round * total + done, rounds.length * total),
      );
    }
  }

  /**
   * One optimiser update; `watch` sees its batch. Throws `diverged` when a prediction, a loss or the gradient is not finite; the last weights whose
   * losses were are kept, and `iteration` is theirs.
   */
  async iterate(watch: (batch: BatchSeen) => void = () => undefined): Promise<IterationReport> {
    const rows = await this.#drawRows().catch((thrown: unknown) => {
      throw this.#atIteration(thrown);
    });
    await teach(this.#pipeline, rows);
    const counts = new Map<string, number>();
    for (const { term } of rows) counts.set(term, (counts.get(term) ?? 0) + 1);
    const weights = rows.map(({ term }) => (this.plan.termWeights[term] ?? 0) / (counts.get(term) as number));

    const passes = Math.ceil(rows.length / this.plan.rowsPerPass);
    const rowLosses: number[] = [];
    let gradient: Tensor = zeros([this.layout.size]);
    let norm = 0;
    for (let pass = 0; pass < passes; pass++) {
      const start = pass * this.plan.rowsPerPass;
      const part = rows.slice(start, start + this.plan.rowsPerPass);
      const mode = pass === passes - 1 ? 'update' : 'accumulate';
      const feeds = await rowFeeds(this.#pipeline, part, weights.slice(start, start + part.length));
      const program = await this.#program(mode, part.length);
      const given = gradient;
      const outputs = await this.#pipeline.timed('update', part.length, program, {
        ...feeds,
        theta: this.#theta,
        gradient_in: given,
        strength: float32([1], [1]),
        ...(mode === 'update' ? this.#optimiserFeeds() : {}),
      });
      release(given);
      rowLosses.push(...(outputs.host('row_loss').data as Float32Array));
      if (mode === 'accumulate') {
        gradient = outputs.device('gradient');
        continue;
      }
      norm = outputs.host('gradient_norm').data[0] as number;
      const next = ['theta_out', 'first_moment_out', 'second_moment_out'].map((name) => outputs.device(name)) as [
        DeviceTensor,
        DeviceTensor,
        DeviceTensor,
      ];
      // Not <= is true of NaN, too. Predictions beyond `largestLatent` are no picture's, so neither is the square of such an error.
      const wrong = rowLosses.find((loss) => !(loss <= largestLatent ** 2));
      if (!Number.isFinite(norm) || wrong !== undefined) {
        next.forEach(release);
        const iteration = this.#iteration + 1;
        if (wrong !== undefined) this.#stepBack();
        throw new PalimpsestError(
          'diverged',
          `${this.plan.method}: expected a finite ${wrong === undefined ? 'gradient' : 'loss'}, got ${wrong ?? norm} at iteration ${iteration} of ${this.plan.iterations}`,
          { advice: trainingAdvice(this.#iteration) },
        );
      }
      if (this.#before !== null) release(this.#before);
      this.#moments.forEach(release);
      this.#before = this.#theta;
      this.#theta = next[0];
      this.#moments = [next[1], next[2]];
    }
    this.#iteration += 1;
    watch({ rows, rowLosses, weights });
    return { iteration: this.#iteration, gradientNorm: norm, ...summarise(rows, rowLosses, weights) };
  }

  /** The weights as they are now. */
  async theta(): Promise<Float32Array> {
    return read(this.#theta);
  }

  async snapshot(): Promise<TrainerSnapshot> {
    return {
      iteration: this.#iteration,
      random: this.#random.state(),
      theta: await read(this.#theta),
      firstMoment: await read(this.#moments[0]),
      secondMoment: await read(this.#moments[1]),
      trajectories: this.plan.trajectoryGroups.flatMap((group) => this.#pool.trajectories(group.id)),
    };
  }

  async dispose(): Promise<void> {
    [this.#theta, ...this.#moments].forEach(release);
    if (this.#before !== null) release(this.#before);
    this.#before = null;
    for (const program of this.#programs.values()) await program.dispose();
    this.#programs.clear();
  }

  /** What is not finite while the student draws its x_t is a fault of its weights, so the ones before are what is left. */
  #atIteration(thrown: unknown): unknown {
    if (!(thrown instanceof PalimpsestError) || thrown.code !== 'diverged') return thrown;
    const iteration = this.#iteration + 1;
    this.#stepBack();
    return new PalimpsestError(
      'diverged',
      `${this.plan.method}: iteration ${iteration} of ${this.plan.iterations}: ${thrown.message}`,
      { advice: trainingAdvice(this.#iteration), cause: thrown },
    );
  }

  /** Back to the weights before the last update; their optimiser state is gone. */
  #stepBack(): void {
    if (this.#before === null) return;
    release(this.#theta);
    this.#theta = this.#before;
    this.#before = null;
    this.#iteration -= 1;
  }

  async #drawRows(): Promise<readonly TrainingRow[]> {
    const { sampling, trajectoryGroups } = this.plan;
    if (sampling.kind === 'fresh') {
      const source = new FreshXt(trajectoryGroups, this.#times);
      const rows = this.plan.draw(this.#random, source);
      await source.fill(async (requests, by) =>
        this.#sample(requests, by === 'teacher' ? null : await this.#student(), () => Promise.resolve()),
      );
      return rows;
    }
    if (this.#iteration > 0 && this.#iteration % sampling.refreshEvery === 0) await this.#renewPool(sampling.renewed);
    return this.plan.draw(this.#random, this.#pool);
  }

  async #renewPool(renewed: number): Promise<void> {
    const groups = this.plan.trajectoryGroups.filter((group) => group.source === 'student');
    if (groups.length === 0) return;
    const requests = groups.flatMap(({ id, askStudent, patterns }) =>
      // The prompts of those that are replaced, so that every prompt keeps its trajectory; each goes on to its next course.
      this.#pool.oldest(id, renewed).map((trajectory): TrajectoryRequest => {
        const prompt = trajectory[0]?.prompt ?? '';
        return {
          ...{ group: id, prompt, course: this.#times.courseAfter(trajectory.map(({ timestep }) => timestep)) },
          ...(askStudent === undefined ? {} : { asked: askStudent(prompt, this.#random) }),
          ...(patterns === undefined ? {} : { pattern: this.#random.pick(patterns) }),
        };
      }),
    );
    await this.#addToPool(requests, await this.#student(), () => Promise.resolve());
  }

  async #student(): Promise<Adapter> {
    return { layout: this.layout, theta: await this.theta(), strength: 1 };
  }

  #sample(
    requests: readonly TrajectoryRequest[],
    adapter: Adapter | null,
    onStep: StepListener,
  ): Promise<readonly Trajectory[]> {
    const { guidanceScale } = this.plan;
    const options = { guidanceScale, adapter, random: this.#random, onStep };
    return sampleTrajectories(this.#pipeline, this.#times, requests, options);
  }

  async #addToPool(
    requests: readonly TrajectoryRequest[],
    adapter: Adapter | null,
    onStep: StepListener,
  ): Promise<void> {
    const trajectories = await this.#sample(requests, adapter, onStep);
    trajectories.forEach((trajectory, i) => {
      this.#pool.add((requests[i] as TrajectoryRequest).group, trajectory);
    });
  }

  #optimiserFeeds(): Feeds {
    return {
      first_moment: this.#moments[0],
      second_moment: this.#moments[1],
      learning_rate: float32([], [learningRateAt(this.plan, this.#iteration)]),
      bias_correction: float32([2], biasCorrectionAt(this.#iteration + 1, defaultAdamW)),
    };
  }

  async #program(mode: 'accumulate' | 'update', rows: number): Promise<Program> {
    const key = `${mode}:${rows}`;
    const found = this.#programs.get(key);
    if (found !== undefined) return found;
    const { config, weights } = this.#pipeline.model.unet;
    const graph = loraGraph(mode, {
      config,
      weights,
      layout: this.layout,
      rows,
      maxTokens: this.#pipeline.maxTokens,
      optimiser: { ...defaultAdamW, maxGradientNorm: this.plan.maxGradientNorm },
    });
    const keepOnDevice = mode === 'accumulate' ? ['gradient'] : ['theta_out', 'first_moment_out', 'second_moment_out'];
    const program = await this.#pipeline.executor.load(graph, { training: true, keepOnDevice });
    this.#programs.set(key, program);
    return program;
  }
}

/** Eight predictions at a time, with guidance. */
function inRounds(requests: readonly TrajectoryRequest[]): readonly (readonly TrajectoryRequest[])[] {
  const perRound = 4;
  return Array.from({ length: Math.ceil(requests.length / perRound) }, (_, i) =>
    requests.slice(i * perRound, (i + 1) * perRound),
  );
}

function summarise(
  rows: readonly TrainingRow[],
  losses: readonly number[],
  weights: readonly number[],
): { loss: number; terms: Record<string, number> } {
  const sums = new Map<string, { sum: number; count: number }>();
  rows.forEach(({ term }, i) => {
    const { sum, count } = sums.get(term) ?? { sum: 0, count: 0 };
    sums.set(term, { sum: sum + (losses[i] as number), count: count + 1 });
  });
  return {
    loss: losses.reduce((total, loss, i) => total + loss * (weights[i] as number), 0),
    terms: Object.fromEntries([...sums].map(([term, { sum, count }]) => [term, sum / count])),
  };
}

function release(tensor: Tensor): void {
  if ('dispose' in tensor) tensor.dispose();
}

async function read(tensor: Tensor): Promise<Float32Array> {
  return ('read' in tensor ? await tensor.read() : tensor).data as Float32Array;
}
