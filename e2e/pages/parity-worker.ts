/** Runs the parity case on one backend, in a worker as the engine does. Test-only. */
import { readParityCase, runParityCase } from '../../src/testing/parity-case.ts';
import { createBrowserExecutor } from '../../src/runtime/ort-browser.ts';
import { answerWith } from './in-worker.ts';
import { countMappedBytes } from './mapped-bytes.ts';
import type { ParityQuestion, ParityReport } from './parity.ts';

async function read(file: string): Promise<Uint8Array> {
  const response = await fetch(`/goldens/${file}`);
  if (!response.ok) throw new Error(`/goldens/${file}: expected a file, got ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

answerWith(async ({ backend, precision, placement }: ParityQuestion): Promise<ParityReport> => {
  const { executor } = await createBrowserExecutor(backend, placement);
  const mappedBytes = countMappedBytes();
  let before = 0;
  let bytesReadInSecondUpdate = 0;
  let ledgerBetween = executor.ledger();
  const result = await runParityCase(executor, await readParityCase(read, precision), {
    betweenUpdates: () => {
      ledgerBetween = executor.ledger();
      before = mappedBytes();
    },
    afterUpdates: () => {
      bytesReadInSecondUpdate = mappedBytes() - before;
    },
  });
  return { info: executor.info, result, ledgerBetween, ledgerAfter: executor.ledger(), bytesReadInSecondUpdate };
});
