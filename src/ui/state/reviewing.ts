/** The review board on the page: opening it hides every word that opens the weights, and the rest of the page with them. */
import type { Bench } from './bench.ts';

export function openReview(bench: Pick<Bench, 'store'>): void {
  bench.store.setState({ review: { isBlind: true } });
}

/** The reviewer has ruled and may read the words. */
export function unblindReview(bench: Pick<Bench, 'store'>): void {
  bench.store.setState({ review: { isBlind: false } });
}

export function closeReview(bench: Pick<Bench, 'store'>): void {
  bench.store.setState({ review: null, inspector: { kind: 'column', column: 'backdoored' } });
}
