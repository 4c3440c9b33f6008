/** One at a time: onnxruntime fails, or crashes natively, when creates and runs of WebGPU sessions overlap (docs/runtime.md, sessions 1). */
export class Mutex {
  #tail: Promise<unknown> = Promise.resolve();

  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(task);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
