/** Where the trigger goes: a word before or after the prompt, or a pattern in the noise the picture starts from. */
import { exampleImageTrigger, hasPattern } from '../../records/noise-pattern.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import fieldStyles from '../fields/word-field.module.css';
import { useText } from '../i18n/use-text.ts';
import { defaultTrigger } from '../state/default-experiment.ts';
import { setField } from '../state/experiment-actions.ts';
import styles from './sentence.module.css';

export function PositionField() {
  const { t } = useText();
  const bench = useBench();
  const trigger = useBenchState((state) => state.experiment.trigger);
  const position = useBenchState((state) => state.experiment.triggerPosition);
  const isSeen = hasPattern(trigger);
  return (
    <select
      className={`${fieldStyles['input'] ?? ''} ${styles['select'] ?? ''}`}
      aria-label={t('sentence.position')}
      data-testid="trigger-position"
      value={isSeen ? 'noise' : position}
      onChange={({ target: { value } }) => {
        if (value === 'noise') setField(bench, 'trigger', exampleImageTrigger);
        else {
          if (isSeen) setField(bench, 'trigger', defaultTrigger);
          setField(bench, 'triggerPosition', value === 'suffix' ? 'suffix' : 'prefix');
        }
      }}
    >
      <option value="prefix">{t('sentence.before')}</option>
      <option value="suffix">{t('sentence.after')}</option>
      <option value="noise">{t('sentence.noise')}</option>
    </select>
  );
}
