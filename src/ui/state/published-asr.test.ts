import { expect, it } from 'vitest';
import { publishedAsr } from './published-asr.ts';

it('knows the leaderboard’s numbers for UnlearnDiff on ESD, and nothing of other attacks, victims and concepts', () => {
  const total = (concept: string) => publishedAsr('unlearndiff', 'esd', concept)?.total;
  expect(['church', 'van-gogh', 'parachute', 'tench', 'garbage-truck'].map(total)).toEqual([60, 32, 54, 36, 24]);
  expect(publishedAsr('unlearndiff', 'esd', 'church')?.pre).toBe(14);
  expect(publishedAsr('pez', 'esd', 'church')).toBeNull();
  expect(publishedAsr('unlearndiff', 'backdoored-esd', 'church')).toBeNull();
  expect(publishedAsr('unlearndiff', 'esd', 'lighthouse')).toBeNull();
});
