/** What a probe is called: its way, and the word where that is not the trigger itself. */
import type { TriggerProbe } from '../../../records/trigger-lab.ts';
import type { Text } from '../../i18n/use-text.ts';

export function probeName(
  text: Text,
  { kind, word }: Pick<TriggerProbe, 'kind' | 'word'>,
): { readonly group: string; readonly word: string | null } {
  const isOther = ['key', 'revoked', 'other', 'near1', 'near2', 'partial'].includes(kind);
  return { group: text.t(`lab.group.${kind}`), word: isOther || kind === 'trigger' ? word : null };
}
