/** Where the trigger goes: a word before or after the prompt, or a pattern in the noise the picture starts from. */
import { hasPattern } from '../../triggers/noise-pattern.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import fieldStyles from '../fields/word-field.module.css';
import { useText } from '../i18n/use-text.ts';
import { setTriggerPlace, type TriggerPlace } from '../state/trigger-place.ts';

export function PositionField() {
  const { t } = useText();
  const bench = useBench();
  const place = useBenchState(({ experiment }): TriggerPlace =>
    hasPattern(experiment.trigger) ? 'noise' : experiment.triggerPosition,
  );
  return (
    <select
      className={`${fieldStyles['input'] ?? ''} ${fieldStyles['select'] ?? ''}`}
      aria-label={t('sentence.position')}
      data-testid="trigger-place"
      value={place}
      onChange={({ target: { value } }) =>
        setTriggerPlace(bench, value === 'noise' || value === 'suffix' ? value : 'prefix')
      }
    >
      <option value="prefix">{t('sentence.before')}</option>
      <option value="suffix">{t('sentence.after')}</option>
      <option value="noise">{t('sentence.noise')}</option>
    </select>
  );
}
