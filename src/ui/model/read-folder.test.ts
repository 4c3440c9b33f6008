import { describe, expect, it } from 'vitest';
import { droppedFolder, folderOfInput } from './read-folder.ts';

const file = (name: string, webkitRelativePath: string) => Object.assign(new File(['x'], name), { webkitRelativePath });

/** What a browser hands out for a dropped folder: entries come in parts, an empty one at the end. */
function folderEntry(name: string, entries: readonly FileSystemEntry[]): FileSystemDirectoryEntry {
  const createReader = () => {
    const parts = [...entries.map((entry) => [entry]), []];
    return { readEntries: (take: (part: readonly FileSystemEntry[]) => void) => take(parts.shift() ?? []) };
  };
  return { name, isFile: false, isDirectory: true, createReader } as unknown as FileSystemDirectoryEntry;
}
function fileEntry(name: string): FileSystemFileEntry {
  const read = (take: (file: File) => void) => take(new File(['x'], name));
  return { name, isFile: true, isDirectory: false, file: read } as unknown as FileSystemFileEntry;
}
const dropOf = (entry: FileSystemEntry | null) =>
  ({ items: [{ webkitGetAsEntry: () => entry }] }) as unknown as DataTransfer;

describe('a folder that a person brings', () => {
  it('holds the files of the input, without its own name and without what lies too deep for a model', () => {
    const list = [
      file('model_index.json', 'mine/model_index.json'),
      file('config.json', 'mine/unet/config.json'),
      file('object', 'mine/.git/objects/object'),
    ] as unknown as FileList;
    const folder = folderOfInput(list);
    expect(folder?.name).toBe('mine');
    expect(folder?.files.map(({ path }) => path)).toEqual(['model_index.json', 'unet/config.json']);
    expect(folderOfInput([] as unknown as FileList)).toBeNull();
  });

  it('may be dropped, and is read in as many parts as the browser gives', async () => {
    const unet = folderEntry('unet', [fileEntry('config.json'), folderEntry('deeper', [fileEntry('no.json')])]);
    const dropped = droppedFolder(dropOf(folderEntry('mine', [fileEntry('model_index.json'), unet])));
    expect((await dropped)?.files.map(({ path }) => path)).toEqual(['model_index.json', 'unet/config.json']);
    expect(droppedFolder(dropOf(fileEntry('lora.safetensors')))).toBeNull();
    expect(droppedFolder(dropOf(null))).toBeNull();
  });

  it('is refused where it holds far more files than a model has', async () => {
    const many = Array.from({ length: 2001 }, (_, i) => fileEntry(String(i)));
    await expect(droppedFolder(dropOf(folderEntry('home', many)))).rejects.toThrow(
      'home: expected the folder of a model, got more than 2000 files',
    );
  });
});
