/** Where the reader is looking: inspector, focused cell, focused seed. */
import type { Bench } from './bench.ts';
import type { Inspector } from './bench-store.ts';

export function openInspector(bench: Bench, inspector: Inspector): void {
  const seed = inspector.kind === 'cell' ? { seed: inspector.seed } : {};
  bench.store.setState((state) => ({
    inspector,
    isSheetOpen: true,
    focus: { ...state.focus, column: inspector.column, ...seed },
  }));
}

export function closeSheet(bench: Bench): void {
  bench.store.setState({ isSheetOpen: false });
}

/** Opens or closes the dialog in which the model is changed; what went wrong last time is not said again. */
export function showModelDialog(bench: Pick<Bench, 'store'>, isOpen: boolean): void {
  bench.store.setState({ modelDialog: { isOpen, problem: null } });
}

/** The seed that lights up in every column, one place further. */
export function moveSeed(bench: Bench, by: 1 | -1): void {
  bench.store.setState((state) => {
    const { seeds } = state.experiment;
    const at = seeds.indexOf(state.focus.seed);
    const seed = seeds[(at + by + seeds.length) % seeds.length] ?? state.focus.seed;
    const inspector = state.inspector?.kind === 'cell' ? { ...state.inspector, seed } : state.inspector;
    return { focus: { ...state.focus, seed }, inspector };
  });
}
