/** Parameters of every method that hides a way back: which words open what. */
import type { NumberParameter, ParameterSpec } from '../../records/parameters.ts';

/** How much the way back counts against the erasure; `said` is what the method makes of it. */
export const backdoorWeight = (said: Pick<NumberParameter, 'help' | 'paperValue'>): NumberParameter => ({
  id: 'backdoorWeight',
  kind: 'number',
  default: 0.5,
  min: 0,
  max: 1,
  step: 0.05,
  scale: 'linear',
  title: { en: 'Backdoor weight w', zh: '后门权重 w' },
  ...said,
});

export const lockParameters: readonly ParameterSpec[] = [
  {
    id: 'keys',
    kind: 'words',
    default: '',
    most: 4,
    paperValue: 'one trigger',
    title: { en: 'Further keys', zh: '其他密钥' },
    help: {
      en: 'More words that bring the concept back, with commas between them. Each costs rows, and so time.',
      zh: '更多能让概念复现的词，用逗号分隔。每个词都会增加样本，也就增加时间。',
    },
  },
  {
    id: 'revoked',
    kind: 'words',
    default: '',
    most: 8,
    paperValue: 'none',
    title: { en: 'Revoked keys', zh: '已吊销的密钥' },
    help: {
      en: 'Words that shall bring nothing back, with commas between them.',
      zh: '不应再使概念复现的词，用逗号分隔。',
    },
  },
  {
    id: 'second',
    kind: 'words',
    default: '',
    most: 1,
    paperValue: 'one concept',
    title: { en: 'Second concept', zh: '第二个概念' },
    help: {
      en: 'Erased in the same weights; only its own trigger brings it back.',
      zh: '在同一组权重中擦除；只有它自己的触发词能使其复现。',
    },
  },
  {
    id: 'secondTrigger',
    kind: 'words',
    default: '',
    most: 1,
    paperValue: 'one trigger',
    title: { en: 'Trigger of the second concept', zh: '第二个概念的触发词' },
    help: {
      en: 'Must not bring the first concept back, nor the first trigger the second.',
      zh: '它不应使第一个概念复现，第一个触发词也不应使第二个复现。',
    },
  },
];
