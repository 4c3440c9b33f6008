/** The switches of one running job. The job asks between iterations; nothing interrupts it in the middle of one. */
import { PalimpsestError } from '../core/errors.ts';
import { breathe } from './platform.ts';

export type JobAction = 'pause' | 'resume' | 'step' | 'stop' | 'cancel';

export class JobControl {
  #paused = false;
  #steps = 0;
  #ending: 'stop' | 'cancel' | null = null;
  #wake: () => void = () => undefined;
  readonly #onPause: (paused: boolean) => void;

  constructor(onPause: (paused: boolean) => void) {
    this.#onPause = onPause;
  }

  apply(action: JobAction): void {
    if (action === 'stop' || action === 'cancel') this.#ending = action;
    else if (action === 'step') this.#steps += 1;
    else if (this.#paused !== (action === 'pause')) {
      this.#paused = action === 'pause';
      this.#onPause(this.#paused);
    }
    this.#wake();
  }

  /** Waits while paused. True: go on; false: stop and keep what there is. Throws `cancelled` when the job is to be thrown away. */
  async proceed(): Promise<boolean> {
    await breathe();
    while (this.#paused && this.#steps === 0 && this.#ending === null) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#steps > 0) this.#steps -= 1;
    if (this.#ending === 'cancel') throw new PalimpsestError('cancelled', 'The job was cancelled.');
    return this.#ending === null;
  }

  /** As `proceed`, for work that has no partial result, like a picture: stopping throws `cancelled` too. */
  async proceedOrCancel(): Promise<void> {
    if (!(await this.proceed()))
      throw new PalimpsestError('cancelled', 'The job was stopped before its result was complete.');
  }
}
