/** The thread of the recorded engine; it takes the place of `workers/engine.worker.ts` in tests about the page alone. */
import { fetchBytes } from '../../src/lab/fetch-bytes.ts';
import { serveEngine } from '../../src/rpc/serve.ts';
import { RecordedEngine } from '../../src/testing/recorded-engine/recorded-engine.ts';
import { decodeRecording } from '../../src/testing/recorded-engine/recording.ts';

const recording = async () => {
  const bytes = await fetchBytes(new URL('/recorded-engine.json', self.location.origin).href, () => undefined);
  return decodeRecording(new TextDecoder().decode(bytes));
};
serveEngine(new RecordedEngine(fetchBytes, recording), self);
