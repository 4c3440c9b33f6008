/** What the measurements come to: medians, ratios and the bars they are held against (issue 2, section 7). */
import type { Measurements } from './measure.ts';
import type { PlacementTimes } from './placements.ts';

/** training/benchmarks/torch-step.json, written by torch_step.py. Seconds. */
export interface TorchStep {
  readonly machine: string;
  readonly threads: number;
  readonly n: number;
  readonly step_median: number;
  readonly forward_median: number;
  readonly versions: Readonly<Record<string, string>>;
}

export interface Report {
  readonly machine: string;
  readonly cores: number;
  readonly date: string;
  /** Load average before anything was measured: near 0 on a quiet machine. */
  readonly loadBefore: number;
  readonly node: Measurements;
  readonly wasm: Measurements | null;
  /** onnxruntime-node on a GPU. */
  readonly webgpu: Measurements | null;
  readonly browserWebgpu: Measurements | null;
  /** Weights inside programs and in one copy, by engine; empty unless asked for. */
  readonly placements: Readonly<Record<string, readonly PlacementTimes[]>>;
  readonly torch: TorchStep | null;
  readonly ratios: readonly Ratio[];
}

export interface Ratio {
  readonly name: string;
  readonly value: number;
  readonly bar: number;
  /** Said beside the number when it cannot be judged. */
  readonly note: string;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle)
    ? ((sorted[middle - 1] as number) + (sorted[middle] as number)) / 2
    : (sorted[Math.floor(middle)] as number);
}

export function ratiosOf(
  machine: string,
  node: Measurements,
  wasm: Measurements | null,
  torch: TorchStep | null,
): readonly Ratio[] {
  const ratio = (name: string, above: readonly number[], below: readonly number[], bar: number, note = ''): Ratio => ({
    name,
    value: median(above) / median(below),
    bar,
    note,
  });
  const ratios = [
    ratio('step / forward, node', node.step, node.forward, 2.3),
    ratio('attack step / forward, node', node.attackStep, node.forward, 2.5),
  ];
  if (wasm !== null) {
    ratios.push(
      ratio('step / forward, wasm', wasm.step, wasm.forward, 2.3),
      ratio('attack step / forward, wasm', wasm.attackStep, wasm.forward, 2.5),
      ratio('wasm / node, forward', wasm.forward, node.forward, 4),
      ratio('wasm / node, step', wasm.step, node.step, 4),
    );
  }
  if (wasm !== null && wasm.attack !== null) {
    const { seconds, rounds } = wasm.attack;
    const note =
      wasm.threads > 2
        ? `not comparable: ${wasm.threads} threads, the bar is for at most two`
        : rounds < 10
          ? `not comparable: found after ${rounds} rounds`
          : '';
    ratios.push({ name: 'attack of 10 x 20, wasm, s', value: seconds, bar: 90, note });
  }
  if (torch !== null) {
    const isSame = torch.machine === machine && torch.threads === node.threads;
    const note = isSame ? '' : `not comparable: PyTorch was measured on ${torch.machine}, ${torch.threads} threads`;
    ratios.push(ratio('node / PyTorch eager, step', node.step, [torch.step_median], 1.5, note));
  }
  return ratios;
}

export function tableOf(report: Report): string {
  const { machine, cores, date, loadBefore, node, wasm, webgpu, browserWebgpu, torch, ratios } = report;
  const engines = [node, wasm, webgpu, browserWebgpu].filter((engine) => engine !== null);
  const milliseconds = (values: readonly number[]) => `${(1000 * median(values)).toFixed(1)} ms (n ${values.length})`;
  const seconds = (value: number | null) => (value === null ? 'not run (--full)' : `${value.toFixed(1)} s`);
  const rows: readonly (readonly string[])[] = [
    [
      '',
      ...engines.map((engine) => {
        if (engine === webgpu) return 'node, WebGPU';
        return engine === browserWebgpu ? 'Chromium, WebGPU' : `${engine.backend}, ${engine.threads} threads`;
      }),
    ],
    ['forward, batch 4', ...engines.map(({ forward }) => milliseconds(forward))],
    ['LoRA step, batch 4', ...engines.map(({ step }) => milliseconds(step))],
    ['attack step, batch 4', ...engines.map(({ attackStep }) => milliseconds(attackStep))],
    ['open the model', ...engines.map(({ open }) => seconds(open))],
    ['four pictures, 20 steps', ...engines.map(({ fourPictures }) => seconds(fourPictures))],
    ['default Erase, estimated', ...engines.map(({ eraseEstimate }) => seconds(eraseEstimate))],
    ['default Erase, measured', ...engines.map(({ erase }) => seconds(erase))],
    ['attack, 10 rounds of 20', ...engines.map(({ attack }) => seconds(attack?.seconds ?? null))],
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join('   '));
  const torchLine =
    torch === null
      ? 'PyTorch: not recorded (training/benchmarks/torch_step.py)'
      : `PyTorch ${torch.versions['torch'] ?? '?'} eager, ${torch.threads} threads, ${torch.machine}: forward ${(1000 * torch.forward_median).toFixed(1)} ms, LoRA step ${(1000 * torch.step_median).toFixed(1)} ms (n ${torch.n})`;
  const judged = ratios.map(({ name, value, bar, note }) => {
    const verdict = note === '' ? (value <= bar ? 'within' : 'ABOVE') : note;
    return `${name.padEnd(28)} ${value.toFixed(2).padStart(6)}   bar ${bar}   ${verdict}`;
  });
  const quiet = loadBefore < 0.5 ? '' : ' (NOT quiet: other programs were running)';
  const heading = `${machine}, ${cores} cores, load ${loadBefore.toFixed(1)}${quiet}, ${date}, model ${node.model}`;
  return [heading, '', ...lines, '', torchLine, '', ...judged, ...placementLines(report)].join('\n');
}

/** What one copy of the weights costs in time and in bytes, beside weights inside every program. */
function placementLines({ placements }: Report): readonly string[] {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`;
  return Object.entries(placements).flatMap(([engine, both]) => {
    const [inside, once] = both as readonly [PlacementTimes, PlacementTimes];
    const line = (name: string, pick: (times: PlacementTimes) => readonly number[]) => {
      const [before, after] = [pick(inside), pick(once)];
      // Run by run, so that a machine that slows down slows both.
      const ratio = median(after.map((value, i) => value / (before[i] as number)));
      const times = `${(1000 * median(before)).toFixed(1)} -> ${(1000 * median(after)).toFixed(1)} ms (n ${after.length})`;
      return `  ${name.padEnd(12)} ${ratio.toFixed(2)}   ${times}`;
    };
    const { programs } = once.ledger;
    return [
      '',
      `${engine}: one copy of the weights / weights inside ${programs} programs`,
      `  weights      ${megabytes(inside.ledger.weightBytes)} -> ${megabytes(once.ledger.weightBytes)}`,
      line('open', ({ open }) => open),
      line('forward', ({ forward }) => forward),
      line('step', ({ step }) => step),
      line('attack step', ({ attackStep }) => attackStep),
    ];
  });
}
