/** The experiment inside a file: its link. Reading goes through the link's own checks, and nothing is left out silently. */
import { PalimpsestError } from '../core/errors.ts';
import { isRecord, shown } from '../core/json.ts';
import type { MethodDescriptor } from '../records/catalog.ts';
import type { Experiment } from '../records/experiment.ts';
import { decodeExperiment, encodeExperiment, type GivenExperiment } from '../records/url.ts';

const linkStart = '#/bench';

/** Every setting, defaults too: a file outlives them. */
export function fullLink(experiment: Experiment): string {
  return `${linkStart}?${encodeExperiment(experiment)}`;
}

/** Throws `bad-file` for a link with parts this page cannot use. */
export function readLink(link: unknown, methods: readonly MethodDescriptor[], where: string): GivenExperiment {
  const advice = 'It was made by another version of this page.';
  if (typeof link !== 'string' || !link.startsWith(linkStart) || link.length > 8000)
    throw new PalimpsestError('bad-file', `${where}: expected a link to the bench, got ${shown(link)}`, { advice });
  const { given, problems } = decodeExperiment(link.slice(linkStart.length).replace(/^\?/, ''), methods);
  const [first] = problems;
  if (first !== undefined)
    throw new PalimpsestError(
      'bad-file',
      `${where}: expected settings this page has, got ${problems.length} others, first ${shown(`${first.field}=${first.value}`)} (${first.problem.en})`,
      { advice },
    );
  return given;
}

/** The experiment of a PNG made here. Throws `bad-file` for a PNG from elsewhere. */
export function readSettingsObject(
  settings: unknown,
  methods: readonly MethodDescriptor[],
  where: string,
): GivenExperiment {
  if (!isRecord(settings) || !Object.hasOwn(settings, 'link'))
    throw new PalimpsestError('bad-file', `${where}: expected a picture saved by this page, got one without settings`, {
      advice: 'Only pictures saved here carry an experiment.',
    });
  return readLink(settings['link'], methods, where);
}
