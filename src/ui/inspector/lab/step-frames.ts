/** The six frames of a training step: which part of the formula each lights, and which file computes it. */
export type FormulaPart = 'xt' | 'teacher' | 'target' | 'student' | 'gap' | 'update';

export interface StepFrame {
  readonly n: 1 | 2 | 3 | 4 | 5 | 6;
  readonly part: FormulaPart;
  readonly file: string;
}

export const stepFrames: readonly StepFrame[] = [
  { n: 1, part: 'xt', file: 'src/methods/training/trajectories.ts' },
  { n: 2, part: 'teacher', file: 'src/diffusion/pipeline.ts' },
  { n: 3, part: 'target', file: 'src/methods/training/rows.ts' },
  { n: 4, part: 'student', file: 'src/models/unet-2d-condition.ts' },
  { n: 5, part: 'gap', file: 'src/methods/training/lora-graph.ts' },
  { n: 6, part: 'update', file: 'src/methods/training/adamw.ts' },
];
