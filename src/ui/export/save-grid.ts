/** The whole grid as one labelled PNG, on paper and ink, with the experiment in it. */
import { invariant } from '../../core/errors.ts';
import { columnIds } from '../../records/experiment.ts';
import type { Text } from '../i18n/use-text.ts';
import { paint } from '../parts/picture-canvas.tsx';
import type { Bench } from '../state/bench.ts';
import type { BenchState } from '../state/bench-store.ts';
import { report } from '../state/bench.ts';
import { cellScore, isOld, shownPicture } from '../state/cells.ts';
import { cellAt, wantedSignature } from '../state/wanted.ts';
import { download, fileWords } from './download.ts';
import { canvasPng, settingsFor } from './save-picture.ts';

const side = 128;
const gap = 2;
const columnGap = 20;
const labelWidth = 190;
const headHeight = 84;
const footHeight = 30;
const margin = 24;
const font = 'system-ui, sans-serif';

export async function saveGridPicture(bench: Bench, text: Text): Promise<void> {
  const state = bench.store.getState();
  const { concept, from } = state.experiment;
  try {
    const bytes = await gridPicture(state, text);
    const subject = from === '' ? '' : `from-${fileWords(from)}--`;
    download(bytes, `palimpsest--${fileWords(concept)}--${subject}grid.png`, 'image/png');
  } catch (thrown) {
    report(bench, thrown, 'file');
  }
}

export async function gridPicture(state: BenchState, text: Text): Promise<Uint8Array<ArrayBuffer>> {
  const { experiment } = state;
  const columns = columnIds.filter((column) => column !== 'attacked' || state.found !== null);
  const across = experiment.seeds.length > 4 ? 3 : Math.min(2, experiment.seeds.length);
  const down = Math.ceil(experiment.seeds.length / across);
  const cellWidth = across * side + (across - 1) * gap;
  const cellHeight = down * side + (down - 1) * gap + footHeight;
  const width = 2 * margin + labelWidth + columns.length * (cellWidth + columnGap);
  const height = 2 * margin + headHeight + experiment.rows.length * (cellHeight + 16);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext('2d');
  invariant(context !== null, 'grid picture: this browser draws no canvas');
  const write = (words: string, x: number, y: number, style: string, color = '#1b1d20', limit?: number) => {
    context.font = `${style} ${font}`;
    context.fillStyle = color;
    context.fillText(words, x, y, limit);
  };
  context.fillStyle = '#fafaf8';
  context.fillRect(0, 0, width, height);
  const settings = text.t('export.line', {
    concept:
      experiment.from === ''
        ? experiment.concept
        : text.t('runs.fromSubject', { concept: experiment.concept, from: experiment.from }),
    trigger: experiment.trigger,
    seeds: experiment.seeds.join(', '),
    steps: experiment.numInferenceSteps,
    guidance: experiment.guidanceScale,
  });
  write(`Palimpsest · ${settings}`, margin, margin + 16, '500 15px', '#1b1d20', width - 2 * margin);
  columns.forEach((column, at) => {
    const x = margin + labelWidth + at * (cellWidth + columnGap);
    const word =
      column === 'triggered' ? state.spokenWord : column === 'attacked' ? state.found?.words.join(' ') : null;
    const spoken = word == null ? '' : ` “${word}”`;
    write(text.t(`column.${column}`) + spoken, x, margin + headHeight - 16, '600 15px', '#1b1d20', cellWidth);
  });
  experiment.rows.forEach((row, index) => {
    const y = margin + headHeight + index * (cellHeight + 16);
    const lines = wrap(row.text, 22);
    lines.forEach((line, at) => write(line, margin, y + 18 + 18 * at, '400 14px', '#1b1d20', labelWidth - 16));
    write(
      text.t(row.kind === 'target' ? 'row.target' : 'row.control'),
      margin,
      y + 20 + 18 * lines.length,
      '400 12px',
      '#656c74',
    );
    columns.forEach((column, at) => {
      const x = margin + labelWidth + at * (cellWidth + columnGap);
      const cell = cellAt(state, column, row.text);
      const wanted = wantedSignature(state, column);
      experiment.seeds.forEach((seed, place) => {
        const left = x + (place % across) * (side + gap);
        const top = y + Math.floor(place / across) * (side + gap);
        const inPlace = shownPicture(cell, seed, wanted);
        if (inPlace === null) {
          context.strokeStyle = '#dfe1e4';
          context.strokeRect(left + 0.5, top + 0.5, side - 1, side - 1);
          return;
        }
        const { picture: shown } = inPlace.seen;
        const picture = new OffscreenCanvas(shown.width, shown.height);
        paint(picture, shown);
        context.drawImage(picture, left, top, side, side);
        if (inPlace.isOld) write(text.t('cell.old'), left + 4, top + side - 6, '500 12px', '#b3261e');
      });
      const score = cellScore(cell, experiment.seeds);
      if (score === null) return;
      // The mean is of one set of weights; where pictures of others stand beside it, it says how many it is of.
      const words = isOld(cell, wanted)
        ? text.t('cell.oldScore', { score: text.score(score.mean) })
        : score.n < experiment.seeds.length
          ? text.t('cell.partScore', { score: text.score(score.mean), n: score.n, total: experiment.seeds.length })
          : text.score(score.mean);
      write(words, x, y + cellHeight - footHeight + 18, '500 13px', '#1b1d20', cellWidth);
    });
  });
  return canvasPng(canvas, settingsFor(state, { kind: 'grid' }));
}

/** Words in lines of about `width` letters. */
function wrap(words: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of words.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
