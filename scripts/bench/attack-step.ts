/** The work of a search, for the benchmark: one gradient step as a search takes it, and a whole interactive search. */
import type { SearchContext } from '../../src/attacks/attack.ts';
import { promptFrame } from '../../src/attacks/prompt-frame.ts';
import { SlotGradient } from '../../src/attacks/slot-gradient.ts';
import { Random } from '../../src/core/random.ts';
import type { Engine } from '../../src/lab/engine.ts';
import { tokenEmbeddings } from '../../src/models/token-embeddings.ts';
import { initialTheta, type LoraLayout } from '../../src/models/lora/layout.ts';
import type { AttackRequest } from '../../src/records/attack.ts';
import type { AdapterSummary } from '../../src/records/events.ts';

const tokens = 8;
/** A search for a church in pictures of a car uses its whole budget. */
const prompt = 'a photo of a car';

export interface AttackStep {
  run(): Promise<void>;
  dispose(): Promise<void>;
}

/** The gradient of `rows` noises with respect to eight tokens, through a victim with a LoRA of this layout. */
export function attackStep({ pipeline, space }: Engine['opened'], layout: LoraLayout, rows: number): AttackStep {
  const { tokenizer, textEncoder } = pipeline.model;
  const random = Random.seeded(1, 'bench');
  const context: SearchContext = {
    pipeline,
    space,
    victim: { layout, theta: initialTheta(layout, 1), strength: 1 },
    concept: 'church',
    prompt,
    frame: promptFrame(tokenizer, prompt, tokens, 'prefix'),
    allowed: [],
    targets: [random.normals(pipeline.latentSize)],
    random,
  };
  const gradient = new SlotGradient(context, rows, 'tokens');
  const ids = Array.from({ length: rows * tokens }, (_, i) => 10 + i);
  const slots = tokenEmbeddings(textEncoder.weights, textEncoder.config, ids);
  return {
    run: async () => {
      const batch = gradient.draw(new Array<number>(rows).fill(500), random);
      await gradient.run(slots, batch, batch.target);
    },
    dispose: () => gradient.dispose(),
  };
}

/** UnlearnDiff at its defaults, 10 rounds of 20 steps, on erased weights, without the control. */
export function interactiveAttack(
  { id, concept }: AdapterSummary,
  sampling: Pick<AttackRequest, 'numInferenceSteps' | 'guidanceScale'>,
): AttackRequest {
  return {
    ...{ kind: 'attack', attack: 'unlearndiff', concept, adapterId: id, adapterStrength: 1, prompt, pictureSeed: 40 },
    ...{ target: { kind: 'original', seed: 40 }, parameters: {}, forbiddenWords: [], seed: 0, ...sampling },
    ...{ control: false, stopEarly: true, resumeFrom: null },
  };
}
