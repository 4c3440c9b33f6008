/** One iteration of a method for the page: the row's tensors, and the picture each prediction stands for. */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import { PalimpsestError } from '../core/errors.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import { Parameterisation } from '../diffusion/parameterisation.ts';
import { inspectStep as stepOf } from '../methods/training/inspect-step.ts';
import { learningRateAt } from '../methods/training/plan.ts';
import { loraLayout } from '../models/lora/layout.ts';
import { parameterGroup } from '../models/lora/groups.ts';
import type { InspectedStep, InspectStepRequest, Prediction } from '../records/inspected-step.ts';
import type { StoredAdapter } from './adapters.ts';
import { toPicture } from './pictures.ts';
import { planFor } from './prepare.ts';
import { startOf } from './train.ts';

export async function inspectStep(
  pipeline: Pipeline,
  space: ConceptSpace,
  trained: StoredAdapter | null,
  request: InspectStepRequest,
): Promise<InspectedStep> {
  const plan = planFor(space, request);
  const layout = loraLayout(parameterGroup(pipeline.model.unet.config, plan.group), plan.rank, plan.alpha);
  const named = (slots: typeof layout.slots) => slots.map(({ module }) => module).join();
  const patch = trained?.patch ?? null;
  if (patch !== null && (patch.layout.rank !== plan.rank || named(patch.layout.slots) !== named(layout.slots)))
    throw new PalimpsestError(
      'bad-argument',
      `inspectStep: expected weights of rank ${plan.rank} on ${layout.slots.length} matrices, as the settings say, got rank ${patch.layout.rank} on ${patch.layout.slots.length}`,
      { advice: 'Train again with the present settings, or look at the very first step.' },
    );
  const { draw, term } = request;
  const theta = patch?.theta ?? (await startOf(pipeline, plan, { encoding: () => Promise.resolve() }));
  const seen = await stepOf(pipeline, plan, { theta, term, draw });
  const { row, target, student, report } = seen;
  const { latents, timestep, teacher } = row.entry;

  const parameterisation = new Parameterisation(pipeline.model.scheduler);
  const asked = row.target.map(({ prompt }) => teacher.get(prompt) as Float32Array);
  const noises = [target, student, ...asked];
  const clean = noises.map((output) => parameterisation.originalOf(output, latents, timestep));
  const predictions = (await pipeline.decode(clean)).map((pixels, i): Prediction => ({
    noise: Float32Array.from(noises[i] as Float32Array),
    picture: toPicture(pixels),
  }));
  return {
    method: plan.method,
    iterationsBefore: trained?.summary.iteration ?? 0,
    latentShape: pipeline.latentShape,
    timestep,
    latents,
    teacher: row.target.map((part, i) => ({ ...part, ...(predictions[i + 2] as Prediction) })),
    target: predictions[0] as Prediction,
    prompt: row.prompt,
    student: predictions[1] as Prediction,
    term: row.term,
    terms: report.terms,
    rowLoss: seen.rowLoss,
    rows: seen.rows,
    rowWeight: seen.rowWeight,
    loss: report.loss,
    learningRate: learningRateAt(plan, 0),
    gradientNorm: report.gradientNorm,
    update: seen.update,
  };
}
