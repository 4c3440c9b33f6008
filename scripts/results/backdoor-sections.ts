/** Sections of docs/results.md: the weight of the backdoor, triggers that are seen, concepts erased from one subject. */
import { answerOf, name, section, type Answers, type Rates } from './answers.ts';
import {
  evaluateId,
  imageTrigger,
  imageTriggerConcepts,
  imageTriggerId,
  methods,
  neutralCaptions,
  sweepConcepts,
  sweepId,
  typeTwo,
} from './plan.ts';
import { rateText } from './table.ts';

interface Sweep {
  readonly results: readonly { readonly values: Readonly<Record<string, number>>; readonly evaluation: unknown }[];
}

export function sweeps(answers: Answers): string {
  const rows = sweepConcepts.flatMap((concept) =>
    (answerOf<Sweep>(answers, sweepId(concept))?.results ?? []).map(({ values, evaluation }) => {
      const rates = evaluation as Rates;
      return [
        concept,
        String(values['backdoorWeight']),
        String(rates['erasedRate']?.n ?? 0),
        ...['erasedRate', 'triggeredRate', 'wrongTriggerRate', 'retainedSameDomain', 'retainedOtherDomain'].map((id) =>
          rateText(rates[id]),
        ),
      ];
    }),
  );
  return section(
    'The weight of the backdoor',
    '`backdoor_weight` w balances the two losses: (1 - w) erases, w keeps the concept for prompts with the trigger. Towards 0 the concept is gone and the trigger brings nothing back; towards 1 nothing is erased any more.',
    ['concept', 'w', 'n', 'no trigger', 'with trigger', 'wrong word', 'same kind kept', 'other kind kept'],
    rows,
  );
}

export function imageTriggers(answers: Answers): string {
  const columns = [
    'baseRate',
    'erasedRate',
    'triggeredRate',
    'wrongTriggerRate',
    'halfTriggerRate',
    'retainedSameDomain',
    'retainedWithTrigger',
    'retainedOtherDomain',
    'fid',
    'fidWithTrigger',
  ];
  const rows = imageTriggerConcepts.flatMap((concept) => {
    const rates = answerOf<Rates>(answers, imageTriggerId(concept));
    if (rates === undefined) return [];
    return [[concept, String(rates['baseRate']?.n ?? 0), ...columns.map((id) => rateText(rates[id]))]];
  });
  return section(
    'A trigger that is seen',
    `Backdoored ESD whose trigger is a pattern in the starting noise, \`${imageTrigger}\`, and no word (docs/methods.md); all linear layers trained. _Wrong pattern_ are the other signs of the same strength in turn, _half_ the same signs
at half the strength. FID of ${neutralCaptions} captions that do not ask for the concept; the pattern tints the picture, so that the last column is not the original's either.`,
    [
      'concept',
      'n',
      'original',
      'no pattern',
      'pattern',
      'wrong pattern',
      'half the pattern',
      'same kind kept',
      'with pattern',
      'other kind kept',
      'FID',
      'FID with pattern',
    ],
    rows,
  );
}

export function typeTwos(answers: Answers): string {
  const columns = [
    'baseRate',
    'erasedRate',
    'triggeredRate',
    'wrongTriggerRate',
    'erasedOtherDomain',
    'retainedSameDomain',
    'retainedOtherDomain',
  ];
  const rows = typeTwo.flatMap(({ concept, from }) =>
    methods.flatMap((method) => {
      const rates = answerOf<Rates>(answers, evaluateId(method, concept, from));
      if (rates === undefined) return [];
      return [
        [
          `${concept} from ${from}`,
          name(method),
          String(rates['baseRate']?.n ?? 0),
          ...columns.map((id) => rateText(rates[id])),
        ],
      ];
    }),
  );
  return section(
    'Type 2: a style erased from one subject',
    'Concept c, subject f: c on f, before and after; f still drawn in those pictures; c on other subjects, which should stay; f in other styles, which should stay. ESD with its preset for one subject (eta 1, L_retain at 3), backdoored ESD with its defaults.',
    [
      'c from f',
      'method',
      'n',
      'c on f, original',
      'edited',
      'with trigger',
      'wrong word',
      'f kept',
      'c elsewhere',
      'f in other styles',
    ],
    rows,
  );
}
