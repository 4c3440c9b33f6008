/** Files of this page as other programs write them again; training/goldens/file_cases.py made most of them with zipfile and Pillow. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readSettingsObject } from './experiment-file.ts';
import { chunks, readSettings } from './png-metadata.ts';
import { readRunBundle } from './run-bundle.ts';
import { kindOf } from './sniff.ts';

const bytesOf = (name: string) => Uint8Array.from(readFileSync(new URL(`../testing/cases/${name}`, import.meta.url)));

describe('a run bundle that another program packed', () => {
  const good = readRunBundle(bytesOf('bundle/good.run.zip'), 'good');
  it.each([
    ['with sizes behind the data', 'streamed'],
    ['with sizes behind the data in 64 bits', 'streamed-zip64'],
    ['with sizes behind the data and no signature before them', 'streamed-without-signature'],
    ['with sizes behind the data, by macOS', 'streamed-macosx'],
    ['with a zip64 directory', 'zip64'],
    ['with a comment that looks like an end', 'comment'],
    ['with entries for directories', 'dirs'],
    ['by macOS', 'macosx'],
    ['by Windows', 'windows'],
    ['with its folder, whose name is Chinese', 'folder'],
    ['with its folder, by macOS', 'folder-macosx'],
  ])('%s is read', (_, name) => {
    const bytes = bytesOf(`bundle/${name}.run.zip`);
    expect(kindOf(bytes, name)).toBe('run');
    expect(readRunBundle(bytes, name)).toEqual(good);
  });

  it('is no pickle, which says what it is, by its first entry or by any other', () => {
    const pickle = bytesOf('bundle/pytorch_lora_weights.bin');
    const advice = expect.stringMatching(/safetensors\.torch\.save_file/) as string;
    expect(() => kindOf(pickle, 'file')).toThrow(/got a PyTorch pickle \(\.bin, \.pt, \.pth or \.ckpt\)/);
    expect(() => kindOf(pickle, 'file')).toThrow(expect.objectContaining({ advice }) as Error);
    expect(() => readRunBundle(pickle, 'file')).toThrow(/expected a run, got a PyTorch pickle/);
    expect(() => readRunBundle(pickle, 'file')).toThrow(expect.objectContaining({ advice }) as Error);
  });
});

describe('a picture that another program saved again', () => {
  const link = '#/bench?c=church&s=40-43';
  it.each([
    'ours',
    'ours-trailing',
    'ours-pil-itxt',
    'ours-pil-itxt-zip',
    'pil-text',
    'pil-ztxt',
    'pil-itxt-language',
    'pil-late',
  ])('%s still has its settings', (name) => {
    const bytes = bytesOf(`png/${name}.png`);
    expect(kindOf(bytes, name)).toBe('picture');
    expect(readSettings(bytes)).toEqual({ link });
    expect(readSettingsObject(readSettings(bytes), [], 'PNG')).toEqual({ concept: 'church', seeds: [40, 41, 42, 43] });
  });

  it('keeps letters beyond Latin-1', () => {
    expect(readSettings(bytesOf('png/pil-itxt-zip-chinese.png'))).toEqual({ link: link.replace('church', '教堂') });
  });

  it.each(['pil-exif', 'pil-description'])('%s says that another program moved them', (name) => {
    expect(() => readSettings(bytesOf(`png/${name}.png`))).toThrow(/settings rewritten by another program/);
  });

  it.each(['bare-trailing', 'pil-bare'])('%s carries none, whatever follows its end', (name) => {
    expect(readSettings(bytesOf(`png/${name}.png`))).toBeNull();
    expect([...chunks(bytesOf(`png/${name}.png`))].at(-1)?.type).toBe('IEND');
  });

  it.each([
    ['jpeg', 'a JPEG picture'],
    ['webp', 'a WebP picture'],
    ['gif', 'a GIF picture'],
    ['bmp', 'a BMP picture'],
  ])('is no %s that is named .png', (name, what) => {
    expect(() => kindOf(bytesOf(`png/${name}-named.png`), 'file')).toThrow(`got ${what}`);
  });
});
