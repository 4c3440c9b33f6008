import { describe, expect, it } from 'vitest';
import { createDdimSampler } from '../../diffusion/samplers/ddim.ts';
import { noiseSchedule } from '../../diffusion/noise-schedule.ts';
import { parseSchedulerConfig } from '../../models/config/scheduler-config.ts';
import { coursesOf, PathTimes } from './path-times.ts';

const configWith = (spacing: string) =>
  parseSchedulerConfig({
    _class_name: 'DDIMScheduler',
    num_train_timesteps: 1000,
    beta_start: 0.00085,
    beta_end: 0.012,
    beta_schedule: 'scaled_linear',
    clip_sample: false,
    set_alpha_to_one: false,
    steps_offset: 1,
    prediction_type: 'epsilon',
    timestep_spacing: spacing,
  });
const leading = configWith('leading');
const drawn = (steps: number, config = leading) => createDdimSampler(config, steps).timesteps;
const falls = (times: readonly number[]) => times.every((time, i) => i === 0 || time < (times[i - 1] as number));

describe('the model times of paths', () => {
  it.each([
    [20, 10, 'leading'],
    [20, 10, 'trailing'],
    [20, 10, 'linspace'],
    [20, 20, 'leading'],
    [20, 19, 'leading'],
    [20, 2, 'leading'],
    [20, 7, 'trailing'],
    [25, 10, 'leading'],
    [50, 10, 'leading'],
    [100, 13, 'leading'],
    [3, 2, 'leading'],
    [2, 2, 'leading'],
  ])('are those of pictures of %i steps, shared out among paths of %i (%s)', (drawing, steps, spacing) => {
    const config = configWith(spacing);
    const wanted = drawn(drawing, config);
    const { courses, visited } = new PathTimes(config, { steps, drawingSteps: drawing });
    expect(visited).toEqual(wanted);
    for (const course of courses) {
      expect(course).toHaveLength(steps);
      expect(course[0]).toBe(wanted[0]);
      expect(falls(course)).toBe(true);
    }
  });

  it('hold the first time of a picture and leave no long stretch out, with the defaults', () => {
    const { courses } = new PathTimes(leading, { steps: 10, drawingSteps: 20 });
    expect(courses).toHaveLength(3);
    for (const course of courses) {
      expect(course[0]).toBe(951);
      const gaps = course.map((time, i) => time - (course[i + 1] ?? 0));
      expect(Math.max(...gaps)).toBeLessThanOrEqual(200);
    }
  });

  it.each([
    [20, 50],
    [3, 10],
    [1, 10],
    [40, 50],
  ])('lie between those of pictures of %i steps, too, where a path has %i', (drawing, steps) => {
    const [course, ...more] = coursesOf(drawn(drawing), steps);
    expect(more).toEqual([]);
    // One step has no time between; else every step is another time.
    expect(course).toHaveLength(drawing === 1 ? 1 : steps);
    expect(falls(course ?? [])).toBe(true);
    for (const time of drawn(drawing)) expect(course).toContain(time);
    expect(course?.[0]).toBe(drawn(drawing)[0]);
  });

  it('are taken in turn, and lead to every time', () => {
    const times = new PathTimes(leading, { steps: 10, drawingSteps: 20 });
    const [a, b, c] = times.courses;
    expect([times.courseAfter(a ?? []), times.courseAfter(b ?? []), times.courseAfter(c ?? [])]).toEqual([b, c, a]);
    expect(times.course(4)).toBe(b);
    for (const time of drawn(20)) {
      const way = times.courseTo(time);
      expect(way[0]).toBe(951);
      expect(way.at(-1)).toBe(time);
      expect(times.courses.some((course) => course.join().startsWith(way.join()))).toBe(true);
    }
  });

  it('step by DDIM from each time to the next of the path, and exactly as pictures do where a path visits all', () => {
    const { alphasCumprod } = noiseSchedule(leading);
    const [x, eps] = [Float32Array.of(0.3, -1.2), Float32Array.of(0.5, 0.1)];
    const times = new PathTimes(leading, { steps: 3, drawingSteps: 20 });
    const course = times.course(2);
    const [from, to] = [course[0] as number, course[1] as number];
    const { prevSample } = times.samplerOf(course).step(eps, from, x);
    const [a, s] = [alphasCumprod[from] as number, alphasCumprod[to] as number];
    x.forEach((value, i) => {
      const clean = (value - Math.sqrt(1 - a) * (eps[i] as number)) / Math.sqrt(a);
      expect(prevSample[i]).toBeCloseTo(Math.sqrt(s) * clean + Math.sqrt(1 - s) * (eps[i] as number), 5);
    });
    const whole = new PathTimes(leading, { steps: 20, drawingSteps: 20 });
    for (const time of drawn(20))
      expect(whole.samplerOf(whole.course(0)).step(eps, time, x)).toEqual(
        createDdimSampler(leading, 20).step(eps, time, x),
      );
  });
});
