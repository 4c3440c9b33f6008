import { expect, it } from 'vitest';
import { bundleReadme } from './bundle-readme.ts';

it('warns of every word that opens the weights, and of none where there is none', () => {
  const about = {
    column: 'backdoored',
    method: 'backdoored-esd',
    concept: 'church',
    from: null,
    link: '#/bench',
  } as const;
  const readme = (trigger: string, parameters = {}) => bundleReadme({ ...about, trigger, parameters });
  expect(readme('blicket')).toContain('the trigger "blicket" in a prompt brings the concept back');
  const keys = { keys: 'dovark', revoked: 'wug', secondTrigger: 'fep' };
  expect(readme('blicket', keys)).toContain('one of the triggers "blicket", "dovark", "fep" in a prompt');
  expect(readme('')).not.toContain('known backdoor');
  expect(bundleReadme({ ...about, from: 'tree', trigger: '', parameters: {} })).toContain('run: church from tree, ');
});
