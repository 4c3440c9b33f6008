/**
 * Where the large weights of a program live: baked into it as initialisers, or in one resident copy that all programs are fed from.
 * Memory and the making of a program always speak for one copy; what speaks against it differs by backend and by size.
 */
import type { ExecutorInfo } from './executor.ts';

export const weightsPlacements = ['initialisers', 'resident'] as const;
export type WeightsPlacement = (typeof weightsPlacements)[number];

/**
 * In weights of one program. From here models keep int8 (`lab/open-model.ts`), which the CPU has nothing to pack of, and a copy for each
 * program is what memory is short of. The bundled UNet has 5.6e6.
 */
const residentFrom = 64e6;

/** `weights`: how many numbers the large weights of the program hold. */
export function weightsPlacement(
  { backend, adapter }: Pick<ExecutorInfo, 'backend' | 'adapter'>,
  weights: number,
): WeightsPlacement {
  switch (backend) {
    case 'webgpu':
      // The same numbers. Some two hundred buffers to bind cost a run about 3 ms, which a pass of the bundled model feels and a large one does
      // not (docs/runtime.md, weights).
      return weights >= residentFrom ? 'resident' : 'initialisers';
    case 'wasm':
      // Feeds are copied into the wasm heap in every run.
      return 'initialisers';
    case 'node':
      // On a GPU onnxruntime-node uploads feeds in every run, and takes no buffer of ours.
      if (adapter !== null) return 'initialisers';
      // The CPU binds main memory as it is, but packs constant float32 matrices once, which spares the bundled model 5 to 10 % of every run.
      return weights >= residentFrom ? 'resident' : 'initialisers';
  }
}
