import { existsSync } from 'node:fs';
import path from 'node:path';
import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, it } from 'vitest';
import { asTeacher, negativeGuidance, subjectGuidance, type TeacherTarget } from '../../../methods/training/plan.ts';
import type { InspectedStep } from '../../../records/inspected-step.ts';
import { latentPicture } from './latent-picture.ts';
import { StepFormula } from './step-formula.tsx';
import { stepFrames } from './step-frames.ts';

it('names files that exist, one frame after the other', () => {
  expect(stepFrames.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6]);
  for (const { file } of stepFrames)
    expect(existsSync(path.join(import.meta.dirname, '../../../..', file)), file).toBe(true);
});

it('shows channels as colours on a fixed scale', () => {
  const { pixels, width, height } = latentPicture(Float32Array.of(0, 3, -3, -9, 3, 9, 1, 1), [4, 1, 2], 3);
  expect([width, height]).toEqual([2, 1]);
  expect([...pixels]).toEqual([128, 0, 255, 255, 255, 0, 255, 255]);
});

it('writes the target that the frames show: away from the rest, from a subject as published, or a copy', () => {
  const formula = (target: TeacherTarget) => {
    const step = { prompt: 'red car', teacher: target } as unknown as InspectedStep;
    return renderToStaticMarkup(createElement(StepFormula, { step, part: 'target' })).replaceAll(/<[^>]*>/g, '');
  };
  const asked = '‖ ε_θ(x_t, red car, t) − ';
  expect(formula(negativeGuidance('car', 'red car', 2))).toContain(
    `${asked}{ ε*(x_t, car, t) − η [ ε*(x_t, red car, t) − ε*(x_t, car, t) ] } ‖²`,
  );
  expect(formula(subjectGuidance('car', 'red', 2))).toContain(
    `${asked}{ ε*(x_t, car, t) − η [ ε*(x_t, red, t) − ε*(x_t, ∅, t) ] } ‖²`,
  );
  expect(formula(asTeacher('car'))).toContain(`${asked}ε*(x_t, car, t) ‖²`);
});
