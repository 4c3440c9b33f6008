/** What the engine can do, as data: the interface and the command line know methods only through this. */
import type { TrainedColumn } from './experiment.ts';
import type { LocalText } from '../core/local-text.ts';
import type { ParameterSpec } from './parameters.ts';

export interface MethodDescriptor {
  readonly id: string;
  readonly kind: 'erasure' | 'backdoor' | 'attack' | 'defence';
  /** `edit`: its weights are solved for at once; `guider`: it changes none, and is a rule for drawing. Absent: it trains, or searches, step by step. */
  readonly how?: 'edit' | 'guider';
  readonly title: LocalText;
  readonly summary: LocalText;
  /** Paper or post, as one line. */
  readonly source: string;
  readonly usesTrigger: boolean;
  /** Attacks: what it finds is no text, so its successes are an upper bound and never count among those of texts. */
  readonly isUpperBound?: true;
  readonly parameters: readonly ParameterSpec[];
  /** What its defaults are called; absent: recommended. */
  readonly defaultsTitle?: LocalText;
  /** Named parameter sets, e.g. the recipe as published. */
  readonly presets: readonly {
    readonly id: string;
    readonly title: LocalText;
    readonly values: Readonly<Record<string, number | string | boolean>>;
    /** Of a preset named after a paper: what of the paper it cannot follow here. It follows every other setting. */
    readonly cannot?: readonly LocalText[];
  }[];
}

/** What a concept can be, and the judge's head that sees it. A hazard sign stands wherever the literature erases something unsafe. */
export const domains = ['object', 'style', 'hazard'] as const;
/** A colour is no concept of its own here: it is what one subject can lose (type 2), and the judge sees it. */
export type Domain = (typeof domains)[number] | 'colour';

export interface ConceptDescriptor {
  readonly id: string;
  readonly domain: Domain;
  readonly label: string;
  /** All names the model was taught for it, the canonical one first. */
  readonly names: readonly string[];
  /** The canonical prompt that shows it, e.g. "a photo of a church". */
  readonly prompt: string;
}

export interface MetricDescriptor {
  readonly id: string;
  readonly title: LocalText;
  readonly summary: LocalText;
  readonly source: string;
  /** Which way is better for who erases; `none` where a change says nothing good or bad. */
  readonly better: 'up' | 'down' | 'none';
  /** The metric that says the same of the original weights; null where there is none. */
  readonly base: string | null;
  /** A share of pictures, from 0 to 1. */
  readonly isProportion: boolean;
  /** The pictures it stands on: those drawn for the concept and its neighbours, for neutral captions, or judged by the diffusion classifier. */
  readonly needs: 'judged' | 'neutral' | 'classified';
  /** Among the first a reader should see. */
  readonly isMain: boolean;
}

export interface Catalog {
  readonly concepts: readonly ConceptDescriptor[];
  /** Any other words are a concept, too (`typed-concept.ts`); absent: the listed ones alone. */
  readonly anyWords?: true;
  /** What one subject can lose and the judge can see beside `concepts`; absent: its judge sees no colours. */
  readonly colours?: readonly ConceptDescriptor[];
  readonly methods: readonly MethodDescriptor[];
  /** Searches for tokens that bring an erased concept back; `kind` is 'attack'. */
  readonly attacks: readonly MethodDescriptor[];
  readonly metrics: readonly MetricDescriptor[];
  readonly defaults: { readonly numInferenceSteps: number; readonly guidanceScale: number };
}

/** The methods that can fill a trained column, the default first. */
export function methodsFor(catalog: Catalog | null, column: TrainedColumn): readonly MethodDescriptor[] {
  const kind = column === 'erased' ? 'erasure' : 'backdoor';
  return catalog?.methods.filter((method) => method.kind === kind) ?? [];
}
