/** The experiment as a sentence with editable words; everything else is one click deeper. */
import { useState } from 'react';
import { seedsText } from '../../records/seeds.ts';
import { readField } from '../../records/url-fields.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { ConceptField } from '../fields/concept-field.tsx';
import { MethodField } from '../fields/method-field.tsx';
import { FromField } from './from-field.tsx';
import { ParameterForm } from '../fields/parameter-form.tsx';
import { WordField } from '../fields/word-field.tsx';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon, Mark } from '../parts/marks.tsx';
import { setField } from '../state/experiment-actions.ts';
import { methodOf } from '../state/requests.ts';
import { PositionField } from './position-field.tsx';
import styles from './sentence.module.css';

export function Sentence() {
  const { t, pieces } = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <section className={styles['section']} aria-label={t('sentence.label')}>
      <div className={styles['line']}>
        <p className={styles['sentence']}>
          {pieces('sentence.template').map((piece, at) =>
            'text' in piece ? <span key={at}>{piece.text}</span> : <Slot key={piece.slot} name={piece.slot} />,
          )}
        </p>
        <Button
          look="quiet"
          aria-expanded={isOpen}
          aria-controls="more-settings"
          onClick={() => setOpen(!isOpen)}
          data-testid="more-settings"
        >
          <Icon name="more" />
          {t(isOpen ? 'settings.less' : 'settings.more')}
        </Button>
      </div>
      {isOpen && <MoreSettings />}
    </section>
  );
}

function Slot({ name }: { readonly name: string }) {
  const { t } = useText();
  const bench = useBench();
  const experiment = useBenchState((state) => state.experiment);
  switch (name) {
    case 'concept':
      return <ConceptField />;
    case 'from':
      return <FromField />;
    case 'method':
      return <MethodField column="erased" testId="erasing-method" />;
    case 'backdoor':
      return <MethodField column="backdoored" testId="hiding-method" />;
    case 'trigger':
      return (
        <WordField
          name="trigger"
          testId="trained-trigger"
          label={t('sentence.trigger')}
          text={experiment.trigger}
          read={(text) => readField('trigger', text)}
          onChange={(value) => setField(bench, 'trigger', value.trim())}
        />
      );
    case 'position':
      return <PositionField />;
    case 'seeds':
      return (
        <WordField
          name="seeds"
          testId="seeds-field"
          label={t('sentence.seeds')}
          text={seedsText(experiment.seeds)}
          read={(text) => readField('seeds', text)}
          onChange={(value) => setField(bench, 'seeds', value)}
        />
      );
    case 'steps':
      return (
        <WordField
          name="numInferenceSteps"
          testId="steps-field"
          label={t('sentence.steps')}
          text={String(experiment.numInferenceSteps)}
          inputMode="numeric"
          read={(text) => readField('numInferenceSteps', text)}
          onChange={(value) => setField(bench, 'numInferenceSteps', value)}
        />
      );
    case 'guidance':
      return (
        <WordField
          name="guidanceScale"
          testId="guidance-field"
          label={t('sentence.guidance')}
          text={String(experiment.guidanceScale)}
          inputMode="decimal"
          read={(text) => readField('guidanceScale', text)}
          onChange={(value) => setField(bench, 'guidanceScale', value)}
        />
      );
    default:
      return null;
  }
}

function MoreSettings() {
  const { t, local } = useText();
  const erased = useBenchState((state) => methodOf(state, 'erased'));
  const backdoored = useBenchState((state) => methodOf(state, 'backdoored'));
  return (
    <div id="more-settings" className={styles['more']}>
      {erased === null && backdoored === null && <p>{t('settings.waiting')}</p>}
      {erased !== null && (
        <section>
          <h2>
            <Mark column="erased" /> {local(erased.title)}
          </h2>
          <MethodField column="erased" look="box" testId="more-erasing-method" />
          <p className={styles['summary']}>{local(erased.summary)}</p>
          <ParameterForm method={erased} place="more" />
        </section>
      )}
      {backdoored !== null && (
        <section>
          <h2>
            <Mark column="backdoored" /> {local(backdoored.title)}
          </h2>
          <MethodField column="backdoored" look="box" testId="more-hiding-method" />
          <p className={styles['summary']}>{local(backdoored.summary)}</p>
          <ParameterForm method={backdoored} place="more" />
        </section>
      )}
    </div>
  );
}
