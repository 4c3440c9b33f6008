/** The files of a folder that a person chose or dropped, in every way browsers offer one. Nothing of them is read here. */
import { PalimpsestError } from '../../core/errors.ts';
import type { ChosenFolder } from '../../rpc/engine-service.ts';

/** A model has some twenty files; a folder with more than this is another folder. */
const mostFiles = 2000;

interface DirectoryHandle {
  readonly kind: 'directory';
  readonly name: string;
  values(): AsyncIterable<DirectoryHandle | FileHandle>;
}
interface FileHandle {
  readonly kind: 'file';
  readonly name: string;
  getFile(): Promise<File>;
}

/** Chromium's picker; it does not speak of an upload, as the older input does. */
type Picker = (options: { readonly mode: 'read' }) => Promise<DirectoryHandle>;
const picker = () => (globalThis as { readonly showDirectoryPicker?: Picker }).showDirectoryPicker;

/** A folder by Chromium's picker; null when the person chose none. `undefined`: this browser has no such picker. */
export async function pickFolder(): Promise<ChosenFolder | null | undefined> {
  const pick = picker();
  if (pick === undefined) return undefined;
  try {
    return await folderOfHandle(await pick.call(globalThis, { mode: 'read' }));
  } catch (thrown) {
    if (thrown instanceof DOMException && thrown.name === 'AbortError') return null;
    throw thrown;
  }
}

/** The files in the folder and one level below, where the parts of a model lie. */
async function folderOfHandle(root: DirectoryHandle): Promise<ChosenFolder> {
  const files: { path: string; file: File }[] = [];
  for await (const entry of root.values()) {
    if (entry.kind === 'file') files.push({ path: entry.name, file: await entry.getFile() });
    else
      for await (const inner of entry.values())
        if (inner.kind === 'file') files.push({ path: `${entry.name}/${inner.name}`, file: await inner.getFile() });
    refuseTooMany(root.name, files.length);
  }
  return { name: root.name, files };
}

/** The folder of `<input webkitdirectory>`; null for an empty one. */
export function folderOfInput(list: FileList): ChosenFolder | null {
  const all = [...list].filter((file) => file.webkitRelativePath.split('/').length <= 3);
  const name = all[0]?.webkitRelativePath.split('/')[0];
  if (name === undefined) return null;
  const files = all.map((file) => ({ path: file.webkitRelativePath.slice(name.length + 1), file }));
  refuseTooMany(name, files.length);
  return { name, files };
}

/** The dropped folder; null when what was dropped is none. To be called while the drop is handled: its items are gone afterwards. */
export function droppedFolder(data: DataTransfer): Promise<ChosenFolder> | null {
  const entry = data.items[0]?.webkitGetAsEntry() ?? null;
  return entry?.isDirectory === true ? folderOfEntry(entry as FileSystemDirectoryEntry) : null;
}

async function folderOfEntry(root: FileSystemDirectoryEntry): Promise<ChosenFolder> {
  const files: { path: string; file: File }[] = [];
  const add = async (path: string, entry: FileSystemFileEntry) => {
    files.push({ path, file: await new Promise<File>((resolve, reject) => entry.file(resolve, reject)) });
  };
  for (const entry of await entriesOf(root)) {
    if (entry.isFile) await add(entry.name, entry as FileSystemFileEntry);
    else
      for (const inner of await entriesOf(entry as FileSystemDirectoryEntry))
        if (inner.isFile) await add(`${entry.name}/${inner.name}`, inner as FileSystemFileEntry);
    refuseTooMany(root.name, files.length);
  }
  return { name: root.name, files };
}

/** A reader hands out entries in parts, an empty part at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const entries: FileSystemEntry[] = [];
  for (;;) {
    const part = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (part.length === 0) return entries;
    entries.push(...part);
  }
}

function refuseTooMany(name: string, count: number): void {
  if (count <= mostFiles) return;
  throw new PalimpsestError('bad-file', `${name}: expected the folder of a model, got more than ${mostFiles} files`, {
    advice: 'Choose the folder that has unet, vae and text_encoder in it.',
  });
}
