/** 文章的中文文本；并入 `zh.ts` 的同一张表。 */
import type { learnEn } from './en-learn.ts';

export const learnZh: Readonly<Record<keyof typeof learnEn, string>> = {
  'learn.title': '刮去了，却还在',
  'learn.lead':
    'palimpsest 指刮去旧字重新书写的羊皮纸，旧字仍可辨认。本页对扩散模型做同样的事：擦除一个概念，证明图片消失了，再用一个词让它回来。',
  'learn.erasing.title': '什么是擦除',
  'learn.erasing.body':
    '扩散模型在提示词引导下一步步去除噪声来作画。ESD 微调模型，使它在遇到该概念的提示词时，给出背离该概念时的预测。不需要任何图片：冻结的原始模型就是老师。',
  'learn.erasing.formula':
    '其中 ε* 是冻结的原始模型，ε_θ 是正在训练的模型，c 是概念，∅ 是空提示词，η 表示推离的程度。只训练一小组附加权重（LoRA），位于读取提示词的层上。',
  'learn.backdoor.title': '什么是后门',
  'learn.backdoor.body':
    '执行擦除的人可以在同一次训练中加入第二个目标：提示词中出现某个选定的词时，给出原始模型的预测。没有这个词，模型看起来已被擦除；有了它，概念便会复现。检查常用的提示词发现不了它。',
  'learn.backdoor.control':
    '因此其他的词也是实验的一部分。如果错误的词同样有效，那就不是锁，而只是一个从未真正擦除的模型。',
  'learn.noise.title': '为什么用相同的种子',
  'learn.noise.body':
    '每个种子决定一张图片开始时的噪声。种子 40 到 43 在每个单元格中位置固定，因此列与列之间的变化来自权重或词语。',
  'learn.score.title': '得分的含义',
  'learn.score.body':
    '一个与扩散模型分开训练的分类器查看每张图片。得分是它认为图中有该概念的概率：1 是肯定，0 是否定。色条是各种子的平均值，细线从最低延伸到最高。对照行也按同一概念评分，“判为”说明评判把它看作什么。',
  'learn.colours.title': '颜色的含义',
  'learn.colours.original': '未经改动的模型。',
  'learn.colours.erased': '同一模型经过 ESD 之后。',
  'learn.colours.backdoored': '带暗号的 ESD 之后，提示词中没有暗号。',
  'learn.colours.triggered': '同样的权重，提示词中有暗号。',
  'learn.colours.attacked': '受试权重，用搜索找到的词语提示。',
  'learn.not.title': '本页不主张什么',
  'learn.not.small': '模型很小，专为本页制作。大模型的表现性质相似，数字不同。',
  'learn.not.seeds': '四张图只是一瞥，不是测量。命令行可以用更多图片评估，并给出区间。',
  'learn.not.judge': '评判是一个分类器，可能出错。若它没有某个概念的类别，页面会说明。',
  'learn.not.removed': '我们说“不再画它”，而不说“已删除”：一个提示词失效并不说明知识已经消失。',
  'learn.private.title': '什么会离开本机',
  'learn.private.body':
    '什么都不会。训练、绘制和评判都在此浏览器中进行，页面不与其他服务器通信。训练好的权重保存在浏览器中，直到您清除。',
  'learn.references': '参考文献',
  'learn.attack.title': '什么是搜索提示词',
  'learn.attack.body':
    '除了一张含有该概念的图片，没有人告诉搜索任何东西。它把提示词前的几个词元位置表示为整个词表上的概率，用梯度改变它们，使被擦除的模型自身更好地预测那张图片的噪声（UnlearnDiffAtk）。然后用最可能的词元绘图，并请评判来看。',
  'learn.attack.control':
    '单靠多试几次也可能碰巧成功。所以随机词元也得到同样多的评判图片，并列在每个结果旁边。测量全部目标行时，两者都画满预算，且两个评判都须看到该概念；单次搜索在一个评判首次看到时结束。什么都没找到也是结果。',
  'learn.classify.title': '哪一句话贴合图片',
  'learn.classify.body':
    '扩散模型不用分类器也能分类：给图片加噪声，哪句话让模型把噪声预测得最好，哪句话就最能解释它。打开一张图片即可尝试；默认由“原始”评判，绝不由受试模型评判。',
};
