/** Tables of text as Markdown and as LaTeX with booktabs. */

export interface TextTable {
  /** null for the table that needs none. */
  readonly title: string | null;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** A rule under the first row, where LaTeX draws rules. */
  readonly isFirstRuledOff: boolean;
}

/** What stands below the tables: parts of one line, and lines. */
type Notes = readonly [parts: readonly string[], lines: readonly string[]];

export function markdown(tables: readonly TextTable[], [parts, lines]: Notes): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const blocks = tables.map(({ title, head, rows }) =>
    [
      ...(title === null ? [] : [`**${title}**`, '']),
      line(head),
      `| --- |${head
        .slice(1)
        .map(() => ' ---: |')
        .join('')}`,
      ...rows.map(line),
    ].join('\n'),
  );
  return `${[...blocks, parts.join(' · '), ...lines].join('\n\n')}\n`;
}

const latexEscapes: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '&': '\\&',
  '%': '\\%',
  $: '\\$',
  '#': '\\#',
  _: '\\_',
  '{': '\\{',
  '}': '\\}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '↑': '$\\uparrow$',
  '↓': '$\\downarrow$',
  '−': '$-$',
  '–': '--',
  '—': '---',
  '…': '\\ldots{}',
  '<': '$<$',
  '>': '$>$',
  '×': '$\\times$',
  '’': "'",
};

/** Text as LaTeX sets it; every character that LaTeX would take for a command is escaped. */
export function latexText(text: string): string {
  return text.replaceAll(/[\\&%$#_{}~^↑↓−–—…<>×’]/g, (character) => latexEscapes[character] ?? character);
}

export function latex(tables: readonly TextTable[], [parts, lines]: Notes): string {
  const line = (cells: readonly string[]) => `${cells.map(latexText).join(' & ')} \\\\`;
  return [
    ...[...parts, ...lines].map((note) => `% ${note}`),
    ...tables.flatMap(({ title, head, rows, isFirstRuledOff }) => [
      ...(title === null ? [] : ['', `% ${title}`]),
      `\\begin{tabular}{l${'r'.repeat(head.length - 1)}}`,
      '\\toprule',
      line(head),
      '\\midrule',
      ...rows.map((row, i) => (isFirstRuledOff && i === 0 ? `${line(row)}\n\\midrule` : line(row))),
      '\\bottomrule',
      '\\end{tabular}',
    ]),
    '',
  ].join('\n');
}
