/** 选择其他模型的中文文本；并入 `zh.ts` 的同一张表。 */
import type { modelEn } from './en-model.ts';

export const modelZh: Readonly<Record<keyof typeof modelEn, string>> = {
  'model.title': '模型',
  'model.change': '更换模型…',
  'model.open': '当前打开',
  'model.weights': '权重',
  'model.weightsHelp': '全部权重的 SHA-256 的前几位。链接、记录与文件都以它指明模型。',
  'model.folder': '你的文件夹',
  'model.served': '本页自带的模型',
  'model.what':
    '打开你自己的 Stable Diffusion：diffusers 写出的文件夹，其中有 unet、vae、text_encoder、tokenizer 与 scheduler，权重为 .safetensors。',
  'model.size': '小模型在这里很快。完整大小的模型所需内存，多数浏览器给不了。',
  'model.private': '文件只在本机读取，不会离开本机，不会上传任何内容。',
  'model.choose': '选择文件夹…',
  'model.back': '回到 {name}',
  'model.busy': '当前模型还有工作在进行，请先停止。',
  'model.starting': '模型仍在打开。',
  'model.clears': '换模型后实验台重新开始。训练所得保留在“记录”中，换回它的模型时会一同回来。',
  'model.looking': '正在查看 {name}…',
  'model.reading': '正在读取 {name}',
  'model.failed': '无法打开“{name}”',
  'model.failedUnnamed': '无法打开这个文件夹',
  'model.unchanged': '之前的模型已重新打开，实验台上没有任何改变。',
  'model.drop': '也可以把文件夹拖到页面任意处。',
  'other.title': '此链接属于另一个模型',
  'other.body': '它由 {name}（{hash}）生成，这里打开的是 {model}。链接中的内容尚未应用。',
  'other.bodyNamed': '它由 {name} 生成，这里打开的是 {model}。链接中的内容尚未应用。',
  'other.choose': '打开它的文件夹…',
  'other.back': '打开 {name}',
  'other.apply': '将其设置用于 {model}',
  'other.dismiss': '不用',
};
