/** Two runs side by side: what they were asked for, and what came of it. */
import { useState } from 'react';
import { compareRuns } from '../../records/compare-runs.ts';
import type { ComparedRow } from '../../records/compare-runs.ts';
import type { ParameterValue } from '../../records/experiment.ts';
import type { KnownRun } from '../../records/run.ts';
import { useBenchState } from '../bench-context.ts';
import type { TextKey } from '../i18n/translate.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon, Mark } from '../parts/marks.tsx';
import { runTitle } from './describe.ts';
import styles from './runs.module.css';

const labels: Readonly<Record<string, TextKey>> = {
  model: 'compare.model',
  method: 'compare.method',
  concept: 'compare.concept',
  from: 'compare.from',
  seed: 'compare.seed',
  seeds: 'compare.seeds',
  trigger: 'compare.trigger',
  position: 'compare.position',
  numInferenceSteps: 'compare.steps',
  guidanceScale: 'compare.guidance',
  rows: 'compare.rowsOfGrid',
  erasedStrength: 'compare.erasedStrength',
  backdooredStrength: 'compare.backdooredStrength',
  strength: 'compare.strength',
  victim: 'attack.victim',
  parent: 'compare.parent',
  prompt: 'attack.row',
  pictureSeed: 'attack.pictureSeed',
  forbidden: 'attack.forbidden',
  stopEarly: 'attack.stopEarly',
  iterations: 'compare.iterations',
  loss: 'compare.loss',
  firstLoss: 'compare.firstLoss',
  sampledScore: 'compare.sampledScore',
  score: 'compare.score',
  originalScore: 'compare.originalScore',
  triggeredScore: 'compare.triggeredScore',
  plainScore: 'compare.plainScore',
  bestScore: 'compare.bestScore',
  judged: 'compare.judged',
  rounds: 'compare.rounds',
  found: 'compare.found',
  seconds: 'compare.seconds',
};

const rateLabels: Readonly<Record<string, TextKey>> = {
  plain: 'compare.ratePlain',
  triggered: 'compare.rateTriggered',
  control: 'compare.rateControl',
};

interface CompareProps {
  readonly first: KnownRun;
  readonly second: KnownRun;
  readonly onClose: () => void;
}

export function Compare({ first, second, onClose }: CompareProps) {
  const text = useText();
  const { t } = text;
  const catalog = useBenchState((state) => state.catalog);
  const [isDiffOnly, setDiffOnly] = useState(true);
  const all = compareRuns(first, second);
  const shown = isDiffOnly ? all.filter(({ isSame }) => !isSame) : all;
  const specs = [...(catalog?.methods ?? []), ...(catalog?.attacks ?? [])]
    .filter(({ id }) => id === first.method || id === second.method)
    .flatMap(({ parameters }) => parameters);
  const titled = (at: string) =>
    at.replaceAll(/(\w+)=/g, (_whole, id: string) => {
      const title = specs.find((spec) => spec.id === id)?.title;
      return `${title === undefined ? id : text.local(title)} = `;
    });
  const label = ({ group, name }: ComparedRow) => {
    const title = group === 'parameter' ? specs.find(({ id }) => id === name)?.title : undefined;
    if (title !== undefined) return text.local(title);
    // A sweep's rate at one of its values: `plain@rank=4`.
    const [kind = '', at] = name.split('@');
    const rate = rateLabels[kind];
    if (rate !== undefined && at !== undefined) return t('compare.rateAt', { rate: t(rate), at: titled(at) });
    const key = labels[name];
    return key === undefined ? name : t(key);
  };
  const shownValue = (value: ParameterValue | null) => {
    if (value === null || value === '') return '–';
    if (typeof value === 'boolean') return t(value ? 'compare.yes' : 'compare.no');
    return typeof value === 'number' ? text.number(value, { maximumSignificantDigits: 6 }) : value;
  };
  return (
    <section className={styles['compare']} data-testid="compare">
      <header>
        <h2>{t('compare.title')}</h2>
        <label>
          <input
            type="checkbox"
            data-testid="diff-only"
            checked={isDiffOnly}
            onChange={(event) => setDiffOnly(event.target.checked)}
          />
          {t('compare.diffOnly')}
        </label>
        <Button look="icon" aria-label={t('close')} onClick={onClose}>
          <Icon name="close" />
        </Button>
      </header>
      <div className={styles['scroll']} tabIndex={0} role="group" aria-label={t('compare.title')}>
        <table>
          <thead>
            <tr>
              <td />
              {[first, second].map((run) => (
                <th key={run.id} scope="col">
                  <Mark column={run.column} /> {runTitle(text, catalog, run)}
                </th>
              ))}
            </tr>
          </thead>
          {(['setting', 'parameter', 'metric'] as const).map((group) => {
            const rows = shown.filter((row) => row.group === group);
            if (rows.length === 0) return null;
            return (
              <tbody key={group}>
                <tr>
                  <th scope="rowgroup" colSpan={3} className={styles['group']}>
                    {t(`compare.group.${group}`)}
                  </th>
                </tr>
                {rows.map((row) => (
                  <tr key={row.name} data-same={row.isSame || undefined} data-testid={`compare-${row.name}`}>
                    <th scope="row">{label(row)}</th>
                    {row.values.map((value, side) => (
                      <td key={side}>{shownValue(value)}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            );
          })}
        </table>
      </div>
      {shown.length === 0 && <p className={styles['fine']}>{t('compare.same')}</p>}
    </section>
  );
}
