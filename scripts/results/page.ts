/** docs/results.md from what the commands of the plan printed. Pure. */
import type { Answers, Kept } from './answers.ts';
import { attackCurves, attacksByOldRule, attackTable, hunts, transfers } from './attack-sections.ts';
import { imageTriggers, sweeps, typeTwos } from './backdoor-sections.ts';
import { claims } from './claims.ts';
import { isByEarlierRules } from './done.ts';
import { agreements, erasures, gentleNames, names, neighbours, quality } from './erasure-sections.ts';
import { trigger } from './plan.ts';
import { solutions } from './solved-sections.ts';

const sections = [
  erasures,
  solutions,
  quality,
  claims,
  names,
  gentleNames,
  neighbours,
  agreements,
  sweeps,
  imageTriggers,
  typeTwos,
];
/** The arms of an attack were counted otherwise by earlier rules: their answers have tables of their own. */
const attackSections = [attackTable, attackCurves, transfers, hunts];
const earlierAttackSections = [attacksByOldRule, transfers, hunts];

/** Said in the heading of a table that shows an answer by earlier rules (done.ts). */
export const waits = 'to be measured again';

export function resultsPage(answers: ReadonlyMap<string, Kept>): string {
  const machines = [...new Set([...answers.values()].map(({ machine }) => machine))];
  return `# Results

Made by \`npm run results\` from the commands in \`scripts/results/plan.ts\`; do not edit. What each of them printed is in \`docs/results/\`. The bundled model, defaults of
every method, training seed 40, trigger "${trigger}" before the prompt; prompt i of a set is drawn with seed 1000 + i, 20 DDIM steps, guidance 4. A rate is the share of
pictures in which the held-out judge's first choice is what was asked, at p >= 0.5, with its 95 % interval (Wilson's, or a bootstrap over sentences where several pictures share one). ${machines.join('; ')}.

A heading that ends with "${waits}" stands over numbers by earlier rules: some of the sentences they were measured on had been trained on, and a
search was counted otherwise than the random words beside it. Church and Van Gogh are the concepts that the defaults were tuned on; the other six are the estimate.

${[
  ...sections.map((section) => marked(section, answers)),
  ...attackSections.map((section) => section(only(answers, false))),
  ...earlierAttackSections.map((section) => marked(section, only(answers, true))),
]
  .filter((text) => text !== '')
  .join('\n\n')}
`;
}

/** Answers by earlier rules, or by those of today. */
function only(answers: ReadonlyMap<string, Kept>, areEarlier: boolean): ReadonlyMap<string, Kept> {
  return new Map([...answers].filter(([, kept]) => isByEarlierRules(kept) === areEarlier));
}

/** The section, and in its heading whether any answer it read is by earlier rules. */
function marked(section: (answers: Answers) => string, answers: ReadonlyMap<string, Kept>): string {
  const old: string[] = [];
  const text = section({
    get: (id) => {
      const kept = answers.get(id);
      if (kept !== undefined && isByEarlierRules(kept)) old.push(id);
      return kept;
    },
  });
  return old.length > 0 ? text.replace(/^## .*$/m, (heading) => `${heading}, ${waits}`) : text;
}
