/**
 * Esc in a field gives back what was there before it was edited: one rule for every text field of the page, whichever component draws it. A
 * field that keeps a draft of its own does it itself and says so with `data-own-escape`.
 */

const kinds = ['text', 'search', 'number', 'url', 'email', 'tel'];

type Field = HTMLInputElement | HTMLTextAreaElement;

function fieldOf(target: EventTarget | null): Field | null {
  if (target instanceof HTMLTextAreaElement) return target;
  return target instanceof HTMLInputElement && kinds.includes(target.type) ? target : null;
}

/** Returns what ends it. */
export function giveBackOnEscape(page: Document): () => void {
  let before: { readonly field: Field; readonly value: string } | null = null;
  const remember = ({ target }: Event) => {
    const field = fieldOf(target);
    before = field === null || field.readOnly || 'ownEscape' in field.dataset ? null : { field, value: field.value };
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // What Enter has taken is what a later edit starts from.
    if (event.key === 'Enter') remember(event);
    if (event.key !== 'Escape' || event.isComposing || event.target !== before?.field) return;
    const { field, value } = before;
    if (field.value === value) return;
    event.preventDefault(); // a search field would be emptied
    event.stopPropagation();
    write(field, value);
  };
  page.addEventListener('focusin', remember);
  page.addEventListener('keydown', onKeyDown, { capture: true });
  return () => {
    page.removeEventListener('focusin', remember);
    page.removeEventListener('keydown', onKeyDown, { capture: true });
  };
}

/** As if it were typed: React hears of a value only when it is set past its own setter. */
function write(field: Field, value: string): void {
  const prototype = field instanceof HTMLTextAreaElement ? HTMLTextAreaElement.prototype : HTMLInputElement.prototype;
  Object.getOwnPropertyDescriptor(prototype, 'value')?.set?.call(field, value);
  field.dispatchEvent(new Event('input', { bubbles: true }));
}
