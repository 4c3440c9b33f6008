/** A model folder by its address, through the platform. */
import { mayBelong, type ModelFolder } from '../models/model-folder.ts';
import type { EnginePlatform } from './platform.ts';

export type ModelPlatform = Pick<EnginePlatform, 'read' | 'list'>;

/** Says which files a folder has, where it cannot be listed. */
export const manifestFile = 'manifest.json';

/** `modelUrl` ends in '/'. A place that cannot list its files, as a web server, has to have a manifest. */
export async function folderAt(platform: ModelPlatform, modelUrl: string): Promise<ModelFolder> {
  const files = (await platform.list(modelUrl)) ?? new Map([[manifestFile, 0]]);
  return {
    name: decodeURIComponent(/([^/]+)\/$/.exec(modelUrl)?.[1] ?? 'model'),
    files: new Map([...files].filter(([path]) => mayBelong(path))),
    read: (path, progress = () => undefined) => platform.read(`${modelUrl}${path}`, progress),
  };
}
