/** The registries as data, for the page and the command line. */
import { attacks } from '../attacks/registry.ts';
import { samplers } from '../diffusion/samplers/index.ts';
import { metrics } from '../metrics/index.ts';
import { methods } from '../methods/registry.ts';
import type { Catalog } from '../records/catalog.ts';
import { worldColours, worldConcepts, type World } from '../world/world.ts';

export function catalogOf(world: World, judgesColours = false): Catalog {
  return {
    concepts: worldConcepts(world),
    ...(judgesColours ? { colours: worldColours(world) } : {}),
    methods: methods.map(({ descriptor }) => descriptor),
    attacks: attacks.map(({ descriptor }) => descriptor),
    samplers: samplers.map(({ id, title, source }) => ({ id, title, source })),
    metrics: metrics.map(({ id, title, summary, source, better, base, isProportion, needs, isMain }) => ({
      id,
      title,
      summary,
      source,
      better,
      base,
      isProportion,
      needs,
      isMain,
    })),
    defaults: { numInferenceSteps: world.recommended.steps, guidanceScale: world.recommended.guidance },
  };
}
