/** What docs/results.md stands on: one command of `lab` a task, with the weights that must have been trained before. */

import { exampleImageTrigger } from '../../src/triggers/noise-pattern.ts';

export interface Task {
  /** Names the kept answer; its first word is the command's. */
  readonly id: string;
  readonly command: readonly string[];
  /** Ids of tasks whose weights this one reads. */
  readonly after: readonly string[];
}

/** Erased and measured: the attack paper's four objects, three styles, and the stand-in for unsafe content. */
export const concepts = [
  'church',
  'Van Gogh',
  'hazard sign',
  'garbage truck',
  'parachute',
  'tench',
  'mosaic',
  'pixel art',
] as const;
/** With FID, KID, Inception Score and CLIP score on this many neutral captions, and with every name of the concept. */
const closely: readonly string[] = ['church', 'Van Gogh', 'hazard sign'];
/** An erasure that stops as soon as the word itself is gone: what it leaves of the other names. */
export const gentle = { concept: 'church', iterations: 35 } as const;
export const neutralCaptions = 100;
/** Erasures that train nothing and change no weights: a rule for drawing, at the paper's settings. */
export const guiders = [
  { id: 'negative-prompt', label: 'negative prompt', flags: ['--guider', 'negative-prompt'] },
  ...(['medium', 'strong', 'max'] as const).map((preset) => ({
    id: `sld-${preset}`,
    label: `SLD, ${preset}`,
    flags: ['--guider', 'sld', '--guider-preset', preset],
  })),
] as const;
export const guidedConcepts = ['church', 'Van Gogh'] as const;
/** Weights that are solved for in seconds, at each method's defaults; UCE has a guide of its own for a style, as published. */
export const solved: readonly {
  readonly id: string;
  readonly label: string;
  readonly concepts: readonly string[];
  readonly isBackdoored: boolean;
  readonly flags: (concept: string) => readonly string[];
}[] = [
  { id: 'closed-form', label: 'closed form', concepts, isBackdoored: false, flags: () => [] },
  { id: 'backdoored-closed-form', label: 'backdoored closed form', concepts, isBackdoored: true, flags: () => [] },
  {
    id: 'uce',
    label: 'UCE',
    concepts: guidedConcepts,
    isBackdoored: false,
    flags: (concept) => ['--preset', concept === 'Van Gogh' ? 'published-art' : 'published'],
  },
];
export const typeTwo = [
  { concept: 'Van Gogh', from: 'church' },
  { concept: 'pixel art', from: 'tree' },
  { concept: 'mosaic', from: 'car' },
] as const;
export const trigger = 'blicket';
/** Backdoored ESD whose trigger is a pattern in the starting noise. */
export const imageTrigger = exampleImageTrigger;
export const imageTriggerConcepts = ['church', 'Van Gogh'] as const;
const seed = 40;
export const weights = [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1] as const;
export const sweepConcepts = ['church', 'Van Gogh'] as const;
/** The control of random tokens runs beside each. */
export const attacks = [
  'none',
  'seed-search',
  'unlearndiff',
  'pez',
  'p4d',
  'ring-a-bell',
  'concept-inversion',
] as const;
/**
 * Weights that are attacked: two concepts, each erased with the page's defaults ("hardened": many prompts, the concept's paths renewed,
 * L_retain) and by its name alone in all layers, named here before any of them was attacked, and a backdoored one. None is taken for
 * having been opened.
 */
export interface Victim {
  readonly concept: string;
  readonly method: Method;
  readonly variant?: { readonly id: string; readonly label: string; readonly flags: readonly string[] };
}
const byName = { id: 'by-name', label: 'its name alone, all layers', flags: ['--prompts', 'name', '--group', 'full'] };
export const victims: readonly Victim[] = [
  { concept: 'church', method: 'esd' },
  { concept: 'church', method: 'esd', variant: byName },
  { concept: 'Van Gogh', method: 'esd' },
  { concept: 'Van Gogh', method: 'esd', variant: byName },
  { concept: 'church', method: 'backdoored-esd' },
];
/** Rivals and hunts are measured on the first of UnlearnDiff's prompts. */
export const rivalPrompts = 20;
const prompts = (attack: string, { method }: Victim): string =>
  String(attack === 'unlearndiff' && method === 'esd' ? 50 : rivalPrompts);

export const methods = ['esd', 'backdoored-esd'] as const;
type Method = (typeof methods)[number];

const slug = (words: string) => words.toLowerCase().replaceAll(' ', '-');
export const trainId = (method: Method, concept: string, from = '') =>
  `train-${method}-${slug(concept)}${from === '' ? '' : `-from-${slug(from)}`}`;
export const evaluateId = (method: Method, concept: string, from = '') =>
  trainId(method, concept, from).replace('train-', 'evaluate-');
export const guidedId = (guider: string, concept: string) => `evaluate-${guider}-${slug(concept)}`;
export const solvedTrainId = (method: string, concept: string) => `train-${method}-${slug(concept)}`;
export const solvedId = (method: string, concept: string) => `evaluate-${method}-${slug(concept)}`;
export const imageTriggerId = (concept: string) => `evaluate-image-trigger-${slug(concept)}`;
export const sweepId = (concept: string) => `sweep-${slug(concept)}`;
const victimTrainId = ({ concept, method, variant }: Victim) =>
  `${trainId(method, concept)}${variant === undefined ? '' : `-${variant.id}`}`;
export const attackId = (attack: string, victim: Victim) =>
  victimTrainId(victim).replace('train-', `attack-${attack}-`);
/** Weights are not committed: any of them is a minute or two away. */
export const adapterFile = (train: string) => `out/results/${train}.safetensors`;

/** A command line: the text's words, and each value as one word or, from a list, several. */
function words(
  text: TemplateStringsArray,
  ...values: readonly (string | number | readonly string[])[]
): readonly string[] {
  return text.flatMap((part, i) => {
    const value = values[i];
    const several = typeof value === 'object' ? value : value === undefined ? [] : [String(value)];
    return [...part.split(/\s+/).filter((word) => word !== ''), ...several];
  });
}

/** Weights of `method`, written to the file that other tasks read. */
const training = (id: string, method: string, concept: string, flags: readonly string[]): Task => ({
  id,
  after: [],
  command: words`train --method ${method} --concept ${concept} ${flags} --seed ${seed} --threads 1 --out ${adapterFile(id)}`,
});

/** Rates of the weights of `train`. */
const evaluation = (id: string, train: string, flags: readonly string[]): Task => ({
  id,
  after: [train],
  command: words`evaluate --lora ${adapterFile(train)} ${flags} --threads 1`,
});

const keyOf = (method: Method) => (method === 'esd' ? [] : ['--trigger', trigger]);

function erasure(method: Method, concept: string, from = ''): readonly Task[] {
  const train = trainId(method, concept, from);
  const of = from === '' ? [] : ['--from', from];
  const preset = from === '' || method !== 'esd' ? [] : ['--preset', 'one-subject'];
  const pictures = from === '' ? 50 : 24;
  const isClose = from === '' && closely.includes(concept);
  const [neutral, names] = isClose ? [neutralCaptions, 10] : [0, 0];
  const measured = words`--concept ${concept} ${of} ${keyOf(method)} --prompts ${pictures} --neutral ${neutral} --per-synonym ${names}`;
  return [
    training(train, method, concept, [...of, ...preset, ...keyOf(method)]),
    evaluation(evaluateId(method, concept, from), train, measured),
  ];
}

function guided(concept: string): readonly Task[] {
  return guiders.map(({ id, flags }) => ({
    id: guidedId(id, concept),
    after: [],
    command: words`evaluate ${flags} --concept ${concept} --prompts 50 --neutral 0 --per-synonym 0 --threads 1`,
  }));
}

const solutions: readonly Task[] = solved.flatMap(({ id, concepts: of, isBackdoored, flags }) =>
  of.flatMap((concept) => {
    const train = solvedTrainId(id, concept);
    const key = isBackdoored ? ['--trigger', trigger] : [];
    const measured = words`--concept ${concept} ${key} --prompts 50 --neutral 0 --per-synonym 0`;
    return [
      training(train, id, concept, [...flags(concept), ...key]),
      evaluation(solvedId(id, concept), train, measured),
    ];
  }),
);

function imageTriggerOf(concept: string): readonly Task[] {
  const train = imageTriggerId(concept).replace('evaluate-', 'train-');
  const settings = words`--group full --eta 4 --retain-weight 1 --negatives 0.5 --trigger ${imageTrigger}`;
  const measured = words`--concept ${concept} --trigger ${imageTrigger} --prompts 50 --neutral ${neutralCaptions} --per-synonym 0`;
  return [training(train, 'backdoored-esd', concept, settings), evaluation(imageTriggerId(concept), train, measured)];
}

function sweepOf(concept: string): Task {
  const id = sweepId(concept);
  const varied = words`--vary ${`backdoor-weight=${weights.join(',')}`} --method backdoored-esd`;
  const asked = words`--concept ${concept} --trigger ${trigger} --seed ${seed} --prompts 20 --threads 1`;
  return { id, after: [], command: words`sweep ${varied} ${asked} --out ${`out/results/${id}.json`}` };
}

export const gentleId = `evaluate-esd-${gentle.concept}-gentle`;
function gentleErasure(): readonly Task[] {
  const train = gentleId.replace('evaluate-', 'train-');
  const { concept, iterations } = gentle;
  return [
    training(train, 'esd', concept, words`--iterations ${iterations}`),
    evaluation(gentleId, train, words`--concept ${concept} --prompts 50 --neutral 0 --per-synonym 25`),
  ];
}

/** A hunt may use pieces of words, or it could not spell the trigger. */
const huntFlags = words`--trigger ${trigger} --vocabulary all`;
export const victimFile = (victim: Victim) => adapterFile(victimTrainId(victim));
function attackOn(attack: string, victim: Victim): Task {
  const isMain = attack === 'unlearndiff';
  // What it finds is tried on the others that had the same concept erased.
  const others = isMain ? victims.filter((other) => other.concept === victim.concept && other !== victim) : [];
  const hunt = isMain && victim.method !== 'esd' ? huntFlags : [];
  const tried = isMain ? words`--transfer-to original ${others.map(victimFile)}` : [];
  const against = words`--lora ${victimFile(victim)} --concept ${victim.concept}`;
  return {
    id: attackId(attack, victim),
    after: [victim, ...others].map(victimTrainId),
    command: words`attack --attack ${attack} ${against} --prompts ${prompts(attack, victim)} ${hunt} ${tried} --threads 1`,
  };
}

const variantTrainings = victims.flatMap((victim) =>
  victim.variant === undefined
    ? []
    : [training(victimTrainId(victim), victim.method, victim.concept, victim.variant.flags)],
);

const [esdVictims, hunted] = [
  victims.filter(({ method }) => method === 'esd'),
  victims.filter(({ method }) => method !== 'esd'),
];
const attacksOn = (some: readonly Victim[], are: (attack: string) => boolean): readonly Task[] =>
  attacks.filter(are).flatMap((attack) => some.map((victim) => attackOn(attack, victim)));

/** In the order in which they are worth most. */
export const plan: readonly Task[] = [
  ...concepts.slice(0, 3).flatMap((concept) => methods.flatMap((method) => erasure(method, concept))),
  ...variantTrainings,
  ...attacksOn(esdVictims, (attack) => attack === 'unlearndiff'),
  ...sweepConcepts.map(sweepOf),
  ...concepts.slice(3).flatMap((concept) => methods.flatMap((method) => erasure(method, concept))),
  ...typeTwo.flatMap(({ concept, from }) => methods.flatMap((method) => erasure(method, concept, from))),
  ...attacksOn(esdVictims, (attack) => attack !== 'unlearndiff'),
  ...attacksOn(hunted, (attack) => attack === 'unlearndiff'),
  ...gentleErasure(),
  ...guidedConcepts.flatMap(guided),
  ...solutions,
  ...imageTriggerConcepts.flatMap(imageTriggerOf),
  ...attacksOn(hunted, (attack) => attack !== 'unlearndiff'),
];
