/** What kind of file foreign bytes are, by their first bytes, so that a message can name it instead of calling it damaged. */

export interface FileSignature {
  /** With its article: "a JPEG picture". */
  readonly what: string;
  readonly advice: string;
}

const asSafetensors =
  'A pickle can run code when it is opened, so it is not read here. Convert it to safetensors: load it with torch.load(file, weights_only=True) and save it with safetensors.torch.save_file.';
const notPng = 'Convert it to PNG; changing its name is not enough.';

export const torchPickle: FileSignature = {
  what: 'a PyTorch pickle (.bin, .pt, .pth or .ckpt)',
  advice: asSafetensors,
};

export const pngPicture: FileSignature = { what: 'a PNG picture', advice: '' };

export const zipArchive: FileSignature = {
  what: 'a zip archive',
  advice: 'Unpack it; a .run.zip of this page holds its LoRA as adapter.safetensors.',
};

/** null for bytes that are none of the kinds known here; safetensors has no signature and is null, too. */
export function fileSignature(bytes: Uint8Array): FileSignature | null {
  const at = (place: number, ...signature: readonly number[]) =>
    signature.every((byte, i) => bytes[place + i] === byte);
  const starts = (text: string, place = 0) => at(place, ...Array.from(text, (letter) => letter.charCodeAt(0)));
  if (starts('\x89PNG\r\n\x1a\n')) return pngPicture;
  if (starts('PK\x03\x04') || starts('PK\x05\x06')) return isTorchZip(bytes) ? torchPickle : zipArchive;
  // The protocol of a pickle is its second byte; torch before 1.6 wrote several pickles one behind the other.
  if (at(0, 0x80) && (bytes[1] ?? 0) >= 2 && (bytes[1] ?? 0) <= 5)
    return { what: 'a Python pickle (.bin, .pt, .pth or .ckpt)', advice: asSafetensors };
  if (starts('GGUF'))
    return { what: 'a GGUF file', advice: 'GGUF holds quantised models for other programs. Use the safetensors file.' };
  if (at(0, 0xff, 0xd8, 0xff)) return { what: 'a JPEG picture', advice: notPng };
  if (starts('RIFF') && starts('WEBP', 8)) return { what: 'a WebP picture', advice: notPng };
  if (starts('GIF8')) return { what: 'a GIF picture', advice: notPng };
  if (starts('BM') && at(6, 0, 0, 0, 0)) return { what: 'a BMP picture', advice: notPng };
  if (at(0, 0x49, 0x49, 0x2a, 0) || at(0, 0x4d, 0x4d, 0, 0x2a)) return { what: 'a TIFF picture', advice: notPng };
  if (starts('ftyp', 4))
    return /^(?:avif|avis|heic|heix|mif1|msf1)$/.test(latin(bytes, 8, 12))
      ? { what: 'an AVIF or HEIC picture', advice: notPng }
      : { what: 'a video', advice: '' };
  if (at(0, 0x89, 0x48, 0x44, 0x46))
    return { what: 'an HDF5 file', advice: 'Save the weights as safetensors instead.' };
  if (starts('\x93NUMPY')) return { what: 'a NumPy array', advice: 'Save the weights as safetensors instead.' };
  if (at(0, 0x1f, 0x8b)) return { what: 'a gzip archive', advice: 'Unpack it first.' };
  if (starts('7z\xbc\xaf')) return { what: 'a 7z archive', advice: 'Unpack it first.' };
  if (starts('Rar!')) return { what: 'a RAR archive', advice: 'Unpack it first.' };
  if (starts('%PDF')) return { what: 'a PDF', advice: '' };
  const head = latin(bytes, 0, 200).trimStart().toLowerCase();
  if (head.startsWith('version https://git-lfs'))
    return {
      what: 'a Git LFS pointer',
      advice: 'It names the file but is not the file: download it with git lfs pull.',
    };
  if (/^(?:ï»¿)?(?:<!doctype html|<html)/.test(head))
    return { what: 'a web page', advice: 'The download saved a page in place of the file; download the file itself.' };
  if (/^<(?:\?xml|svg)/.test(head)) return { what: 'an XML or SVG file', advice: '' };
  if (head.startsWith('{') || head.startsWith('[')) return { what: 'a JSON file', advice: '' };
  return null;
}

/** torch.save since 1.6 writes `<name>/data.pkl` as the first entry of a zip. */
function isTorchZip(bytes: Uint8Array): boolean {
  const length = (bytes[26] ?? 0) + 256 * (bytes[27] ?? 0);
  return latin(bytes, 0, 2) === 'PK' && isPickleName(latin(bytes, 30, 30 + Math.min(length, 300)));
}

/** The part of a PyTorch archive that says what the others are. */
export function isPickleName(name: string): boolean {
  return /(?:^|\/)data\.pkl$/.test(name);
}

function latin(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}
