/**
 * JSON as Python's `json` writes it: the numbers -Infinity, Infinity and NaN may stand in it. diffusers does write them, e.g.
 * `"lambda_min_clipped": -Infinity` for a DPMSolverMultistepScheduler.
 */

/** As `JSON.parse`, with Python's three words; NaN is read as the text "NaN", which no field takes for a number. Throws SyntaxError. */
export function parsePythonJson(text: string): unknown {
  // Strings are matched first and put back, so that a word inside one stays.
  const standard = text.replace(/"(?:[^"\\]|\\.)*"|-?\bInfinity\b|\bNaN\b/gs, (found) => {
    if (found.startsWith('"')) return found;
    if (found === 'NaN') return '"NaN"';
    return found.startsWith('-') ? '-1e999' : '1e999';
  });
  return JSON.parse(standard) as unknown;
}
