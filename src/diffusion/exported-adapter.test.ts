/** Adapters we export draw in Python (diffusers, peft) what they draw here; training/check_adapter.py made the pictures. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { exportLora, importLora } from '../models/lora/file.ts';
import { parameterGroup } from '../models/lora/groups.ts';
import { loraNamings } from '../models/lora/names.ts';
import { readSafetensors } from '../tensor/safetensors.ts';
import { goldenFile, withBundledPipeline, worstDifference } from '../testing/golden-pictures.ts';

it('draws with an exported adapter what Python draws with it, to less than 2/255', async () => {
  await withBundledPipeline(async (pipeline) => {
    const layers = parameterGroup(pipeline.model.unet.config, 'full');
    const files = await Promise.all(
      loraNamings.map(async (naming) => {
        const name = `adapter-${naming}.safetensors`;
        const bytes = new Uint8Array(await readFile(goldenFile(name)));
        return { naming, bytes, lora: importLora(bytes, layers, name) };
      }),
    );
    for (const { naming, bytes, lora } of files) {
      // What Python was shown is what we would write today.
      const written = exportLora(lora.layout, lora.theta, Object.fromEntries(lora.metadata), naming);
      const [now, then] = [readSafetensors(written, 'now'), readSafetensors(bytes, 'then')];
      expect(now.entries).toEqual(then.entries);
      expect(new Map([...now.metadata].toSorted())).toEqual(new Map([...then.metadata].toSorted()));
      expect([lora.theta, lora.layout]).toEqual([files[0]?.lora.theta, files[0]?.lora.layout]);
      expect(lora.metadata.get('backdoored')).toBe('true');
    }
    const { layout, theta } = (files[0] as (typeof files)[0]).lora;
    const adapter = { layout, theta, strength: 1 };
    expect(await worstDifference(pipeline, 'adapter-pictures.safetensors', adapter)).toBeLessThan(2);
    // The pictures do depend on the adapter.
    expect(await worstDifference(pipeline, 'adapter-pictures.safetensors', null)).toBeGreaterThan(20);
  });
}, 60_000);
