/** How the model reads a text, asked for after a short rest of typing; null until it answers or where it cannot. */
import { useEffect, useState } from 'react';
import type { PromptTokens } from '../../rpc/engine-service.ts';
import { useBench, useBenchState } from '../bench-context.ts';

export function useTokens(text: string): PromptTokens | null {
  const bench = useBench();
  const isReady = useBenchState((state) => state.engine.kind === 'ready');
  const [tokens, setTokens] = useState<{ readonly of: string; readonly read: PromptTokens } | null>(null);
  useEffect(() => {
    if (!isReady || text.trim() === '') return;
    let isCurrent = true;
    const timer = setTimeout(() => {
      bench.connection.engine.tokenize(text).then(
        (read) => {
          if (isCurrent) setTokens({ of: text, read });
        },
        () => undefined, // the pieces are an explanation; drawing reports what is wrong
      );
    }, 200);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [bench, isReady, text]);
  return tokens?.of === text ? tokens.read : null;
}
