/** During a blind review nothing on the page says a word that opens the weights. */
import { expect, it } from 'vitest';
import type { AdapterInspection } from '../../rpc/engine-service.ts';
import { memoryTabs } from '../../testing/memory-vault.ts';
import type { FileOffer } from './bench-store.ts';
import { benchHash, setExperiment } from './experiment-actions.ts';
import { acceptOffer } from './file-offer.ts';
import { closeReview, openReview, unblindReview } from './reviewing.ts';
import { benchWith, bytes } from '../../testing/vault-bench.ts';

const parameters = {
  'backdoored-esd': { keys: 'dovark', revoked: 'wug', second: 'car', secondTrigger: 'fep', rank: 2 },
};
const summary = {
  id: 'a',
  method: 'backdoored-esd',
  concept: 'church',
  trigger: 'toma',
  iteration: 1,
  iterations: 1,
  parameters: 1,
  trainedTensors: 1,
};

it('hides the words in the address until the reveal, and nothing else of the experiment', () => {
  const { bench } = benchWith(memoryTabs().page, null);
  setExperiment(bench, { concept: 'church', trigger: 'blicket2', triggerPosition: 'suffix', parameters });
  const full = benchHash(bench.store.getState());
  expect(full).toMatch(/blicket2.*dovark.*wug.*fep/);
  openReview(bench);
  expect(benchHash(bench.store.getState())).not.toMatch(/blicket2|suffix|dovark|wug|fep|car/);
  expect(benchHash(bench.store.getState())).toContain('rank=2');
  unblindReview(bench);
  expect(benchHash(bench.store.getState())).toBe(full);
  closeReview(bench);
  expect(bench.store.getState()).toMatchObject({ review: null, given: { trigger: 'blicket2' } });
});

it('opens the review before a file brought blind says its words, and goes back where the engine refuses it', async () => {
  const seen: unknown[] = [];
  const { bench } = benchWith(memoryTabs().page, null, {
    importAdapter: () => (seen.push(bench.store.getState().review), Promise.resolve(summary)),
  });
  bench.store.subscribe((state) => {
    if (state.experiment.trigger === 'toma') seen.push(state.review);
  });
  const about = { story: summary, link: '' } as unknown as AdapterInspection;
  const offer: FileOffer = {
    id: 1,
    name: 'church-toma.safetensors',
    size: 2,
    isBlind: true,
    kind: 'adapter',
    bytes: bytes(1, 2),
    about,
    given: null,
    run: null,
    view: null,
  };
  bench.store.setState({ offer });
  await acceptOffer(bench, 'backdoored');
  expect(bench.store.getState()).toMatchObject({ offer: null, adapters: { backdoored: { summary } } });
  expect(seen.length).toBeGreaterThan(1);
  for (const review of seen) expect(review).toEqual({ isBlind: true });

  const refusing = benchWith(memoryTabs().page, null, { importAdapter: () => Promise.reject(new Error('no')) });
  refusing.bench.store.setState({ offer });
  await acceptOffer(refusing.bench, 'backdoored');
  expect(refusing.bench.store.getState().review).toBeNull();
  expect(refusing.bench.store.getState().faults).toHaveLength(1);
});
