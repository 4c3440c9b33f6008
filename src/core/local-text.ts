/** A text in both languages of the interface. */
export interface LocalText {
  readonly en: string;
  readonly zh: string;
}
