/** Which of diffusers' scheduler classes write files that DDIM can sample from. Source: diffusers 0.42 `schedulers/`. */
import type { ConfigFields } from './config-fields.ts';

/** Of these, diffusers' `KarrasDiffusionSchedulers`, DDIM reads the files; the model is the same, whatever samples from it. */
const interchangeable = [
  'DDIMScheduler',
  'DDIMParallelScheduler',
  'DDPMScheduler',
  'DDPMParallelScheduler',
  'DEISMultistepScheduler',
  'DPMSolverMultistepScheduler',
  'DPMSolverSDEScheduler',
  'DPMSolverSinglestepScheduler',
  'EulerAncestralDiscreteScheduler',
  'EulerDiscreteScheduler',
  'HeunDiscreteScheduler',
  'KDPM2AncestralDiscreteScheduler',
  'KDPM2DiscreteScheduler',
  'LMSDiscreteScheduler',
  'PNDMScheduler',
  'UniPCMultistepScheduler',
] as const;

/** Classes whose own default betas are not DDIM's: a file of theirs that leaves the betas out means two different schedules. */
const otherBetas: readonly string[] = [
  'HeunDiscreteScheduler',
  'KDPM2AncestralDiscreteScheduler',
  'KDPM2DiscreteScheduler',
];

/** What a model is that needs another sampler, by the class of its scheduler. */
const otherModels: readonly (readonly [RegExp, string])[] = [
  [/FlowMatch/, 'This is a flow-matching model: it predicts a velocity on straight paths, which DDIM cannot sample.'],
  [/^(LCM|TCD)Scheduler$/, 'This model was distilled for a few steps of its own sampler, which DDIM does not take.'],
  [/EDM|CMStochasticIterative|KarrasVe/, 'This model is told noise levels and not timesteps.'],
  [/Inverse/, 'This scheduler adds noise instead of removing it: name the one that draws.'],
];

/** Throws `bad-file` for a class or an option that says the model is not one that DDIM samples. */
export function refuseForeignModels(fields: ConfigFields): void {
  const name = fields.get('_class_name', 'DDIMScheduler');
  if (!interchangeable.some((known) => known === name)) {
    const about = otherModels.find(([pattern]) => typeof name === 'string' && pattern.test(name))?.[1];
    throw fields.problem('_class_name', `one of ${interchangeable.join(', ')}`, name, about);
  }
  if (typeof name === 'string' && otherBetas.includes(name)) {
    for (const beta of ['beta_start', 'beta_end']) {
      if (!fields.has(beta))
        throw fields.problem(beta, `a number, because ${name} has another default than DDIM`, undefined);
    }
  }
  fields.only('use_flow_sigmas', false);
  fields.only('timestep_type', 'discrete');
}
