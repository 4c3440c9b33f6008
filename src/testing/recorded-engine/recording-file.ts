/** Where the recording lies. Node only. */
import path from 'node:path';

export const recordingFile = path.join(import.meta.dirname, 'goldens/recording.json');
