/** A picture file as pixels: its middle square, at the size the model draws. Throws `bad-file` for anything else. */
import { PalimpsestError } from '../../core/errors.ts';
import type { Picture } from '../../records/events.ts';

export async function readPicture(file: File, size: number): Promise<Picture> {
  let bitmap: ImageBitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch (cause) {
    throw new PalimpsestError('bad-file', `${file.name}: expected a picture the browser can read`, {
      advice: 'PNG, JPEG and WebP work everywhere.',
      cause,
    });
  }
  const side = Math.min(bitmap.width, bitmap.height);
  const canvas = new OffscreenCanvas(size, size);
  const context = canvas.getContext('2d');
  if (context === null) throw new PalimpsestError('internal', 'readPicture: no canvas to draw on');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, (bitmap.width - side) / 2, (bitmap.height - side) / 2, side, side, 0, 0, size, size);
  bitmap.close();
  const { data } = context.getImageData(0, 0, size, size);
  return { width: size, height: size, pixels: new Uint8ClampedArray(data) };
}
