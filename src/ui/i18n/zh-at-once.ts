/** 立即可用的方法（求解所得的权重与引导方式）的中文文本；`zh.ts` 中那张表的一部分。 */
import type { atOnceEn } from './en-at-once.ts';

export const atOnceZh: Readonly<Record<keyof typeof atOnceEn, string>> = {
  'column.solved': '求解所得，未经训练',
  'verb.solve': '求解',
  'verb.solveAgain': '再次求解',
  'train.beforeSolve':
    '权重由闭式公式在几秒内求出：不训练，不用梯度，不加噪声。之后每项设置都是实时的：一改动，图片就跟着变。',
  'train.solved': '求解用时 {time}。',
  'settings.live': '实时：改动后立即重新求解并重绘。',
  'column.guided': '仅引导，权重不变',
  'train.beforeGuide': '不训练，也不改权重：绘制这一列的图片时，引导它们避开该概念的词。立即可用，每项设置都是实时的。',
  'train.guided': '立即可用：只引导图片，权重不变。',
  'train.itself': '“{words}”正是图片要避开的文字本身：这一行没有可以避开的内容。',
  'settings.liveGuided': '实时：改动后立即重绘。',
  'keep.guider': '没有权重：只有一个说明如何引导图片的小文件。',
};
