import { createHash } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { Random } from './random.ts';
import { hexText, ownSha256, sha256 } from './sha256.ts';

describe('SHA-256', () => {
  it('gives the digests of FIPS 180-4’s examples', () => {
    const digest = (text: string) => hexText(ownSha256(new TextEncoder().encode(text)));
    expect(digest('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
    expect(digest('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(digest('abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq')).toBe(
      '248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1',
    );
  });

  it('is there on an address where the browser offers none', async () => {
    vi.stubGlobal('crypto', {});
    const digest = await sha256(new TextEncoder().encode('abc'));
    vi.unstubAllGlobals();
    expect(hexText(digest)).toMatch(/^ba7816bf8f01cfea/);
  });

  it('is the same with and without the platform’s own, for every length around a block’s', async () => {
    const random = Random.seeded(1, 'sha256');
    const noise = Uint8Array.from(random.normals(300), (x) => Math.round(40 * x));
    for (const length of [1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 300]) {
      // A part of a larger array, as tensors are.
      const bytes = noise.subarray(300 - length);
      const expected = createHash('sha256').update(bytes).digest('hex');
      expect(hexText(ownSha256(bytes))).toBe(expected);
      expect(hexText(await sha256(bytes))).toBe(expected);
    }
  });
});
