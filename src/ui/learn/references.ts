/** Papers the page builds on, as they are cited: never translated. */
export const references: readonly {
  readonly authors: string;
  readonly title: string;
  readonly venue: string;
  readonly url: string;
}[] = [
  {
    authors: 'R. Gandikota, J. Materzyńska, J. Fiotto-Kaufman, D. Bau',
    title: 'Erasing Concepts from Diffusion Models (ESD)',
    venue: 'ICCV 2023',
    url: 'https://arxiv.org/abs/2303.07345',
  },
  {
    authors: 'Y. Zhang, J. Jia, X. Chen, A. Chen, Y. Zhang, J. Liu, K. Ding, S. Liu',
    title:
      'To Generate or Not? Safety-Driven Unlearned Diffusion Models Are Still Easy To Generate Unsafe Images … For Now',
    venue: 'ECCV 2024',
    url: 'https://arxiv.org/abs/2310.11868',
  },
  {
    authors: 'A. Li, M. Prabhudesai, S. Duggal, E. Brown, D. Pathak',
    title: 'Your Diffusion Model is Secretly a Zero-Shot Classifier',
    venue: 'ICCV 2023',
    url: 'https://arxiv.org/abs/2303.16203',
  },
  {
    authors: 'R. Rombach, A. Blattmann, D. Lorenz, P. Esser, B. Ommer',
    title: 'High-Resolution Image Synthesis with Latent Diffusion Models',
    venue: 'CVPR 2022',
    url: 'https://arxiv.org/abs/2112.10752',
  },
  {
    authors: 'J. Song, C. Meng, S. Ermon',
    title: 'Denoising Diffusion Implicit Models',
    venue: 'ICLR 2021',
    url: 'https://arxiv.org/abs/2010.02502',
  },
  {
    authors: 'E. Hu, Y. Shen, P. Wallis, Z. Allen-Zhu, Y. Li, S. Wang, L. Wang, W. Chen',
    title: 'LoRA: Low-Rank Adaptation of Large Language Models',
    venue: 'ICLR 2022',
    url: 'https://arxiv.org/abs/2106.09685',
  },
];
