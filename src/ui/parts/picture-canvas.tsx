/** A picture on a canvas of its own size, scaled by CSS. Previews repaint at most three times a second. */
import { useEffect, useRef } from 'react';
import type { Picture } from '../../records/events.ts';
import styles from './picture-canvas.module.css';

interface PictureCanvasProps {
  readonly picture: Picture;
  readonly label: string;
  /** A picture still being drawn may be skipped when the last one was painted less than a third of a second ago. */
  readonly isPreview?: boolean;
}

const previewPause = 330; // milliseconds: never more than three flashes a second

export function PictureCanvas({ picture, label, isPreview = false }: PictureCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const paintedAt = useRef(0);
  useEffect(() => {
    const now = performance.now();
    const target = canvas.current;
    if (target === null || (isPreview && now - paintedAt.current < previewPause)) return;
    paintedAt.current = now;
    paint(target, picture);
  }, [picture, isPreview]);
  return (
    <canvas
      ref={canvas}
      className={styles['picture']}
      role="img"
      aria-label={label}
      width={picture.width}
      height={picture.height}
    />
  );
}

/** Pixels of 128 x 128 take well under a millisecond to put, so no bitmap is decoded in between. */
export function paint(canvas: HTMLCanvasElement | OffscreenCanvas, picture: Picture): void {
  const context = canvas.getContext('2d') as CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D | null;
  context?.putImageData(new ImageData(picture.pixels, picture.width, picture.height), 0, 0);
}
