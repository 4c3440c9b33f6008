/** One line of a bundle's events.jsonl as the event it was, with every field checked. */
import { PalimpsestError } from '../core/errors.ts';
import { isRecord, shown } from '../core/json.ts';
import type { RunEvent } from '../records/events.ts';
import { columnIds } from '../records/experiment.ts';
import { verdictOfToday } from '../records/kept-verdict.ts';
import type { HeadChoice, Picture, Verdict } from '../records/picture.ts';

/** The job a restored run belongs to; the page gives it another. */
export const restoredJobId = 'restored';

/** 1: a verdict has the fields of four heads. 2: it has heads by name. */
export const bundleVersions = [1, 2] as const;
export type BundleVersion = (typeof bundleVersions)[number];

/** `pictureOf` reads a frame's file. Throws `bad-file`. */
export function readEvent(
  line: unknown,
  where: string,
  version: BundleVersion,
  pictureOf: (file: string) => Picture,
): RunEvent {
  const fields = fieldsOf(line, where);
  const jobId = restoredJobId;
  const type = fields.word('type');
  switch (type) {
    case 'started':
      return { type, jobId, title: fields.word('title'), total: fields.count('total') };
    case 'iteration': {
      const terms = fields.object('terms');
      const named = Object.keys(terms.raw).map((name): [string, number] => [name, terms.number(name)]);
      return {
        type,
        jobId,
        iteration: fields.count('iteration'),
        total: fields.count('total'),
        loss: fields.number('loss'),
        terms: Object.fromEntries(named),
        gradientNorm: fields.number('gradientNorm'),
        seconds: fields.number('seconds'),
      };
    }
    case 'picture': {
      const cell = fields.object('cell');
      const column = columnIds.find((id) => id === cell.word('column'));
      if (column === undefined) throw fields.bad('cell.column', 'a column');
      return {
        type,
        jobId,
        cell: { column, row: cell.count('row') },
        seed: fields.count('seed'),
        prompt: fields.word('prompt'),
        iteration: fields.count('iteration'),
        verdict: readVerdict(fields.object('verdict'), version),
        picture: pictureOf(fields.word('file')),
      };
    }
    case 'finished': {
      const outcome = fields.word('outcome');
      if (outcome !== 'done' && outcome !== 'stopped' && outcome !== 'failed')
        throw fields.bad('outcome', 'an outcome');
      return { type, jobId, outcome, seconds: fields.number('seconds'), adapter: null, error: null };
    }
    default:
      throw fields.bad('type', 'started, iteration, picture or finished');
  }
}

interface Fields {
  readonly raw: Readonly<Record<string, unknown>>;
  bad(name: string, expected: string): PalimpsestError;
  number(name: string): number;
  word(name: string): string;
  count(name: string): number;
  object(name: string): Fields;
}

/** Most heads of a verdict. */
const mostHeads = 16;

function readVerdict(fields: Fields, version: BundleVersion): Verdict {
  const conceptScore = fields.raw['conceptScore'] === null ? null : fields.number('conceptScore');
  if (version === 1)
    return verdictOfToday({
      object: fields.word('object'),
      objectProbability: fields.number('objectProbability'),
      style: fields.word('style'),
      styleProbability: fields.number('styleProbability'),
      ...(fields.raw['hazard'] === undefined
        ? {}
        : { hazard: fields.word('hazard'), hazardProbability: fields.number('hazardProbability') }),
      ...(fields.raw['colour'] === undefined
        ? {}
        : { colour: fields.word('colour'), colourProbability: fields.number('colourProbability') }),
      conceptScore,
    });
  const heads = fields.object('heads');
  const names = Object.keys(heads.raw);
  if (names.length > mostHeads) throw fields.bad('heads', `at most ${mostHeads} heads`);
  const choices = names.map((name): [string, HeadChoice] => {
    const head = heads.object(name);
    return [name, { id: head.word('id'), p: head.number('p') }];
  });
  return { heads: Object.fromEntries(choices), conceptScore };
}

function fieldsOf(value: unknown, where: string): Fields {
  if (!isRecord(value)) throw new PalimpsestError('bad-file', `${where}: expected an object, got ${shown(value)}`);
  const raw = value;
  const own = (name: string) => (Object.hasOwn(raw, name) ? raw[name] : undefined);
  const bad = (name: string, expected: string) =>
    new PalimpsestError('bad-file', `${where}: ${name.slice(0, 80)}: expected ${expected}, got ${shown(own(name))}`);
  const number = (name: string): number => {
    const found = own(name);
    if (typeof found !== 'number' || !Number.isFinite(found)) throw bad(name, 'a number');
    return found;
  };
  return {
    raw,
    bad,
    number,
    word(name: string): string {
      const found = own(name);
      if (typeof found !== 'string' || found.length > 1000) throw bad(name, 'a text');
      return found;
    },
    count(name: string): number {
      const found = number(name);
      if (!Number.isSafeInteger(found) || found < 0) throw bad(name, 'a whole number');
      return found;
    },
    object: (name: string): Fields => fieldsOf(own(name), `${where}: ${name}`),
  };
}
