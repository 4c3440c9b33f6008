/** Seconds of work, without the waiting between its steps: a paused job, and what the page does meanwhile. */
export class Stopwatch {
  #waited = 0;

  /** What passes until `pause` has settled counts as nothing. */
  async wait<T>(pause: () => Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      return await pause();
    } finally {
      this.#waited += performance.now() - start;
    }
  }

  /** In seconds from some beginning: only differences mean something. */
  now(): number {
    return (performance.now() - this.#waited) / 1000;
  }
}
