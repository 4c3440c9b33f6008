/** docs/results.md from what the commands of the plan printed. Pure. */
import type { Answers, Kept } from './answers.ts';
import { attackTable, hunts, transfers } from './attack-sections.ts';
import { imageTriggers, sweeps, typeTwos } from './backdoor-sections.ts';
import { claims } from './claims.ts';
import { agreements, erasures, gentleNames, names, neighbours, quality } from './erasure-sections.ts';
import { trigger } from './plan.ts';

const sections = [
  erasures,
  quality,
  claims,
  names,
  gentleNames,
  neighbours,
  agreements,
  sweeps,
  imageTriggers,
  typeTwos,
  attackTable,
  transfers,
  hunts,
];

export function resultsPage(answers: Answers): string {
  const machines = [...new Set([...answers.values()].map((kept) => (kept as Kept).machine))];
  return `# Results

Made by \`npm run results\` from the commands in \`scripts/results/plan.ts\`; do not edit. What each of them printed is in \`docs/results/\`. The bundled model, defaults of
every method, training seed 40, trigger "${trigger}" before the prompt; prompt i of a set is drawn with seed 1000 + i, 20 DDIM steps, guidance 4. A rate is the share of
pictures in which the held-out judge's first choice is what was asked, at p >= 0.5, with its 95 % interval (Wilson). ${machines.join('; ')}.

${sections
  .map((section) => section(answers))
  .filter((text) => text !== '')
  .join('\n\n')}
`;
}
