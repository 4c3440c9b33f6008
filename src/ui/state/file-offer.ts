/** A file somebody brought: first looked at, then offered, and only on a yes taken. A bad file changes nothing. */
import { PalimpsestError, toPalimpsestError } from '../../core/errors.ts';
import { readLink, readSettingsObject } from '../../files/experiment-file.ts';
import { readSettings } from '../../files/png-metadata.ts';
import { readRunBundle, type RunBundle } from '../../files/run-bundle.ts';
import { checkSize, kindOf } from '../../files/sniff.ts';
import type { TrainedColumn } from '../../records/experiment.ts';
import { foldRun } from '../../records/fold-run.ts';
import type { GivenExperiment } from '../../records/url.ts';
import type { AdapterInspection } from '../../rpc/engine-service.ts';
import type { Bench } from './bench.ts';
import type { FileOffer } from './bench-store.ts';
import { defaultModel } from './default-experiment.ts';
import { setExperiment } from './experiment-actions.ts';
import { isOpenModel, modelField, openModel } from './open-model.ts';
import { takeFile } from './imported.ts';
import { openReview } from './reviewing.ts';

let offers = 0;

/** Looks at the file and says what it is; the bench stays as it is but for what is said. */
export async function offerFile(
  bench: Bench,
  file: File,
  /** A review in progress stays blind, whatever is dropped on it. */
  isBlind = bench.store.getState().review?.isBlind ?? false,
): Promise<void> {
  offers += 1;
  const id = offers;
  const common = { id, name: file.name, size: file.size, isBlind };
  const say = (offer: FileOffer) => {
    if (id === offers) bench.store.setState({ offer });
  };
  say({ kind: 'reading', ...common });
  try {
    checkSize(file.size, 'file');
    const found = await look(bench, new Uint8Array(await file.arrayBuffer()));
    if (isBlind && found.kind === 'experiment')
      throw new PalimpsestError('bad-file', 'file: expected weights to review, got a picture with an experiment', {
        advice: 'Choose a LoRA adapter or a run.',
      });
    say({ ...found, ...common });
  } catch (thrown) {
    const { message, advice } = toPalimpsestError(thrown, 'bad-file');
    say({ kind: 'bad', ...common, message, advice });
  }
}

type Found =
  | Pick<Extract<FileOffer, { kind: 'adapter' }>, 'kind' | 'bytes' | 'about' | 'given' | 'run' | 'view'>
  | Pick<Extract<FileOffer, { kind: 'experiment' }>, 'kind' | 'given'>;

async function look(bench: Bench, bytes: Uint8Array<ArrayBuffer>): Promise<Found> {
  const kind = kindOf(bytes, 'file');
  const { catalog, engine } = bench.store.getState();
  if (catalog === null || engine.kind !== 'ready')
    throw new PalimpsestError('bad-argument', 'file: expected a model to check it against, got one still loading', {
      advice: 'Drop it again when the model is ready.',
    });
  const methods = [...catalog.methods, ...catalog.attacks];
  if (kind === 'picture')
    return { kind: 'experiment', given: forThisModel(bench, readSettingsObject(readSettings(bytes), methods, 'PNG')) };
  if (kind === 'run') {
    const run = readRunBundle(bytes, 'run bundle');
    const about = await inspect(bench, run.adapter);
    const given = forThisModel(bench, readLink(run.link, methods, 'run bundle'));
    // Folded here: what cannot be shown is found before anything is taken.
    return { kind: 'adapter', bytes: run.adapter, about, given, run, view: foldRun(run.events) };
  }
  const about = await inspect(bench, bytes);
  const given = about.link === '' ? null : forThisModel(bench, readLink(about.link, methods, 'LoRA file'));
  return { kind: 'adapter', bytes, about, given, run: null, view: null };
}

/** The page keeps its own copy: the wire may transfer the one it is given. */
function inspect(bench: Bench, bytes: Uint8Array<ArrayBuffer>): Promise<AdapterInspection> {
  return bench.connection.engine.inspectAdapter(bytes.slice());
}

function forThisModel(bench: Bench, given: GivenExperiment): GivenExperiment {
  const state = bench.store.getState();
  const isUnsaid = given.model === undefined && state.folder === null;
  const model = given.model ?? defaultModel;
  if (!isUnsaid && !isOpenModel(state, model))
    throw new PalimpsestError(
      'bad-file',
      `file: expected an experiment with the model ${openModel(state)}, got ${model}`,
      {
        advice: 'Open that model first.',
      },
    );
  return { ...given, ...modelField(state) };
}

/** Columns an offered adapter may go into; one with a trigger is never shown as merely erased. */
export function columnsFor(about: AdapterInspection, run: RunBundle | null): readonly TrainedColumn[] {
  if (about.story.trigger !== '') return ['backdoored'];
  return run === null ? ['erased', 'backdoored'] : [run.column];
}

export async function acceptOffer(bench: Bench, column: TrainedColumn): Promise<void> {
  const { offer, review } = bench.store.getState();
  bench.store.setState({ offer: null });
  if (offer?.isBlind === true && offer.kind === 'adapter') {
    // Before the words come: from here on the page hides them.
    openReview(bench);
    const isTaken = await takeFile(bench, offer, 'backdoored');
    if (!isTaken) bench.store.setState({ review });
    return;
  }
  if (offer?.kind === 'experiment') setExperiment(bench, offer.given);
  if (offer?.kind !== 'adapter') return;
  await takeFile(bench, offer, column);
}

export function declineOffer(bench: Bench): void {
  offers += 1; // an answer under way is no longer wanted
  bench.store.setState({ offer: null });
}
