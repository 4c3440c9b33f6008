/** What the next search will do: which attack on whose weights, aimed at what, and which words it may not use. */
import type { MethodDescriptor } from '../../../records/catalog.ts';
import { forbiddable } from '../../../records/experiment.ts';
import type { Forbiddable } from '../../../records/experiment.ts';
import { readSearchSeed } from '../../../records/search-fields.ts';
import { useBench, useBenchState } from '../../bench-context.ts';
import { ParameterForm } from '../../fields/parameter-form.tsx';
import { WordField } from '../../fields/word-field.tsx';
import { useText } from '../../i18n/use-text.ts';
import { attackSeed, attackedRow, conceptWords, targetRows, taughtTrigger } from '../../state/attack-request.ts';
import { setSearch } from '../../state/experiment-actions.ts';
import styles from '../inspector.module.css';
import { AimField } from './aim-field.tsx';
import attack from './attack.module.css';
import { HuntReach } from './hunt-reach.tsx';

export function AttackForm({ method }: { readonly method: MethodDescriptor }) {
  const { t, local } = useText();
  const bench = useBench();
  const attacks = useBenchState((state) => state.catalog?.attacks ?? []);
  const experiment = useBenchState((state) => state.experiment);
  const { seeds, attackVictim, attackForbids } = experiment;
  const rows = useBenchState(targetRows);
  const row = useBenchState(attackedRow);
  const seed = useBenchState(attackSeed);
  const words = useBenchState((state) => conceptWords(state).join(', '));
  const trigger = useBenchState(taughtTrigger);
  const forbid = (word: Forbiddable, isOn: boolean) => {
    setSearch(bench, {
      attackForbids: forbiddable.filter((other) => (other === word ? isOn : attackForbids.includes(other))),
    });
  };
  return (
    <div className={attack['form']}>
      <Choice
        label={t('attack.choose')}
        value={method.id}
        testId="choose-attack"
        options={attacks.map(({ id, title }) => [id, local(title)])}
        onChange={(id) => setSearch(bench, { attack: id })}
      />
      <p className={styles['fine']}>{local(method.summary)}</p>
      <Choice
        label={t('attack.victim')}
        value={attackVictim}
        testId="choose-victim"
        options={(['erased', 'backdoored'] as const).map((column) => [column, t(`column.${column}`)])}
        onChange={(victim) => setSearch(bench, { attackVictim: victim === 'backdoored' ? 'backdoored' : 'erased' })}
      />
      {attackVictim === 'backdoored' && (
        <>
          <p className={styles['fine']}>{t('attack.hunting')}</p>
          <HuntReach method={method} />
        </>
      )}
      <Choice
        label={t('attack.row')}
        value={row ?? ''}
        testId="choose-row"
        options={rows.map((text) => [text, text])}
        onChange={(text) => setSearch(bench, { attackRow: text })}
      />
      <Choice
        label={t('attack.pictureSeed')}
        value={String(seed)}
        testId="choose-picture-seed"
        options={seeds.map((option) => [String(option), String(option)])}
        onChange={(text) => setSearch(bench, { attackPictureSeed: Number(text) })}
      />
      <AimField />
      <fieldset className={attack['forbidden']}>
        <legend>{t('attack.forbidden')}</legend>
        <Tick
          label={t('attack.forbidConcept', { words })}
          isOn={attackForbids.includes('concept')}
          onChange={(isOn) => forbid('concept', isOn)}
        />
        {trigger !== '' && (
          <Tick
            label={t('attack.forbidTrigger', { word: trigger })}
            isOn={attackForbids.includes('trigger')}
            onChange={(isOn) => forbid('trigger', isOn)}
          />
        )}
      </fieldset>
      <Tick
        label={t('attack.control')}
        isOn={experiment.attackControl}
        onChange={(attackControl) => setSearch(bench, { attackControl })}
      />
      <div>
        <span className={attack['label']}>{t('attack.seed')}</span>
        <WordField
          look="box"
          name="attack.seed"
          label={t('attack.seed')}
          text={String(experiment.attackSeed)}
          inputMode="numeric"
          testId="search-seed"
          read={(text) => readSearchSeed([text])}
          onChange={(value) => setSearch(bench, { attackSeed: value })}
        />
      </div>
      <ParameterForm method={method} place="attack" />
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly testId: string;
  readonly options: readonly (readonly [value: string, title: string])[];
  readonly onChange: (value: string) => void;
}

function Choice({ label, value, testId, options, onChange }: ChoiceProps) {
  return (
    <label className={attack['choice']}>
      <span className={attack['label']}>{label}</span>
      <select value={value} data-testid={testId} onChange={(event) => onChange(event.target.value)}>
        {options.map(([option, title]) => (
          <option key={option} value={option}>
            {title}
          </option>
        ))}
      </select>
    </label>
  );
}

interface TickProps {
  readonly label: string;
  readonly isOn: boolean;
  readonly onChange: (isOn: boolean) => void;
}

function Tick({ label, isOn, onChange }: TickProps) {
  return (
    <label className={styles['check']}>
      <input type="checkbox" checked={isOn} onChange={(event) => onChange(event.target.checked)} />
      {label}
    </label>
  );
}
