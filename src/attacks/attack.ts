/**
 * What an attack is: its description, and how its parameters become a search. The loop that judges (lab/attack.ts) knows no
 * attack by name: it asks for one candidate a round, draws it with the victim and counts it.
 */
import type { ConceptSpace } from '../concepts/concept-space.ts';
import type { Random, RandomState } from '../core/random.ts';
import type { Adapter, Pipeline } from '../diffusion/pipeline.ts';
import type { Insertion, TokenSlot } from '../records/attack.ts';
import type { MethodDescriptor } from '../records/catalog.ts';
import type { ParameterValues } from '../records/experiment.ts';
import type { PromptFrame } from './prompt-frame.ts';
import type { VocabularyName } from './vocabulary.ts';

export interface Attack {
  readonly descriptor: MethodDescriptor;
  /** `parameters` are complete and checked against the descriptor's. */
  plan(parameters: ParameterValues): AttackPlan;
}

export interface AttackPlan {
  /** Judged pictures of the search: its budget, and the budget of the random tokens beside it. */
  readonly rounds: number;
  /** Gradient steps a round; 0 for attacks without gradients. */
  readonly iterations: number;
  /** Noise draws a gradient step. */
  readonly draws: number;
  /** Predictions by the original model that each step takes. */
  readonly originalPredictions: number;
  /** Predictions by the victim between the steps of a round and its picture, at most; all of them are counted. */
  readonly scored: number;
  /** Sequences sent through the text encoder in all rounds, beside gradient steps and pictures. */
  readonly encodings: number;
  /** Tokens added to the prompt; 0 for attacks that add none. */
  readonly tokens: number;
  readonly insertion: Insertion;
  readonly vocabulary: VocabularyName;
  /** Pictures of the concept the loss aims at; 0 when it needs none. */
  readonly targets: number;
  /** What is found is an embedding that no text spells. */
  readonly soft: boolean;
  /** `state`: of an earlier search of the same plan, to go on from. */
  search(context: SearchContext, state: SearchState | null): Search;
}

export interface SearchContext {
  readonly pipeline: Pipeline;
  readonly space: ConceptSpace;
  readonly victim: Adapter | null;
  readonly concept: string;
  readonly prompt: string;
  readonly frame: PromptFrame;
  /** Token ids the search may use. */
  readonly allowed: readonly number[];
  /** x_0 of the pictures aimed at, [C * H * W] each. */
  readonly targets: readonly Float32Array[];
  /** The search's own stream. */
  readonly random: Random;
}

export interface SearchStep {
  /** From 1 within the round. */
  readonly iteration: number;
  /** Model time of the step's draws; null where they lie at several. */
  readonly timestep: number | null;
  readonly loss: number;
  readonly slots: readonly TokenSlot[];
}

/** What a round offers to the judge. */
export interface Candidate {
  /** The added tokens; empty for soft embeddings and other noise. */
  readonly ids: readonly number[];
  /** [K * D] in place of the tokens' embeddings; null: the ids' own. */
  readonly soft: Float32Array | null;
  /** Noise of the picture instead of the prompt's own; null: the prompt's own. */
  readonly pictureSeed: number | null;
  /** Mean over the round's steps; null where the attack has no loss. */
  readonly loss: number | null;
}

export interface Search {
  /** `round` counts from 1. `report` is awaited after each step; an answer of false ends the round early, with null. */
  round(round: number, report: (step: SearchStep) => Promise<boolean>): Promise<Candidate | null>;
  /** Enough, with the stream, to go on exactly; float32 vectors by name. */
  state(): SearchState;
  dispose(): Promise<void>;
}

export interface SearchState {
  readonly random: RandomState;
  readonly vectors: ReadonlyMap<string, Float32Array>;
}

/** For searches that hold nothing outside the random stream and this state. */
export const nothingToDispose = (): Promise<void> => Promise.resolve();
