/** An attack's request checked against the world and the model: the plan it makes, and where its tokens may go. */
import { needConcept, type ConceptSpace } from '../concepts/concept-space.ts';
import type { AttackPlan } from '../attacks/attack.ts';
import { placeCount, promptFrame } from '../attacks/prompt-frame.ts';
import { attackById } from '../attacks/registry.ts';
import { allowedTokens } from '../attacks/vocabulary.ts';
import type { Pipeline } from '../diffusion/pipeline.ts';
import type { AttackRequest } from '../records/attack.ts';
import { checkedValues } from '../records/parameters.ts';
import { decodeAttackCheckpoint } from './attack-checkpoint.ts';

/** Tokens of the control beside attacks that add none. */
const controlTokens = 8;

/** Throws `bad-argument` for what cannot be attacked, before anything is computed. */
export function attackPlanFor(
  space: ConceptSpace,
  request: Pick<AttackRequest, 'attack' | 'concept' | 'parameters' | 'seed'>,
): AttackPlan {
  const attack = attackById(request.attack);
  needConcept(space, 'attack.concept', request.concept);
  return attack.plan(checkedValues(attack.descriptor.id, attack.descriptor.parameters, request.parameters));
}

/** As above, with the prompt and the forbidden words too. */
export function checkAttack(pipeline: Pipeline, space: ConceptSpace, request: AttackRequest): void {
  const plan = attackPlanFor(space, request);
  placesOf(pipeline, plan, request);
  if (request.resumeFrom !== null) decodeAttackCheckpoint(request, request.resumeFrom, plan.iterations);
}

/** Where tokens may go, and which. */
export function placesOf(pipeline: Pipeline, plan: AttackPlan, { prompt, forbiddenWords }: AttackRequest) {
  const { tokenizer } = pipeline.model;
  const tokens = placeCount(tokenizer, prompt, plan.tokens, plan.insertion);
  return {
    frame: promptFrame(tokenizer, prompt, tokens, plan.insertion),
    controlFrame: promptFrame(tokenizer, prompt, tokens === 0 ? controlTokens : tokens, plan.insertion),
    allowed: allowedTokens(tokenizer, plan.vocabulary, forbiddenWords),
  };
}
