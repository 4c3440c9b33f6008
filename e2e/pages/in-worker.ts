/** One question to a worker of its own, one answer, and the worker ends. */

export type Answer<Out> = { readonly answer: Out } | { readonly problem: string };

/** The page's side. */
export function askWorker<In, Out>(worker: Worker, question: In): Promise<Out> {
  return new Promise<Out>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Answer<Out>>) => {
      if ('answer' in data) resolve(data.answer);
      else reject(new Error(data.problem));
    };
    worker.onerror = (event) => reject(new Error(`the worker failed: ${event.message}`));
    worker.postMessage(question);
  }).finally(() => worker.terminate());
}

/** The worker's side. */
export function answerWith<In, Out>(work: (question: In) => Promise<Out>): void {
  globalThis.onmessage = ({ data }: MessageEvent<In>) => {
    work(data).then(
      (answer) => globalThis.postMessage({ answer } satisfies Answer<Out>),
      (thrown: unknown) => {
        const problem = thrown instanceof Error ? `${thrown.message}\n${thrown.stack ?? ''}` : String(thrown);
        globalThis.postMessage({ problem } satisfies Answer<Out>);
      },
    );
  };
}
