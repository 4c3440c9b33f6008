/** Where the test-only pages are: chosen once by the first process and handed down, as Playwright starts several. */
export const pagesPort = (process.env['PALIMPSEST_PAGES_PORT'] ??= String(5400 + Math.floor(Math.random() * 1000)));
export const pagesAddress = `http://localhost:${pagesPort}`;
