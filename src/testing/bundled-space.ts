/** The bundled model's world, read from its folder, and its concept space. Node only. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { worldSpace } from '../concepts/world-space.ts';
import { parseWorld } from '../world/world.ts';

const file = path.join(import.meta.dirname, '../../public/models/palimpsest-world/world.json');

export const bundledWorld = parseWorld(JSON.parse(readFileSync(file, 'utf8')));
export const bundledSpace = worldSpace(bundledWorld);
