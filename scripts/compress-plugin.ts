/** Vite plugin: writes a Brotli copy beside every large file of the build that gets clearly smaller by it. */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants } from 'node:zlib';
import type { Plugin } from 'vite';

const compress = promisify(brotliCompress);
const compressible = /\.(?:js|mjs|css|html|json|svg|wasm|safetensors)$/;
const smallestWorthIt = 4096; // bytes
const largestRatio = 0.9;

export function brotliCopies(): Plugin {
  return {
    name: 'palimpsest:brotli-copies',
    apply: 'build',
    // By the end of writing, files of public/ have been copied too.
    writeBundle: {
      sequential: true,
      async handler({ dir }) {
        if (dir === undefined) return;
        for (const name of await readdir(dir, { recursive: true })) {
          if (!compressible.test(name)) continue;
          const file = path.join(dir, name);
          const bytes = await readFile(file);
          if (bytes.length < smallestWorthIt) continue;
          // Quality 5: 60 MB of wasm in about two seconds; 11 would take minutes for another 15 %.
          const smaller = await compress(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
          if (smaller.length < bytes.length * largestRatio) await writeFile(`${file}.br`, smaller);
        }
      },
    },
  };
}
