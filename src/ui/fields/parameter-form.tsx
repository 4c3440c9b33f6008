/** A method's settings, drawn from its parameter specs: presets, one field each, the paper's value, reset. */
import { Switch } from '@base-ui/react/switch';
import type { MethodDescriptor } from '../../records/catalog.ts';
import type { ParameterValue } from '../../records/experiment.ts';
import type { ParameterSpec } from '../../records/parameters.ts';
import { readParameter } from '../../records/parameters.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { setParameters } from '../state/experiment-actions.ts';
import { parametersOf } from '../state/requests.ts';
import { followSettings } from '../state/solving.ts';
import styles from './parameter-form.module.css';
import { ParameterSlider } from './parameter-slider.tsx';
import { WordField } from './word-field.tsx';

export function ParameterForm({ method, place }: { readonly method: MethodDescriptor; readonly place: string }) {
  const { t, local } = useText();
  const bench = useBench();
  const values = useBenchState((state) => parametersOf(state.experiment, method));
  const isDefault = method.parameters.every((spec) => values[spec.id] === spec.default);
  const isChosen = ({ values: asked }: MethodDescriptor['presets'][number]) =>
    Object.entries(asked).every(([id, value]) => values[id] === value);
  const cannot = method.presets.find(isChosen)?.cannot ?? [];
  const set = (id: string, value: ParameterValue) => {
    setParameters(bench, method, { ...values, [id]: value });
    // What is solved for follows at once; everything else waits until typing rests.
    void followSettings(bench, method.kind === 'backdoor' ? 'backdoored' : 'erased');
  };
  return (
    <div className={styles['form']}>
      <div className={styles['presets']} role="group" aria-label={t('settings.presets')}>
        <Button aria-pressed={isDefault} onClick={() => setParameters(bench, method, {})}>
          {method.defaultsTitle === undefined ? t('settings.recommended') : local(method.defaultsTitle)}
        </Button>
        {method.presets
          .filter((preset) =>
            Object.entries(preset.values).some(
              ([id, value]) => method.parameters.find((spec) => spec.id === id)?.default !== value,
            ),
          )
          .map((preset) => (
            <Button
              key={preset.id}
              aria-pressed={isChosen(preset)}
              onClick={() => setParameters(bench, method, preset.values)}
            >
              {local(preset.title)}
            </Button>
          ))}
      </div>
      {cannot.length > 0 && (
        <div className={styles['cannot']} data-testid="preset-cannot">
          <p>{t('settings.cannot')}</p>
          <ul>
            {cannot.map((text) => (
              <li key={text.en}>{local(text)}</li>
            ))}
          </ul>
        </div>
      )}
      <div className={styles['fields']}>
        {method.parameters.filter(isOpen).map((spec) => (
          <div
            className={styles['parameter']}
            key={spec.id}
            data-changed={values[spec.id] !== spec.default || undefined}
          >
            <div className={styles['head']}>
              <span className={styles['title']}>{local(spec.title)}</span>
              {values[spec.id] !== spec.default && (
                <button type="button" className={styles['reset']} onClick={() => set(spec.id, spec.default)}>
                  {t('settings.reset')}
                </button>
              )}
            </div>
            <ParameterControl
              method={method}
              place={place}
              spec={spec}
              value={values[spec.id] ?? spec.default}
              onChange={(value) => set(spec.id, value)}
            />
            <p className={styles['help']}>
              {local(spec.help)}
              {spec.paperValue !== undefined && <span> {t('settings.paper', { value: spec.paperValue })}</span>}
            </p>
          </div>
        ))}
      </div>
      <p className={styles['source']}>{t('settings.source', { source: method.source })}</p>
    </div>
  );
}

/** A choice of one is none. */
function isOpen(spec: ParameterSpec): boolean {
  return spec.kind !== 'choice' || spec.choices.length > 1;
}

interface ParameterControlProps {
  readonly method: MethodDescriptor;
  readonly place: string;
  readonly spec: ParameterSpec;
  readonly value: ParameterValue;
  readonly onChange: (value: ParameterValue) => void;
}

function ParameterControl({ method, place, spec, value, onChange }: ParameterControlProps) {
  const { t, local } = useText();
  if (spec.kind === 'switch') {
    return (
      <Switch.Root
        className={styles['switch'] ?? ''}
        checked={value === true}
        onCheckedChange={onChange}
        aria-label={local(spec.title)}
      >
        <Switch.Thumb className={styles['thumb'] ?? ''} />
      </Switch.Root>
    );
  }
  if (spec.kind === 'choice') {
    return (
      <select
        className={styles['select']}
        aria-label={local(spec.title)}
        value={String(value)}
        onChange={(event) => onChange(event.target.value)}
      >
        {spec.choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {local(choice.title)}
          </option>
        ))}
      </select>
    );
  }
  return (
    <>
      <WordField
        look="box"
        name={`${place}.${method.id}.${spec.id}`}
        label={local(spec.title)}
        text={String(value)}
        inputMode={spec.kind === 'words' ? 'text' : spec.kind === 'integer' ? 'numeric' : 'decimal'}
        read={(draft) => readParameter(spec, draft)}
        onChange={onChange}
      />
      {spec.kind !== 'words' && method.how !== undefined && (
        <ParameterSlider
          spec={spec}
          value={Number(value)}
          testId={`slider-${method.id}-${spec.id}`}
          onChange={onChange}
        />
      )}
      {spec.kind !== 'words' && (
        <span className={styles['range']}>
          {t('settings.range', { min: spec.min, max: spec.max })}
          {spec.unit !== undefined && ` ${spec.unit}`}
        </span>
      )}
    </>
  );
}
