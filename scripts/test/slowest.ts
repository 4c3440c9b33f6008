/** How long the parts of a test run took, from the reports of vitest and Playwright. */

export interface Part {
  readonly name: string;
  readonly seconds: number;
}

interface UnitReport {
  readonly testResults: readonly { readonly name: string; readonly startTime: number; readonly endTime: number }[];
}

/** Files of unit tests, as paths from the repository root. */
export function slowestUnitFiles(report: unknown, root = process.cwd()): readonly Part[] {
  return (report as UnitReport).testResults.map(({ name, startTime, endTime }) => ({
    name: name.replace(`${root}/`, ''),
    seconds: (endTime - startTime) / 1000,
  }));
}

interface Suite {
  readonly specs?: readonly {
    readonly file: string;
    readonly title: string;
    readonly tests: readonly { readonly results: readonly { readonly duration: number }[] }[];
  }[];
  readonly suites?: readonly Suite[];
}

/** Browser tests, each with all its tries. */
export function slowestBrowserTests(report: unknown): readonly Part[] {
  const within = ({ specs = [], suites = [] }: Suite): readonly Part[] => [
    ...specs.map(({ file, title, tests }) => ({
      name: `${file}: ${title}`,
      seconds: tests.flatMap(({ results }) => results).reduce((sum, { duration }) => sum + duration, 0) / 1000,
    })),
    ...suites.flatMap(within),
  ];
  return within(report as Suite);
}
