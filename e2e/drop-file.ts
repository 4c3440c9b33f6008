import type { Page } from '@playwright/test';

export interface DroppedFile {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Drops a file on the middle of the page. */
export async function dropFile(page: Page, { name, bytes }: DroppedFile): Promise<void> {
  await page.evaluate(
    ({ title, base64 }) => {
      const data = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([data], title));
      for (const type of ['dragover', 'drop'])
        document.body.dispatchEvent(new DragEvent(type, { dataTransfer: transfer, bubbles: true, cancelable: true }));
    },
    { title: name, base64: bytes.toString('base64') },
  );
}
