/**
 * peft's rank_pattern and alpha_pattern: the first pattern in the order of the file that fits the end of a module's path, read as a
 * regular expression, decides. Source: peft 0.21 `get_pattern_key` (utils/other.py): `re.match(rf"(.*\.)?({key})$", path)`.
 */
import { PalimpsestError } from '../../core/errors.ts';
import { shown } from '../../core/json.ts';

/** Patterns come from strangers' files: what could take a matcher forever is refused, and nothing in the field needs it. */
const longestPattern = 200;
const mostRepeats = 3;

/** The value for `module`, or undefined where no pattern fits. Throws `bad-file` for patterns that cannot be matched safely. */
export function byPattern(
  patterns: Readonly<Record<string, unknown>>,
  where: string,
): (module: string) => { readonly pattern: string; readonly value: unknown } | undefined {
  const rules = Object.entries(patterns).map(([pattern, value]) => ({
    test: expression(pattern, where),
    pattern,
    value,
  }));
  return (module) => rules.find(({ test }) => test.test(module));
}

function expression(pattern: string, where: string): RegExp {
  const bad = (expected: string) =>
    new PalimpsestError('bad-file', `${where}: expected ${expected}, got ${shown(pattern)}`);
  const repeats = pattern.match(/\\.|[*+{]/g)?.filter((part) => part.length === 1).length ?? 0;
  // A repeated group takes exponential time on some texts, and its like is in no file of the field.
  if (pattern.length > longestPattern || repeats > mostRepeats || /\)[*+{?]|\(\?(?!:)|\\[1-9]/.test(pattern))
    throw bad(`patterns of at most ${longestPattern} letters with plain repeats`);
  try {
    return new RegExp(`^(?:.*\\.)?(?:${pattern})$`);
  } catch {
    throw bad('regular expressions');
  }
}
