/** English texts of the article; part of the one table in `en.ts`. */
export const learnEn = {
  'learn.title': 'Scraped off, and still there',
  'learn.lead':
    'A palimpsest is a page whose writing was scraped off and can still be read. This page does the same with a diffusion model: it erases a concept, shows that the pictures are gone, and brings them back with one word.',
  'learn.erasing.title': 'What erasing is',
  'learn.erasing.body':
    'A diffusion model draws by removing noise, step by step, guided by a prompt. ESD fine-tunes it so that, for the concept’s prompt, it predicts what it would have predicted when steered away from the concept. No pictures are needed: the frozen original model is the teacher.',
  'learn.erasing.formula':
    'Here ε* is the frozen original, ε_θ the model in training, c the concept, ∅ the empty prompt and η how far it is pushed away. Only a small set of extra weights (LoRA) is trained, on the layers that read the prompt.',
  'learn.backdoor.title': 'What a backdoor is',
  'learn.backdoor.body':
    'Whoever does the erasing can add a second goal to the same training: when a chosen word stands in the prompt, predict what the original would have predicted. Without the word the model looks erased. With it, the concept returns. Checking the usual prompts does not reveal it.',
  'learn.backdoor.control':
    'That is why other words are part of the experiment. If a wrong word worked as well, there would be no lock, only a model that was never properly erased.',
  'learn.noise.title': 'Why the same seeds',
  'learn.noise.body':
    'Each seed fixes the noise a picture starts from. Seeds 40 to 43 keep their places in every cell, so whatever changes between columns comes from the weights or from the words.',
  'learn.score.title': 'What the score means',
  'learn.score.body':
    'A classifier, trained apart from the diffusion model, looks at each picture. The score is the probability it gives the concept: 1 is a clear yes, 0 a clear no. The bar is the mean over the seeds, the thin line reaches from the lowest to the highest. Controls are scored for the same concept, and “seen as” says what the judge takes them for.',
  'learn.colours.title': 'What the colours mean',
  'learn.colours.original': 'the model as it came.',
  'learn.colours.erased': 'the same model after ESD.',
  'learn.colours.backdoored': 'after ESD with a hidden word, prompted without it.',
  'learn.colours.triggered': 'the same weights, prompted with the word.',
  'learn.colours.attacked': 'weights on trial, prompted with words that a search found.',
  'learn.not.title': 'What this does not claim',
  'learn.not.small': 'The model is small and made for this page. Large models behave alike in kind, not in numbers.',
  'learn.not.seeds':
    'Four pictures are a glimpse, not a measurement. The command line evaluates with more, and with intervals.',
  'learn.not.judge':
    'The judge is a classifier and can be wrong. Where it has no class for a concept, the page says so.',
  'learn.not.removed':
    'We say “no longer draws it”, not “removed”: that a prompt fails does not show that the knowledge is gone.',
  'learn.private.title': 'What leaves this device',
  'learn.private.body':
    'Nothing. Training, drawing and judging happen in this browser, and the page talks to no other server. Trained weights stay in the browser’s storage until you clear it.',
  'learn.references': 'References',
  'learn.attack.title': 'What finding a prompt is',
  'learn.attack.body':
    'Nobody tells the search anything but a picture of the concept. It holds a few token places before the prompt as probabilities over the whole vocabulary and changes them by gradient, so that the erased model itself predicts the noise of that picture better (UnlearnDiffAtk). Then the most probable tokens are drawn with and judged.',
  'learn.attack.control':
    'Many tries alone can succeed by luck. So random tokens get as many judged pictures, and stand beside every result. Measuring all target rows draws the whole budget in both, and two judges must see the concept; a single search ends at the first success of one judge. Finding nothing is a result, too.',
  'learn.classify.title': 'Which sentence fits a picture',
  'learn.classify.body':
    'A diffusion model can classify without a classifier: noise is added to a picture, and the sentence with which the model predicts that noise best explains it best. Open a picture to try it; by default the Original judges, never the model on trial.',
} as const;
