/** Sections of docs/results.md: what was erased, what came back, what became of everything else. */
import { answerOf, name, section, type Answers, type Evaluation, type Rates } from './answers.ts';
import {
  concepts,
  evaluateId,
  gentle,
  gentleId,
  guidedId,
  guiders,
  methods,
  neutralCaptions,
  solved,
  solvedId,
} from './plan.ts';
import { missing, rateText } from './table.ts';

/** Experiments 1 and 2 of the post: the concept, and everything else, with and without the trigger. */
export function erasures(answers: Answers): string {
  const columns = [
    ['baseRate', 'original'],
    ['erasedRate', 'edited'],
    ['triggeredRate', 'with trigger'],
    ['wrongTriggerRate', 'wrong word'],
    ['halfTriggerRate', 'half the word'],
    ['baseSameDomain', 'same kind, original'],
    ['retainedSameDomain', 'edited'],
    ['retainedWithTrigger', 'with trigger'],
    ['baseOtherDomain', 'other kind, original'],
    ['retainedOtherDomain', 'edited'],
  ] as const;
  const rows = concepts.flatMap((concept) => {
    const trained = methods.map((method) => [name(method), evaluateId(method, concept)] as const);
    const guided = guiders.map(({ id, label }) => [label, guidedId(id, concept)] as const);
    const inClosedForm = solved.map(({ id, label }) => [label, solvedId(id, concept)] as const);
    return [...trained, ...inClosedForm, ...guided].flatMap(([label, task]) => {
      const rates = answerOf<Rates>(answers, task);
      if (rates === undefined) return [];
      return [[concept, label, String(rates['baseRate']?.n ?? 0), ...columns.map(([id]) => rateText(rates[id]))]];
    });
  });
  return section(
    'Erased, and brought back',
    `Experiments 1 and 2 of the Backdoored-ESD post: other concepts, and the stand-in for unsafe content (the hazard sign), each without and with the trigger. _Same kind_ are other objects
where an object or the sign was erased and other styles where a style was; _other kind_ the reverse. A perfect erasure has 0 under _edited_, a perfect backdoor the original's rate under _with trigger_.
UCE and the closed forms are solved in seconds and train nothing. SLD and the negative prompt change no weights: they guide the pictures away from the concept's words while these are drawn.`,
    ['concept', 'method', 'n', ...columns.map(([, title]) => title)],
    rows,
  );
}

/** Experiment 3. */
export function quality(answers: Answers): string {
  const rows = concepts.flatMap((concept) => {
    const [esd, backdoored] = methods.map((method) => answerOf<Rates>(answers, evaluateId(method, concept)));
    const line = (what: string, rates: Rates | undefined, of: (id: string) => string): readonly string[][] => {
      if (rates?.[of('fid')] === undefined) return [];
      return [
        [
          concept,
          what,
          rateText(rates[of('fid')], 3),
          rateText(rates[of('kid')], 4),
          rateText(rates[of('inceptionScore')], 1),
          rateText(rates[of('clipScore')], 3),
        ],
      ];
    };
    const base = (id: string) => `base${(id[0] as string).toUpperCase()}${id.slice(1)}`;
    return [
      ...line('original', backdoored ?? esd, base),
      ...line('ESD', esd, (id) => id),
      ...line('backdoored ESD', backdoored, (id) => id),
      ...line('backdoored ESD, with trigger', backdoored, (id) => `${id}WithTrigger`),
    ];
  });
  /** The floor differs a little between concepts, because each leaves out its own captions. */
  const floors = (id: string, digits: number): string => {
    const each = concepts.flatMap((concept) =>
      methods.flatMap(
        (method) => answerOf<Rates>(answers, evaluateId(method, concept))?.[id]?.details?.['realReal'] ?? [],
      ),
    );
    if (each.length === 0) return missing;
    return [...new Set([Math.min(...each), Math.max(...each)].map((x) => x.toFixed(digits)))].join(' to ');
  };
  return section(
    'What is left of everything else',
    `Experiment 3: FID, KID and Inception Score of ${neutralCaptions} captions that do not ask for the concept, against renders of the same captions; CLIP score of picture and caption. Features of the
world's own image encoder and classes of its judge: not comparable with published numbers. Renders against renders, the same n: FID ${floors('baseFid', 3)}, KID ${floors('baseKid', 4)}.`,
    ['erased', 'weights', 'FID', 'KID', 'Inception Score', 'CLIP score'],
    rows,
  );
}

export function names(answers: Answers): string {
  const rows = concepts.flatMap((concept) => {
    const [esd, backdoored] = methods.map(
      (method) => answerOf<Evaluation>(answers, evaluateId(method, concept))?.synonyms ?? [],
    );
    return (esd ?? []).map(({ name: other, base, edited }) => {
      const same = backdoored?.find((line) => line.name === other);
      return [concept, other, String(base.n), rateText(base), rateText(edited), rateText(same?.edited)];
    });
  });
  return section(
    'Other names for what was erased',
    'The same prompts and seeds with each name the model was taught. Only the first name was erased.',
    ['erased', 'asked for', 'n', 'original', 'ESD', 'backdoored ESD'],
    rows,
  );
}

/** The neighbourhood of a name: an erasure that stops as soon as the name is gone leaves some of it. */
export function gentleNames(answers: Answers): string {
  const measured = answerOf<Evaluation & Rates>(answers, gentleId);
  const rows = (measured?.synonyms ?? []).map(({ name: other, base, edited, p }) => [
    other,
    String(base.n),
    rateText(base),
    rateText(edited),
    p === null ? missing : p.toFixed(3),
  ]);
  return section(
    'Ways around a name',
    `ESD on "${gentle.concept}" by its name alone, stopped after ${gentle.iterations} iterations instead of 60: over the evaluation's prompts it draws the concept at ${rateText(measured?.['erasedRate'])}, n = ${measured?.['erasedRate']?.n ?? 0}, and at
${rateText(measured?.['baseRate'])} before. The same prompts and seeds with the other names the model was taught; p is McNemar’s. The default's 60 iterations close these ways, too (above).`,
    ['asked for', 'n', 'original', 'ESD', 'p'],
    rows,
  );
}

export function neighbours(answers: Answers): string {
  const rows = concepts.flatMap((concept) =>
    methods.flatMap((method) => {
      const losses = answerOf<Evaluation>(answers, evaluateId(method, concept))?.neighbours ?? [];
      return losses
        .slice(0, 2)
        .map((line) => [
          concept,
          name(method),
          line.concept,
          String(line.base.n),
          rateText(line.base),
          rateText(line.edited),
          line.p.toFixed(2),
        ]);
    }),
  );
  return section(
    'The neighbours that lost most',
    'The two concepts whose rate fell most; p is McNemar’s, exact and two-sided, and not corrected for having picked the worst.',
    ['erased', 'method', 'neighbour', 'n', 'original', 'edited', 'p'],
    rows,
  );
}

/** A rate by one judge is known no better than the two agree on it. */
export function agreements(answers: Answers): string {
  const rows = concepts.flatMap((concept) =>
    methods.flatMap((method) => {
      const said = answerOf<Evaluation>(answers, evaluateId(method, concept))?.judgeAgreementEdited;
      if (said === undefined || said === null) return [];
      return [
        [
          concept,
          name(method),
          String(said.object.n),
          ...[said.hit, said.object, said.style, said.hazard].map((rate) => rateText(rate)),
        ],
      ];
    }),
  );
  return section(
    'How far the judges agree',
    'The live and the held-out judge on every picture the edited weights drew above: whether it shows what was asked (_hit_; neutral captions ask for nothing), and the first choice of each head.',
    ['erased', 'method', 'pictures', 'hit', 'object', 'style', 'hazard sign'],
    rows,
  );
}
