/** The words that a guider leads away from: its own text, or the concept's. */
import type { MethodContext } from '../method.ts';
import { refuseSubject } from '../no-subject.ts';
import type { ParameterSpec } from '../../records/parameters.ts';
import { wordsOf } from '../../records/guider.ts';

export const textParameter: ParameterSpec = {
  id: 'text',
  kind: 'words',
  default: '',
  most: 20,
  title: { en: 'Words to lead away from', zh: '要避开的文字' },
  help: {
    en: 'What the pictures are led away from; empty: the concept’s own words. Several may stand here, with commas between them.',
    zh: '图片要避开的内容；留空则用概念本身的词。可以写几个词，用逗号分隔。',
  },
};

/** Throws `bad-argument` for one subject: a guider leads every picture away. */
export function guidedText(context: MethodContext, method: string): string {
  refuseSubject(context, method);
  return wordsOf({ method, ...context });
}
