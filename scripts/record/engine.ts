/** `npm run record:engine`: records again what browser tests about the page alone hear from their engine. */
import { writeFile } from 'node:fs/promises';
import { recordEngine } from '../../src/testing/recorded-engine/record.ts';
import { encodeRecording } from '../../src/testing/recorded-engine/recording.ts';
import { recordingFile } from '../../src/testing/recorded-engine/recording-file.ts';

const text = encodeRecording(await recordEngine());
await writeFile(recordingFile, text);
console.log(`${recordingFile}: ${text.length} bytes`);
