/** Seconds per unit of work, measured on this device as work is done; what the prices on the buttons come from. */
import type { AttackPlan } from '../attacks/attack.ts';
import type { WorkKind } from '../diffusion/pipeline.ts';
import type { TrainingPlan } from '../methods/training/plan.ts';

/** Cost of a training row in predicted rows, until the first updates were timed (`npm run bench` holds it to at most 2.3 forwards). */
const updateInPredictions = 2.2;

/** As above for a row of an attack's gradient, which also goes through the text encoder; at most 2.5 forwards. */
const gradientInPredictions = 2.5;

export class CostModel {
  readonly #seconds = new Map<WorkKind, number>();

  /** Recent work counts more: a device that slows down raises its prices. */
  observe(kind: WorkKind, units: number, seconds: number): void {
    const each = seconds / units;
    const earlier = this.#seconds.get(kind);
    this.#seconds.set(kind, earlier === undefined ? each : 0.8 * earlier + 0.2 * each);
  }

  /** `predictions`: predicted rows of all the pictures, and of whatever else is asked about them. */
  drawing(pictures: number, predictions: number): number {
    return predictions * this.#of('noise') + pictures * (this.#of('decode') + this.#of('judge'));
  }

  encoding(sentences: number): number {
    return sentences * this.#of('text');
  }

  training(plan: TrainingPlan): number {
    const noise = this.#of('noise');
    const update = this.#seconds.get('update') ?? updateInPredictions * noise;
    const { sampling, paths, trajectoryGroups } = plan;
    const updates = plan.iterations * plan.rows * update;
    // A row's path ends at a random time, on average half way; then the frozen model is asked for two predictions at most.
    if (sampling.kind === 'fresh') return updates + plan.iterations * plan.rows * (paths.steps + 2) * noise;
    const trajectory = 2 * paths.steps * noise;
    const filling = trajectoryGroups.reduce((sum, group) => sum + group.trajectories, 0) * trajectory;
    const students = trajectoryGroups.filter((group) => group.source === 'student').length;
    // The x_t of a renewed path need the frozen model's answers, too.
    const renewals = (plan.iterations / sampling.refreshEvery) * sampling.renewed * students * 2 * trajectory;
    return filling + renewals + updates;
  }

  /** The whole budget: an attack that finds a way in early costs less. Retyped twins are left out. `predictions`: of one picture. */
  attack(plan: AttackPlan, control: boolean, predictions: number): number {
    const gradient = this.#seconds.get('gradient') ?? gradientInPredictions * this.#of('noise');
    const step = plan.draws * gradient + plan.originalPredictions * this.#of('noise');
    const pictures = plan.targets + 1 + plan.rounds * (control ? 2 : 1);
    return (
      plan.rounds * (plan.iterations * step + plan.scored * this.#of('noise')) +
      plan.encodings * this.#of('text') +
      this.drawing(pictures, pictures * predictions)
    );
  }

  #of(kind: WorkKind): number {
    return this.#seconds.get(kind) ?? 0;
  }
}
