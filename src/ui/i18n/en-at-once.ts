/** English texts of what is there at once, solved weights and guiders; part of the one table in `en.ts`. */
export const atOnceEn = {
  'column.solved': 'solved, not trained',
  'verb.solve': 'Solve',
  'verb.solveAgain': 'Solve again',
  'train.beforeSolve':
    'The weights are solved for in closed form, in seconds: no training, no gradient, no noise. Then every setting is live: move it, and the pictures follow.',
  'train.solved': 'Solved in {time}.',
  'settings.live': 'Live: a change solves again and redraws.',
  'column.guided': 'guided, weights as they are',
  'train.beforeGuide':
    'Nothing is trained and no weights change: while a picture of this column is drawn, it is led away from the concept’s words. That is there at once, and every setting is live.',
  'train.guided': 'There at once: pictures are guided, and the weights stay as they are.',
  'train.itself':
    '“{words}” is the very text that pictures are led away from: in that row there is nothing to lead away.',
  'settings.liveGuided': 'Live: a change redraws.',
  'keep.guider': 'No weights: a small file that says how pictures are guided.',
} as const;
