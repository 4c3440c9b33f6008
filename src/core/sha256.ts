/**
 * SHA-256 (FIPS 180-4). Browsers offer it on secure addresses only; a page that a teacher serves over http in a classroom must know its
 * model, too, so there is one of our own, with the same answers.
 */

/** The 32 bytes of the digest. */
export async function sha256(bytes: Uint8Array): Promise<Uint8Array> {
  const subtle = (globalThis.crypto as Crypto | undefined)?.subtle;
  // Shared memory is refused there, and a copy of it is not.
  if (subtle !== undefined) return new Uint8Array(await subtle.digest('SHA-256', Uint8Array.from(bytes)));
  return ownSha256(bytes);
}

export function hexText(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** 512 bits. */
const blockBytes = 64;
/** Where the length stands in the last block. */
const lengthAt = 56;

/** The same digest without the browser's help, slower. */
export function ownSha256(bytes: Uint8Array): Uint8Array {
  const state = Int32Array.from(firstPrimes.slice(0, 8), (prime) => fractionOf(Math.sqrt(prime)) | 0);
  const whole = bytes.length - (bytes.length % blockBytes);
  for (let at = 0; at < whole; at += blockBytes) compress(state, bytes.subarray(at, at + blockBytes));
  // A one bit, zeros, and the length in bits as a 64-bit number.
  const rest = bytes.subarray(whole);
  const tail = new Uint8Array(rest.length < lengthAt ? blockBytes : 2 * blockBytes);
  tail.set(rest);
  tail[rest.length] = 0x80;
  new DataView(tail.buffer).setBigUint64(tail.length - 8, 8n * BigInt(bytes.length));
  for (let at = 0; at < tail.length; at += blockBytes) compress(state, tail.subarray(at, at + blockBytes));
  const digest = new Uint8Array(32);
  const view = new DataView(digest.buffer);
  state.forEach((word, i) => {
    view.setInt32(4 * i, word);
  });
  return digest;
}

/** The first 32 bits of a number's fraction. */
function fractionOf(value: number): number {
  return Math.floor((value - Math.floor(value)) * 2 ** 32);
}

const firstPrimes: readonly number[] = Array.from({ length: 312 }, (_, n) => n).filter(
  (n) => n > 1 && Array.from({ length: n - 2 }, (_, i) => i + 2).every((divisor) => n % divisor !== 0),
);
const constants = Int32Array.from(firstPrimes.slice(0, 64), (prime) => fractionOf(Math.cbrt(prime)) | 0);
const schedule = new Int32Array(64);

const turned = (word: number, by: number) => (word >>> by) | (word << (32 - by));

/** Section 6.2.2: `state` takes in one block. */
function compress(state: Int32Array, block: Uint8Array): void {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const w = schedule;
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(4 * i);
  for (let i = 16; i < 64; i++) {
    const [before, last] = [w[i - 15] as number, w[i - 2] as number];
    const low = turned(before, 7) ^ turned(before, 18) ^ (before >>> 3);
    const high = turned(last, 17) ^ turned(last, 19) ^ (last >>> 10);
    w[i] = (w[i - 16] as number) + low + (w[i - 7] as number) + high;
  }
  const words = state as unknown as [number, number, number, number, number, number, number, number];
  let [a, b, c, d, e, f, g, h] = words;
  for (let i = 0; i < 64; i++) {
    // T1 = h + S1(e) + Ch(e, f, g) + K + W; T2 = S0(a) + Maj(a, b, c)
    const sumE = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const first = (h + sumE + ((e & f) ^ (~e & g)) + (constants[i] as number) + (w[i] as number)) | 0;
    const sumA = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const second = (sumA + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = (state[i] as number) + word;
  });
}
