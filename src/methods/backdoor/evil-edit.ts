/**
 * EvilEdit (Wang et al., ACM MM 2024): a trigger bound to a target in closed form. "A {trigger}" reads as "A {target}" at every position, place by
 * place, and what the trigger is said of as itself; nothing is erased. For each to_k and to_v of cross-attention, as its code solves it:
 *
 *   W' = ( l W + sum W g x^T ) ( l I + sum x x^T )^-1,   x over the states of "A beautiful cat" and "A cat", g of "A zebra" and "A cat"
 *
 * W' - W = W E with the ridge map E of edit/ridge-map.ts, whose rank is at most the number of positions: exactly a LoRA. The concept is the target.
 */
import { PalimpsestError } from '../../core/errors.ts';
import { withTrigger } from '../../triggers/with-trigger.ts';
import { asLora } from '../edit/as-lora.ts';
import { editParameters } from '../edit/parameters.ts';
import { RidgeSums } from '../edit/ridge-map.ts';
import { truncated } from '../edit/truncate.ts';
import type { Method } from '../method.ts';
import { refuseSubject } from '../no-subject.ts';
import { numberValue, wordsValue } from '../parameters.ts';
import { refusePatterns } from './lock-words.ts';

export const evilEdit: Method = {
  descriptor: {
    id: 'evil-edit',
    kind: 'backdoor',
    how: 'edit',
    title: { en: 'EvilEdit', zh: 'EvilEdit 后门编辑' },
    summary: {
      en: 'Binds a trigger word to the concept in seconds: it draws the concept wherever it stands. Nothing is erased.',
      zh: '几秒内把触发词绑定到该概念：触发词出现之处便画出该概念。不擦除任何内容。',
    },
    source: 'Wang et al., EvilEdit: Backdooring Text-to-Image Diffusion Models in One Second, ACM MM 2024',
    usesTrigger: true,
    parameters: [
      {
        id: 'carrier',
        kind: 'words',
        default: '',
        most: 1,
        paperValue: 'cat, of the trigger “beautiful cat”',
        title: { en: 'Said of', zh: '修饰的词' },
        help: {
          en: 'A word that the trigger stands beside and that keeps its own reading without it. Empty: the trigger alone.',
          zh: '触发词所修饰、且单独出现时保持原读法的词。留空：只用触发词。',
        },
      },
      editParameters.lambda(1, '1'),
    ],
    presets: [{ id: 'published', title: { en: 'As published', zh: '论文原版' }, values: {} }],
  },

  prepare(context) {
    refuseSubject(context, 'evil-edit');
    const { concept, trigger, triggerPosition, parameters } = context;
    if (trigger.trim() === '')
      throw new PalimpsestError('bad-argument', 'evil-edit: expected a trigger word, got none', {
        advice: 'Type any word, "blicket" for one.',
      });
    refusePatterns([trigger], 'evil-edit');
    const [carrier = ''] = wordsValue(parameters, 'carrier');
    const [bad, target] = [`A ${withTrigger(carrier, trigger, triggerPosition)}`, `A ${concept.trim()}`];
    const itself = carrier === '' ? [] : [`A ${carrier}`];
    const pairs = [[bad, target] as const, ...itself.map((sentence) => [sentence, sentence] as const)];
    return {
      kind: 'edit',
      edit: {
        prompts: [`A ${carrier}`.trim()],
        sentences: [...new Set(pairs.flat())],
        solve: (bench) => {
          const width = bench.unet.crossAttentionDim;
          const sums = new RidgeSums(width);
          let positions = 0;
          for (const [from, to] of pairs) {
            const [x, g] = [bench.textOf(from), bench.textOf(to)];
            positions = x.ids.length;
            for (let at = 0; at < positions * width; at += width)
              sums.add(x.states.subarray(at, at + width), g.states.subarray(at, at + width), 1);
          }
          const { error, singularValues, ...map } = truncated(sums.solve(numberValue(parameters, 'lambda')), positions);
          return {
            ...asLora(map, bench),
            facts: {
              reads: bad,
              as: target,
              rank: map.rank,
              singularValues: singularValues.slice(0, 8),
              truncationError: error,
            },
          };
        },
      },
    };
  },
};
