/** An editable word in a sentence: grows with its text, checked while typing, its problem said right below. */
import { useId, useState } from 'react';
import type { LocalText } from '../../core/local-text.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { setInvalid } from '../state/experiment-actions.ts';
import styles from './word-field.module.css';

type Reading<T> = { readonly value: T } | { readonly problem: LocalText };

interface WordFieldProps<T> {
  /** Unique on the page; problems are remembered under it. */
  readonly name: string;
  readonly label: string;
  readonly text: string;
  readonly read: (text: string) => Reading<T>;
  readonly onChange: (value: T) => void;
  readonly inputMode?: 'text' | 'decimal' | 'numeric';
  readonly testId?: string;
  readonly look?: 'word' | 'box';
}

export function WordField<T>({
  name,
  label,
  text,
  read,
  onChange,
  inputMode = 'text',
  testId,
  look = 'word',
}: WordFieldProps<T>) {
  const { local } = useText();
  const bench = useBench();
  const id = useId();
  const problem = useBenchState((state) => state.invalid[name] ?? null);
  const [draft, setDraft] = useState<string | null>(null);
  const shown = draft ?? text;
  const settle = () => {
    if (draft === null) return;
    const reading = read(draft);
    if ('value' in reading) {
      setDraft(null);
      if (draft !== text) onChange(reading.value);
    }
  };
  return (
    <span className={styles['field']} data-look={look}>
      <input
        className={styles['input']}
        aria-label={label}
        aria-invalid={problem !== null}
        aria-describedby={problem === null ? undefined : id}
        data-testid={testId}
        data-own-escape
        inputMode={inputMode}
        size={Math.max(2, shown.length)}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        value={shown}
        onChange={(event) => {
          setDraft(event.target.value);
          const reading = read(event.target.value);
          setInvalid(bench, name, 'problem' in reading ? reading.problem : null);
        }}
        onBlur={settle}
        onKeyDown={(event) => {
          if (event.key === 'Enter') settle();
          if (event.key === 'Escape' && draft !== null) {
            event.stopPropagation();
            setDraft(null);
            setInvalid(bench, name, null);
          }
        }}
      />
      {problem !== null && (
        <span id={id} role="alert" className={styles['problem']}>
          {local(problem)}
        </span>
      )}
    </span>
  );
}
