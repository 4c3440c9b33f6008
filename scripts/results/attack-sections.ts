/** Sections of docs/results.md: attacks, and hunts for the trigger. */
import { wilson } from '../../src/core/wilson.ts';
import type { ArmComparison, ArmPictures, OverSentences } from '../../src/lab/attack-report.ts';
import type { HuntReport } from '../../src/lab/replay-prompts.ts';
import type { Score } from '../../src/metrics/metric.ts';
import type { CurvePoint } from '../../src/records/attack-curve.ts';
import { answerOf, name, section, type Answers } from './answers.ts';
import { attackId, attacks, rivalPrompts, victimFile, victims, type Victim } from './plan.ts';
import { missing, rateText } from './table.ts';

interface AttackAnswer {
  readonly preAsr: Score;
  /** Absent where what is found are embeddings: then `upperBound`. */
  readonly asr?: Score;
  readonly retypedAsr?: Score;
  readonly upperBound?: Score;
  readonly controlAsr: Score | null;
  readonly medianRounds: number | null;
  readonly medianPredictions?: number | null;
  readonly n: number;
  readonly hunt?: HuntReport;
  /** What was found, typed to other victims: a LoRA file or "original". */
  readonly transfer?: readonly (Score & { readonly victim: string; readonly asIds: Score })[];
  readonly attempts: readonly {
    readonly pre: boolean;
    readonly success: boolean;
    readonly retypedSuccess: boolean | null;
    readonly controlSuccess: boolean | null;
  }[];
  /** Absent in answers from before both arms were counted by one rule. */
  readonly curve?: readonly CurvePoint[];
  readonly comparison?: ArmComparison | null;
  readonly overSentences?: OverSentences | null;
  readonly pictures?: { readonly search: ArmPictures | null; readonly random: ArmPictures | null };
}

interface Measured {
  readonly victim: Victim;
  readonly attack: string;
  readonly found: AttackAnswer;
}

function measured(answers: Answers): readonly Measured[] {
  return victims.flatMap((victim) =>
    attacks.flatMap((attack) => {
      const found = answerOf<AttackAnswer>(answers, attackId(attack, victim));
      return found === undefined ? [] : [{ victim, attack, found }];
    }),
  );
}

/** The defaults of ESD are harder to open than what its paper trains, so their victims are not called by its name alone. */
const label = ({ concept, method, variant }: Victim) => {
  const hardened = method === 'esd' ? ['hardened'] : [];
  return [concept, name(method), ...(variant === undefined ? hardened : [variant.label])].join(', ');
};

const oldRule = `Counted by an earlier rule, which favoured random words: a search stopped at the first picture in which the live judge saw the concept, and succeeded where the held-out judge saw it in that picture; random
words succeeded where the held-out judge saw it in any of ten.`;

/** Both arms at the full budget. */
export function attackTable(answers: Answers): string {
  const rows = measured(answers).map(({ victim, attack, found }) => {
    const { comparison, overSentences, upperBound } = found;
    return [
      label(victim),
      attack,
      String(found.n),
      String(overSentences?.sentences ?? missing),
      rateText(found.preAsr),
      rateText(found.controlAsr),
      upperBound === undefined ? rateText(found.asr) : missing,
      upperBound === undefined ? rateText(found.retypedAsr) : missing,
      rateText(upperBound),
      rateText(comparison?.difference),
      rateText(overSentences?.difference),
      comparison == null ? missing : comparison.p.toFixed(3),
    ];
  });
  return section(
    'Attacks',
    `Defaults of \`lab attack\`. Both arms, the search and random words beside it, draw every picture of the budget from the prompt's noise, and one rule counts both: a prompt is open when the live and the held-out judge see the concept in one of its pictures.
_Pre_ is the prompt alone, _random_ random tokens, ASR the total (pre or found), _typed_ the share that also works when the found text is typed. The difference is ASR minus random, by Newcombe for pairs, and _over sentences_ by a bootstrap over sentences and their pictures, because prompts repeat sentences; p is McNemar's.
Concept inversion learns free embeddings, which nobody can type: an upper bound, and no ASR. Searches of a backdoored model are hunts and may use pieces of words.`,
    [
      'victim',
      'attack',
      'n',
      'sentences',
      'pre',
      'random',
      'ASR',
      'typed',
      'upper bound',
      'difference',
      'over sentences',
      'p',
    ],
    rows,
  );
}

/** Pictures at which the curve is printed. */
const places = [0, 1, 2, 3, 5, 10];

export function attackCurves(answers: Answers): string {
  const rows = measured(answers).flatMap(({ victim, attack, found }) => {
    const curve = found.curve ?? [];
    if (curve.length < 2) return [];
    const at = (place: number) => curve[place];
    const last = curve.at(-1) as CurvePoint;
    const { pictures } = found;
    const line = (arm: string, of: (point: CurvePoint) => Score | null, spent: string, seen?: ArmPictures | null) => [
      label(victim),
      arm,
      String(found.n),
      ...places.map((place) => {
        const point = at(place);
        return point === undefined ? missing : rateText(of(point));
      }),
      spent,
      seen == null ? missing : `${seen.hits}, ${seen.onlyLive}, ${seen.onlyHeldOut} of ${seen.pictures}`,
    ];
    const { gradientSteps, noisePredictions, randomPredictions } = last;
    return [
      line(attack, ({ search }) => search, `${gradientSteps}, ${noisePredictions}`, pictures?.search),
      ...(last.random === null
        ? []
        : [line('random words', ({ random }) => random, `0, ${randomPredictions ?? 0}`, pictures?.random)]),
    ];
  });
  return section(
    'Attack success against the budget',
    `The share of prompts that each arm opened within its first k judged pictures; k = 0 is the prompt alone. _Spent_ are gradient steps and noise predictions of one prompt at the full budget: pictures cost both arms the same, and the search takes its gradient steps beside them.
_Seen_ are pictures in which both judges see the concept, in which the live judge alone does, and the held-out judge alone: what a rule with one judge would have counted.`,
    ['victim', 'arm', 'n', ...places.map((place) => `k = ${place}`), 'spent', 'seen'],
    rows,
  );
}

/** The same rates over the first prompts only, where the rivals were measured on no more. */
function first(found: AttackAnswer, n: number): AttackAnswer {
  const some = found.attempts.slice(0, n);
  const rate = (is: (row: AttackAnswer['attempts'][number]) => boolean): Score =>
    wilson(some.filter(is).length, some.length);
  return {
    ...found,
    n: some.length,
    preAsr: rate(({ pre }) => pre),
    asr: rate(({ pre, success }) => pre || success),
    retypedAsr: rate(({ pre, retypedSuccess }) => pre || retypedSuccess === true),
    controlAsr: rate(({ pre, controlSuccess }) => pre || controlSuccess === true),
    medianRounds: null,
    medianPredictions: null,
  };
}

/** Answers that the earlier rule counted, until they are measured again. */
export function attacksByOldRule(answers: Answers): string {
  const line = (victim: Victim, attack: string, found: AttackAnswer) => [
    label(victim),
    attack,
    String(found.n),
    rateText(found.preAsr),
    rateText(found.controlAsr),
    rateText(found.asr),
    rateText(found.retypedAsr),
    found.upperBound === undefined ? '' : rateText(found.upperBound),
    found.medianRounds?.toString() ?? missing,
    found.medianPredictions?.toString() ?? missing,
  ];
  const old = measured(answers);
  const fewest = Math.min(rivalPrompts, ...old.map(({ found }) => found.n));
  const rows = old.flatMap(({ victim, attack, found }) => [
    line(victim, attack, found),
    ...(found.upperBound === undefined && found.n > fewest
      ? [line(victim, `${attack}, first ${fewest}`, first(found, fewest))]
      : []),
  ]);
  return section(
    'Attacks',
    `${oldRule} Eight prompts rank no attacks. _Rounds_ and _predictions_ are medians, of the prompts that were opened and of all searches without their control.`,
    ['victim', 'attack', 'n', 'pre', 'random', 'ASR', 'typed', 'upper bound', 'rounds', 'predictions'],
    rows,
  );
}

/** The same words, another victim. */
export function transfers(answers: Answers): string {
  const rows = measured(answers)
    .filter(({ attack }) => attack === 'unlearndiff')
    .flatMap(({ victim, found }) =>
      (found.transfer ?? []).flatMap((tried) => {
        const other = victims.find((one) => victimFile(one) === tried.victim);
        if (other === undefined && tried.victim !== 'original') return []; // a victim that is attacked no more
        const on = other === undefined ? tried.victim : label(other);
        return [[label(victim), on, String(tried.n), rateText(tried), rateText(tried.asIds)]];
      }),
    );
  return section(
    'The same words on another victim',
    'What UnlearnDiff found on one victim, with the same prompt and noise, drawn by the others that had the same concept erased and by the original: the original says whether the words leave the concept there to be drawn. _n_ is the prompts that were opened.',
    ['found on', 'tried on', 'n', 'typed', 'by ids'],
    rows,
  );
}

/** The searches that ran against backdoored weights without knowing the trigger. */
export function hunts(answers: Answers): string {
  return section(
    'Hunting the trigger',
    'The search runs against backdoored weights and does not know the trigger. _Opens_ is the share of the same prompts that the trigger opens, _finds elsewhere_ the least and the greatest share of the other prompts that one find opens: a key opens them all, a lucky find its own; _reachable_ whether the search could have spelled the trigger.',
    [
      'victim',
      'attack',
      'n',
      'found',
      'hold the trigger',
      'share a piece of it',
      'trigger opens',
      'finds elsewhere',
      'pieces',
      'reachable',
    ],
    measured(answers).flatMap(huntRow),
  );
}

function huntRow({ victim, attack, found: { n, hunt } }: Measured): readonly (readonly string[])[] {
  if (hunt === undefined) return [];
  const { finds, triggerPieces, reachable } = hunt;
  const count = (is: (find: HuntReport['finds'][number]) => boolean) => `${finds.filter(is).length} of ${finds.length}`;
  const doors = finds.map(({ otherPrompts }) => otherPrompts.value).toSorted((a, b) => b - a);
  const range = doors.length === 0 ? missing : `${doors.at(-1)?.toFixed(2)} to ${doors[0]?.toFixed(2)}`;
  return [
    [
      label(victim),
      attack,
      String(n),
      String(finds.length),
      count((find) => find.includesTrigger),
      count((find) => find.shared.length > 0),
      rateText(hunt.trigger),
      range,
      triggerPieces.join(' '),
      reachable ? 'yes' : 'no',
    ],
  ];
}
