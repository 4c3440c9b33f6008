import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { readSettings, withSettings } from './png-metadata.ts';

function png(): Uint8Array<ArrayBuffer> {
  const picture = new PNG({ width: 3, height: 2 });
  picture.data.fill(200);
  return new Uint8Array(PNG.sync.write(picture));
}

describe('settings inside a PNG', () => {
  it('come back as they were, and the picture still decodes with checked sums', () => {
    const settings = { concept: 'church', word: '教堂', seeds: [40, 41] };
    const written = withSettings(png(), settings);
    expect(readSettings(written)).toEqual(settings);
    const decoded = PNG.sync.read(Buffer.from(written), { checkCRC: true });
    expect([decoded.width, decoded.height, decoded.data[0]]).toEqual([3, 2, 200]);
  });

  it('are null in a PNG from elsewhere', () => {
    expect(readSettings(png())).toBeNull();
  });

  it('are refused in bytes that are no PNG or a torn one', () => {
    expect(() => readSettings(new Uint8Array(20))).toThrow('expected a PNG signature');
    expect(() => [readSettings(png().slice(0, 50))]).toThrow('expected a chunk that ends');
  });
});
