/**
 * Which model times the sampling paths of x_t visit: those at which pictures are drawn, shared out among the paths so that a path
 * stays short.
 *
 * Every path begins where pictures begin, with pure noise at the first time. The other times are cut into as many runs of
 * neighbours as a path has further steps, and a path takes one time of each run; the first course takes the first of each, the
 * second the second, and so on. The courses together visit every time, and none leaves a long stretch out.
 */
import { createDdimSampler } from '../../diffusion/samplers/ddim.ts';
import type { Sampler } from '../../diffusion/samplers/sampler.ts';
import type { SchedulerConfig } from '../../models/config/scheduler-config.ts';
import type { PathSteps } from './plan.ts';

/** The model times of one path, falling. */
export type Course = readonly number[];

/**
 * The courses that share out `drawing`, the falling times of a picture's sampler. Each has `steps` of them, two or more; where a path has more steps than a picture, its one course visits all and evenly placed times between.
 */
export function coursesOf(drawing: Course, steps: number): readonly Course[] {
  const [first, ...others] = drawing as [number, ...number[]];
  if (steps >= drawing.length) return [withTimesBetween(drawing, steps - drawing.length)];
  const further = steps - 1;
  const cut = (run: number) => Math.floor((run * others.length) / further);
  const runs = Array.from({ length: further }, (_, run) => others.slice(cut(run), cut(run + 1)));
  const count = Math.max(...runs.map((run) => run.length));
  return Array.from({ length: count }, (_, course) => [
    first,
    ...runs.map((run) => run[course % run.length] as number),
  ]);
}

/** `count` further times, shared out among the gaps and evenly placed in each; a gap holds no more than there are whole times in it. */
function withTimesBetween(times: Course, count: number): Course {
  const gaps = times.length - 1;
  const share = (gap: number) => Math.floor((gap * count) / Math.max(1, gaps));
  return times.flatMap((from, gap) => {
    const to = times[gap + 1];
    if (to === undefined) return [from];
    const between = Math.min(share(gap + 1) - share(gap), from - to - 1);
    return [
      from,
      ...Array.from({ length: between }, (_, i) => from - Math.round(((i + 1) * (from - to)) / (between + 1))),
    ];
  });
}

/** The courses of a plan's paths, and a sampler for any part of one. */
export class PathTimes {
  readonly courses: readonly Course[];
  /** Every time that some path visits, falling. */
  readonly visited: Course;
  readonly #config: SchedulerConfig;
  readonly #samplers = new Map<string, Sampler>();

  constructor(config: SchedulerConfig, { steps, drawingSteps }: PathSteps) {
    this.#config = config;
    this.courses = coursesOf(createDdimSampler(config, drawingSteps).timesteps, steps);
    this.visited = [...new Set(this.courses.flat())].sort((a, b) => b - a);
  }

  /** The course that a group's path number `n` takes. */
  course(n: number): Course {
    return this.courses[n % this.courses.length] as Course;
  }

  /** The course after the one that visits `timesteps`, so that a prompt's paths take turns. */
  courseAfter(timesteps: Course): Course {
    return this.course(1 + this.courses.findIndex((course) => course.join() === timesteps.join()));
  }

  /** The times of a path that ends at `timestep`, one of those visited. */
  courseTo(timestep: number): Course {
    const course = this.courses.find((times) => times.includes(timestep)) as Course;
    return course.slice(0, 1 + course.indexOf(timestep));
  }

  samplerOf(course: Course): Sampler {
    const key = course.join();
    const sampler = this.#samplers.get(key) ?? createDdimSampler(this.#config, course.length, { timesteps: course });
    this.#samplers.set(key, sampler);
    return sampler;
  }
}
