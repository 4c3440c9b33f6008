/** The concept: the catalog's as suggestions, any other text allowed. */
import { Autocomplete } from '@base-ui/react/autocomplete';
import { useState } from 'react';
import { domains } from '../../records/catalog.ts';
import { readField } from '../../records/url-fields.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { setConcept, setInvalid } from '../state/experiment-actions.ts';
import popup from './popup.module.css';
import styles from './word-field.module.css';

export function ConceptField() {
  const { t, local } = useText();
  const bench = useBench();
  const concept = useBenchState((state) => state.experiment.concept);
  const concepts = useBenchState((state) => state.catalog?.concepts ?? null);
  const problem = useBenchState((state) => state.invalid['concept'] ?? null);
  const [draft, setDraft] = useState<string | null>(null);
  const shown = draft ?? concept;
  const settle = (text: string) => {
    const reading = readField('concept', text);
    setInvalid(bench, 'concept', 'problem' in reading ? reading.problem : null);
    if (!('value' in reading)) return;
    setDraft(null);
    setConcept(bench, reading.value);
  };
  const groups = domains.map((domain) => ({
    value: t(`concept.${domain}`),
    items: (concepts ?? []).filter((known) => known.domain === domain).map((known) => known.names[0] ?? known.label),
  }));
  return (
    <span className={styles['field']}>
      <Autocomplete.Root
        items={groups.filter((group) => group.items.length > 0)}
        value={shown}
        mode={draft === null || draft === concept ? 'none' : 'list'}
        openOnInputClick
        onValueChange={(value, details) => {
          // Esc gives back; an autocomplete would empty its field.
          if (details.reason === 'escape-key') return;
          setDraft(value);
          if (details.reason === 'item-press') settle(value);
          else
            setInvalid(
              bench,
              'concept',
              value.trim() === '' ? { en: 'Needs a concept, like church', zh: '需要一个概念，例如 church' } : null,
            );
        }}
      >
        <Autocomplete.Input
          className={styles['input'] ?? ''}
          aria-label={t('concept.field')}
          aria-invalid={problem !== null}
          aria-describedby={problem === null ? undefined : 'concept-problem'}
          data-testid="concept-field"
          data-own-escape
          size={Math.max(3, shown.length)}
          spellCheck={false}
          onBlur={() => settle(shown)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') settle(event.currentTarget.value);
            if (event.key === 'Escape' && draft !== null) {
              setDraft(null);
              setInvalid(bench, 'concept', null);
            }
          }}
        />
        <Autocomplete.Portal>
          <Autocomplete.Positioner sideOffset={4} align="start" className={popup['above'] ?? ''}>
            <Autocomplete.Popup className={popup['popup'] ?? ''}>
              <Autocomplete.Empty>
                <p className={popup['empty']}>{t('concept.free')}</p>
              </Autocomplete.Empty>
              <Autocomplete.List className={popup['list'] ?? ''}>
                {(group: { value: string; items: string[] }) => (
                  <Autocomplete.Group key={group.value} items={group.items}>
                    <Autocomplete.GroupLabel className={popup['group'] ?? ''}>{group.value}</Autocomplete.GroupLabel>
                    <Autocomplete.Collection>
                      {(name: string) => (
                        <Autocomplete.Item key={name} value={name} className={popup['item'] ?? ''} lang="en">
                          {name}
                        </Autocomplete.Item>
                      )}
                    </Autocomplete.Collection>
                  </Autocomplete.Group>
                )}
              </Autocomplete.List>
            </Autocomplete.Popup>
          </Autocomplete.Positioner>
        </Autocomplete.Portal>
      </Autocomplete.Root>
      {problem !== null && (
        <span id="concept-problem" role="alert" className={styles['problem']}>
          {local(problem)}
        </span>
      )}
    </span>
  );
}
