/** The registries as data, for the page and the command line. */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import { attacks } from '../attacks/registry.ts';
import { metrics } from '../metrics/index.ts';
import { methods } from '../methods/registry.ts';
import type { Catalog } from '../records/catalog.ts';

export function catalogOf(space: ConceptSpace, judgesColours = false): Catalog {
  return {
    concepts: space.suggestions,
    ...(space.anyWords ? { anyWords: true } : {}),
    ...(judgesColours ? { colours: space.qualities } : {}),
    methods: methods.map(({ descriptor }) => descriptor),
    attacks: attacks.map(({ descriptor }) => descriptor),
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
    defaults: { numInferenceSteps: space.defaults.steps, guidanceScale: space.defaults.guidance },
  };
}
