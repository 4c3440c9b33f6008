/** A model folder, wherever it lies: on a server, on a disk, or among the files that a person chose in a browser. */
export interface ModelFolder {
  /** What the folder is called. */
  readonly name: string;
  /** Every file in it that may belong to a model, by its path inside with forward slashes: its bytes. */
  readonly files: ReadonlyMap<string, number>;
  /** `progress` is told the bytes of this file read so far. */
  read(path: string, progress?: (bytes: number) => void): Promise<Uint8Array>;
}

/** Parts of a model lie in the folder itself or one level below; nothing deeper is looked at. */
export function mayBelong(path: string): boolean {
  return path.split('/').length <= 2;
}
