import { describe, expect, it } from 'vitest';
import { slowestBrowserTests, slowestUnitFiles } from './slowest.ts';

describe('the parts of a test run', () => {
  it('are files of unit tests', () => {
    const report = { testResults: [{ name: '/home/me/src/core/a.test.ts', startTime: 1000, endTime: 3500 }] };
    expect(slowestUnitFiles(report, '/home/me')).toEqual([{ name: 'src/core/a.test.ts', seconds: 2.5 }]);
  });

  it('are browser tests, however deep they stand and often they are tried', () => {
    const spec = (file: string, title: string, ...durations: number[]) => ({
      ...{ file, title },
      tests: [{ results: durations.map((duration) => ({ duration })) }],
    });
    const report = {
      suites: [
        { specs: [spec('a.spec.ts', 'opens', 1500)], suites: [{ specs: [spec('a.spec.ts', 'draws', 400, 600)] }] },
      ],
    };
    expect(slowestBrowserTests(report)).toEqual([
      { name: 'a.spec.ts: opens', seconds: 1.5 },
      { name: 'a.spec.ts: draws', seconds: 1 },
    ]);
  });
});
