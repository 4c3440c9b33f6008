/** Concept scores by way of using the word: a small dot a picture, a large one for their mean, a line for its interval. */
import type { TriggerProbe } from '../../../records/trigger-lab.ts';
import { useText } from '../../i18n/use-text.ts';
import own from './lab.module.css';
import { probeName } from './probe-name.ts';

interface DotPlotProps {
  readonly probes: readonly TriggerProbe[];
  readonly concept: string;
  readonly summary: string;
}

export function DotPlot({ probes, concept, summary }: DotPlotProps) {
  const text = useText();
  const { t } = text;
  return (
    <figure className={own['plot']} data-testid="dot-plot">
      <ul aria-label={t('lab.chart', { n: probes.length, summary })}>
        {probes.map((probe) => {
          const { group, word } = probeName(text, probe);
          const { score, pictures, kind } = probe;
          const range = t('lab.range', { low: text.score(score.low), high: text.score(score.high) });
          return (
            <li
              key={`${kind}/${probe.word}`}
              data-kind={kind}
              title={`${text.score(score.value)}, ${range}, n = ${String(score.n)}`}
            >
              <span className={own['way']}>
                <span>{group}</span> {word !== null && <i lang="en">{word}</i>}
              </span>
              <span className={own['track']} aria-hidden="true">
                <s
                  style={{
                    insetInlineStart: `${String(100 * score.low)}%`,
                    width: `${String(100 * (score.high - score.low))}%`,
                  }}
                />
                {pictures.map((picture, i) => (
                  <u key={i} style={{ insetInlineStart: `${String(100 * picture.score)}%` }} />
                ))}
                <b style={{ insetInlineStart: `${String(100 * score.value)}%` }} />
              </span>
              <span className={own['value']}>{text.score(score.value)}</span>
            </li>
          );
        })}
      </ul>
      <div className={own['axis']} aria-hidden="true">
        <span>0</span>
        <span>{text.number(0.5)}</span>
        <span>1</span>
      </div>
      <figcaption>{t('lab.axis', { concept })}</figcaption>
    </figure>
  );
}
