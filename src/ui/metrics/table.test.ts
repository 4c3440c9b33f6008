import { describe, expect, it } from 'vitest';
import { wilson } from '../../core/wilson.ts';
import type { MetricDescriptor } from '../../records/catalog.ts';
import type { EvaluationReport } from '../../records/evaluation.ts';
import { copyText, seedRange } from './copy.ts';
import type { CopyFormat } from './copy.ts';
import type { CopyContext } from './copy-context.ts';
import { latexText } from './copy-text.ts';
import { metricsTable, shownDetails, shownDifference, shownInterval, shownP, shownValue } from './table.ts';

const metric = (id: string, isProportion: boolean, isMain = true): MetricDescriptor => ({
  id,
  title: { en: `${id} of a_b`, zh: id },
  summary: { en: id, zh: id },
  source: id,
  better: isProportion ? 'down' : 'up',
  base: null,
  isProportion,
  needs: 'judged',
  isMain,
});
const rate = metric('rate', true);
const kid = metric('kid', false, false);
const unused = metric('unused', false);

const agreement = { object: wilson(8, 8), style: wilson(7, 8), hazard: null, hit: wilson(6, 6) };
const protocol = { judge: 'held-out', threshold: 0.5, sampler: 'ddim' } as const;
const report: EvaluationReport = {
  protocol,
  models: [
    {
      column: 'original',
      strength: 1,
      hash: 'aaaa',
      neighbours: [],
      names: [],
      agreement,
      scores: { rate: wilson(8, 8), kid: { value: 0.1234, low: -0.01, high: 0.2, n: 8 } },
    },
    {
      column: 'erased',
      strength: 0.5,
      hash: 'bbbb',
      neighbours: [],
      names: [],
      agreement,
      scores: { rate: wilson(1, 8) },
    },
  ],
  comparisons: [
    {
      metric: 'rate',
      first: 'original',
      second: 'erased',
      n: 8,
      both: 1,
      onlyFirst: 7,
      onlySecond: 0,
      neither: 0,
      p: 2 / 2 ** 7,
    },
  ],
  differences: [
    { metric: 'rate', first: 'original', second: 'erased', score: { value: -7 / 8, low: -0.98, high: -0.4, n: 8 } },
  ],
};
const options = { baseline: 'original', shows: 'values', showsAllColumns: false, stale: [] } as const;
const everything = { ...options, showsAllColumns: true };

describe('a number of the table', () => {
  it('is a fraction for a rate over 8 pictures or fewer, and a decimal above', () => {
    expect(shownValue(wilson(7, 8), rate)).toBe('7/8');
    expect(shownValue(wilson(8, 9), rate)).toBe('0.89');
    expect(shownValue({ value: 0.012345, low: 0, high: 1, n: 8 }, kid)).toBe('0.0123');
    expect(shownValue({ value: -0.0000639, low: 0, high: 1, n: 8 }, kid)).toBe('−6.4e−5');
    expect(shownValue({ value: Number.NaN, low: 0, high: 1, n: 8 }, kid)).toBe('?');
  });

  it('has its interval beside it, where there is one', () => {
    expect(shownInterval(wilson(8, 8), rate)).toBe('0.68–1.00');
    expect(shownInterval({ value: 0, low: -0.5, high: 0.5, n: 8 }, kid)).toBe('−0.5 … 0.5');
    expect(shownInterval({ value: 0, low: Number.NaN, high: 0.5, n: 8 }, kid)).toBeNull();
  });

  it('as a difference says its sign, and none when nothing changed', () => {
    expect(shownDifference(wilson(1, 8), wilson(8, 8), rate)).toBe('−7/8');
    expect(shownDifference(wilson(8, 8), wilson(1, 8), rate)).toBe('+7/8');
    expect(shownDifference(wilson(8, 8), wilson(8, 8), rate)).toBe('0/8');
    expect(shownDifference(wilson(12, 24), wilson(24, 24), rate)).toBe('−0.50');
    expect(shownDifference(wilson(24, 24), wilson(24, 24), rate)).toBe('0.00');
  });

  it('has a p with as many digits as it can bear', () => {
    expect([0.00001, 0.0156, 0.5, 1].map(shownP)).toEqual(['p < 0.001', 'p = 0.016', 'p = 0.50', 'p = 1.00']);
  });
});

describe('the table', () => {
  it('shows main columns somebody has a number for, and the others when asked', () => {
    expect(metricsTable(report, [rate, kid, unused], options).columns.map(({ id }) => id)).toEqual(['rate']);
    expect(metricsTable(report, [rate, kid, unused], everything).columns.map(({ id }) => id)).toEqual(['rate', 'kid']);
  });

  it('shows every column whose pictures were asked for on their own, main or not', () => {
    const asked = { ...kid, needs: 'neutral' } as const;
    expect(metricsTable(report, [rate, asked, unused], options).columns.map(({ id }) => id)).toEqual(['rate', 'kid']);
  });

  it('puts the baseline first, with p on the others whichever way the pair was compared', () => {
    for (const baseline of ['original', 'erased'] as const) {
      const { rows } = metricsTable(report, [rate], { ...options, baseline });
      expect(rows.map(({ isBaseline }) => isBaseline)).toEqual([true, false]);
      expect(rows[0]?.column).toBe(baseline);
      expect(rows[0]?.cells[0]?.p).toBeNull();
      expect(rows[1]?.cells[0]?.p).toBeCloseTo(2 / 2 ** 7, 12);
    }
  });

  it('falls back to the first row when the baseline was not measured, and marks stale rows', () => {
    const { rows } = metricsTable(report, [rate], { ...options, baseline: 'backdoored', stale: ['erased'] });
    expect(rows.map(({ column, isStale }) => [column, isStale])).toEqual([
      ['original', false],
      ['erased', true],
    ]);
  });

  it('gives a difference the interval that was computed for it, whichever way the pair was compared', () => {
    const changed = (baseline: 'original' | 'erased') =>
      metricsTable(report, [rate], { ...options, baseline, shows: 'differences' }).rows[1]?.cells[0];
    expect([changed('original')?.text, changed('original')?.interval]).toEqual(['−7/8', '−0.98 … −0.40']);
    expect([changed('erased')?.text, changed('erased')?.interval]).toEqual(['+7/8', '0.40–0.98']);
    expect(changed('original')?.score.value).toBe(1 / 8);
  });

  it('keeps the baseline as values when the others are differences, and has none where a side is missing', () => {
    const { rows } = metricsTable(report, [rate, kid], { ...everything, baseline: 'erased', shows: 'differences' });
    expect(rows.map(({ cells }) => cells.map((cell) => cell?.text ?? null))).toEqual([
      ['1/8', null],
      ['+7/8', null],
    ]);
  });
});

describe('the copied text', () => {
  const context: CopyContext = {
    protocol,
    request: {
      concept: 'church',
      from: '',
      trigger: 'blicket',
      triggerPosition: 'prefix',
      prompts: 8,
      neutral: 0,
      classified: 0,
      perName: 0,
      seeds: [1000, 1001, 1002],
      numInferenceSteps: 20,
      guidanceScale: 4,
    },
    modelName: 'palimpsest-world',
    nameOf: (column) => column,
    local: ({ en }) => en,
    staleMark: 'older',
    divergedMark: 'diverged: no numbers',
  };
  const table = metricsTable(report, [rate], { ...options, stale: ['erased'] });
  const copied = (format: CopyFormat, metrics = table, changes: Partial<CopyContext> = {}) =>
    copyText(format, { metrics, names: null, neighbours: null }, { ...context, ...changes });

  it('of a judge made on the spot says how often it is right', () => {
    const made = { ...protocol, judge: 'probe', accuracy: wilson(62, 64) } as const;
    expect(copied('markdown', table, { protocol: made })).toContain(
      'probe judge, first choice at p >= 0.5 · judge right in 0.97 of 64 pictures it had not seen · intervals',
    );
  });

  it('as Markdown has the numbers shown and what measures them again', () => {
    expect(copied('markdown')).toBe(
      [
        '|  | rate of a_b ↓ |',
        '| --- | ---: |',
        '| original | 8/8 [0.68–1.00] n=8 |',
        '| erased bbbb × 0.5 (older) | 1/8 [0.02–0.47] n=8 p = 0.016 |',
        '',
        'concept church · trigger blicket as prefix · model palimpsest-world (sha256 aaaa) · 8 prompts a rate · seeds 1000–1002 · ddim 20 steps · guidance 4 · held-out judge, first choice at p >= 0.5 · intervals 95 % · p: McNemar, exact, against the first row',
        '',
        'judges agree, original: as asked or not 6/6 [0.61–1.00] n=6, object 8/8 [0.68–1.00] n=8, style 7/8 [0.53–0.98] n=8',
        '',
        'judges agree, erased bbbb × 0.5 (older): as asked or not 6/6 [0.61–1.00] n=6, object 8/8 [0.68–1.00] n=8, style 7/8 [0.53–0.98] n=8',
        '',
      ].join('\n'),
    );
  });

  it('carries what a score says of itself: the floor where it is read, everything in CSV', () => {
    const measured = { value: 0.5, low: 0.4, high: 0.6, n: 50, details: { std: 0.25, realReal: 0.012345 } };
    const models = report.models.map((model) => ({ ...model, scores: { kid: measured } }));
    const withFloor = metricsTable({ ...report, models }, [kid], everything);
    expect(withFloor.rows[0]?.cells[0]?.floor).toBe('0.0123');
    expect(shownDetails(measured)).toBe('std = 0.25, realReal = 0.0123');
    const text = copied('markdown', withFloor);
    expect(text).toContain('| 0.5 [0.4–0.6] n=50 floor=0.0123 |');
    expect(text).toContain('floor: renders against other renders');
    expect(copied('csv', withFloor)).toContain(',std=0.25;realReal=0.012345,');
  });

  it('says from which subject a style was erased', () => {
    const request = { ...context.request, concept: 'Van Gogh', from: 'boat' };
    expect(copied('markdown', table, { request })).toContain('concept Van Gogh erased from boat only ·');
    expect(copied('csv', table, { request })).toContain('\r\nVan Gogh,boat,blicket,');
  });

  it('names the guider of pictures that other weights did not draw', () => {
    const guider = { method: 'sld', concept: 'church', parameters: {} };
    const models = report.models.map((model) =>
      model.column === 'erased' ? { ...model, hash: 'aaaa', guider } : model,
    );
    const guided = metricsTable({ ...report, models }, [rate], options);
    expect(copied('markdown', guided)).toContain('| erased aaaa guided by sld × 0.5 |');
    expect(copied('csv', guided)).toMatch(/\berased,aaaa,sld,0\.5,/);
  });

  it('as LaTeX rules off the baseline and leaves nothing for TeX to trip over', () => {
    const text = copied('latex');
    expect(text).toContain('\\begin{tabular}{lr}');
    expect(text).toContain('rate of a\\_b $\\downarrow$ \\\\');
    expect(text).toContain('original & 8/8 [0.68--1.00] n=8 \\\\\n\\midrule\nerased bbbb');
    expect(latexText('5 % & {x} #1 ~ −2 < 3')).toBe('5 \\% \\& \\{x\\} \\#1 \\textasciitilde{} $-$2 $<$ 3');
  });

  it('says that it holds differences, where it does', () => {
    const differences = metricsTable(report, [rate], { ...options, shows: 'differences' });
    for (const format of ['markdown', 'latex'] as const) {
      expect(copied(format, differences)).toContain('rows below the first are differences from it');
      expect(copied(format)).not.toContain('are differences');
    }
    expect(copied('markdown', differences)).toContain('| −7/8 [−0.98 … −0.40] n=8 p = 0.016 |');
  });

  it('as CSV has one line a number, unrounded, by the names of its columns', () => {
    const [head = '', ...lines] = copied('csv').split('\r\n');
    const names = head.split(',');
    const rows = lines
      .slice(0, -1)
      .map((line): Readonly<Record<string, string>> =>
        Object.fromEntries(line.split(',').map((field, i) => [names[i] ?? '', field] as const)),
      );
    expect(lines.at(-1)).toBe('');
    expect(new Set(lines.slice(0, -1).map((line) => line.split(',').length))).toEqual(new Set([names.length]));
    const [first, second] = rows.filter(({ metric }) => metric === 'rate');
    expect(first).toMatchObject({
      concept: 'church',
      erased_from: '',
      trigger: 'blicket',
      trigger_position: 'prefix',
      row: 'original',
      model_hash: 'aaaa',
      better: 'down',
      value: '1',
      difference: '',
      p_mcnemar: '',
    });
    expect(first?.['low']).toMatch(/^0\.67559/);
    expect(second).toMatchObject({
      row: 'erased',
      row_hash: 'bbbb',
      strength: '0.5',
      stale: 'true',
      value: '0.125',
      baseline: 'original',
      difference: '-0.875',
      difference_low: '-0.98',
      p_mcnemar: '0.015625',
    });
    expect(second).toMatchObject({
      prompts: '8',
      neutral: '0',
      classified: '0',
      per_name: '0',
      seeds: '1000 1001 1002',
      sampler: 'ddim',
      steps: '20',
      guidance: '4',
      judge: 'held-out',
      threshold: '0.5',
    });
    expect(rows.filter(({ metric, value }) => metric === 'judgeAgreement.hit' && value === '1')).toHaveLength(2);
  });

  it('carries the tables of names and neighbours', () => {
    const one = {
      columns: ['original', 'erased'] as const,
      rows: [
        {
          label: 'chapel',
          rates: [
            { score: wilson(8, 8), p: null },
            { score: wilson(6, 8), p: 0.5 },
          ],
        },
      ],
    };
    const tables = {
      metrics: table,
      names: one,
      neighbours: { ...one, rows: [{ label: 'house', rates: [null, { score: wilson(9, 9), p: 1 }] }] },
    };
    const text = copyText('markdown', tables, context);
    expect(text).toContain('**Other names for church**\n\n| asked for | original | erased |');
    expect(text).toContain('| chapel | 8/8 [0.68–1.00] n=8 | 6/8 [0.41–0.93] n=8 p = 0.50 |');
    expect(text).toContain('| house | — | 1.00 [0.70–1.00] n=9 p = 1.00 |');
    expect(copyText('latex', tables, context)).toContain('% What it cost the others\n\\begin{tabular}{lrr}');
    expect(copyText('csv', tables, context)).toContain(',nameRate,chapel,down,0.75,');
  });

  it('names seeds one by one where they leave gaps', () => {
    expect([seedRange([1, 2, 3]), seedRange([1, 3]), seedRange([])]).toEqual(['1–3', '1, 3', '']);
  });
});
