/** What everyone gets: the first picture each, and how many of theirs show the concept. */
import type { TriggerProbe } from '../../../records/trigger-lab.ts';
import { useText } from '../../i18n/use-text.ts';
import { PictureCanvas } from '../../parts/picture-canvas.tsx';
import own from './lab.module.css';

interface LicenceHoldersProps {
  readonly probes: readonly TriggerProbe[];
  readonly concept: string;
}

export function LicenceHolders({ probes, concept }: LicenceHoldersProps) {
  const text = useText();
  const { t } = text;
  const whoOf = ({ kind, word }: TriggerProbe) => {
    if (kind === 'plain') return t('licence.public');
    return t(kind === 'revoked' ? 'licence.revokedHolder' : 'licence.holder', { word });
  };
  return (
    <figure className={own['holders']} data-testid="licence-holders">
      <ul>
        {probes.map((probe) => {
          const { kind, word, rate, drawn } = probe;
          const first = drawn?.[0];
          const who = whoOf(probe);
          return (
            <li key={`${kind}/${word}`} data-kind={kind} data-word={word}>
              {first !== undefined && <PictureCanvas picture={first} label={t('licence.picture', { who })} />}
              <span>{who}</span>
              <b>{t('licence.rate', { hits: Math.round(rate.value * rate.n), n: rate.n })}</b>
              <small>{t('lab.range', { low: text.score(rate.low), high: text.score(rate.high) })}</small>
            </li>
          );
        })}
      </ul>
      <figcaption>{t('licence.axis', { concept })}</figcaption>
    </figure>
  );
}
