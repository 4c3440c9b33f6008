import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');
const pairs = [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)];
const tokens = new Map(pairs.map(([, name, light, dark]) => [name, { light, dark }]));

function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2.2 contrast of a token against a ground, in one theme. */
function contrast(name: string, ground: string, theme: 'light' | 'dark'): number {
  const [a = 0, b = 0] = [name, ground]
    .map((token) => luminance(tokens.get(token)?.[theme] ?? '#000000'))
    .sort((x, y) => y - x);
  return (a + 0.05) / (b + 0.05);
}

describe.each(['light', 'dark'] as const)('colours in the %s theme', (theme) => {
  it.each(['ink', 'ink-2', 'ink-3', 'accent', 'bad', 'warn'])('--%s can be read as text on every ground', (name) => {
    for (const ground of ['paper', 'surface', 'sunken'])
      expect(contrast(name, ground, theme)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(['original', 'erased', 'backdoored', 'triggered', 'attacked', 'line-strong'])(
    '--%s can be seen as a mark',
    (name) => {
      for (const ground of ['paper', 'surface']) expect(contrast(name, ground, theme)).toBeGreaterThanOrEqual(3);
    },
  );

  it('keeps text on the accent readable', () => {
    expect(contrast('on-accent', 'accent', theme)).toBeGreaterThanOrEqual(4.5);
    expect(contrast('accent', 'accent-wash', theme)).toBeGreaterThanOrEqual(4.5);
  });
});
