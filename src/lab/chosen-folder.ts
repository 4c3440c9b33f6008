/** A folder that a person chose in the browser, as a model folder. Its files are read here, on the device, and go nowhere else. */
import { PalimpsestError } from '../core/errors.ts';
import { mayBelong, type ModelFolder } from '../models/model-folder.ts';
import type { ChosenFolder } from '../rpc/engine-service.ts';

export function chosenFolder({ name, files }: ChosenFolder): ModelFolder {
  const blobs = new Map(files.filter(({ path }) => mayBelong(path)).map(({ path, file }) => [path, file]));
  return {
    name,
    files: new Map([...blobs].map(([path, file]) => [path, file.size])),
    async read(path, progress = () => undefined) {
      const file = blobs.get(path);
      const failed = (got: string, cause?: unknown) =>
        new PalimpsestError('bad-file', `${path}: expected a file of the folder "${name}", got ${got}`, {
          advice: 'It was moved or changed since it was chosen. Choose the folder again.',
          cause,
        });
      if (file === undefined) throw failed('none');
      const bytes = new Uint8Array(file.size);
      let length = 0;
      const reader = file.stream().getReader();
      for (;;) {
        const { done, value } = await reader.read().catch((cause: unknown) => {
          throw failed('an error while it was read', cause);
        });
        if (done) break;
        if (length + value.length > bytes.length) throw failed('more than it held before');
        bytes.set(value, length);
        length += value.length;
        progress(length);
      }
      if (length < bytes.length) throw failed('less than it held before');
      return bytes;
    },
  };
}
