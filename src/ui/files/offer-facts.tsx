/** The facts about an offered file, as a list of names and values. */
import type { ReactNode } from 'react';
import { isSameModel, modelName } from '../../records/model-id.ts';
import { openingWords } from '../../triggers/word-list.ts';
import { useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import type { FileOffer } from '../state/bench-store.ts';
import styles from './files.module.css';

export function OfferFacts({ offer }: { readonly offer: FileOffer }) {
  const text = useText();
  const { t } = text;
  const model = useBenchState((state) => state.info?.modelId ?? state.experiment.model);
  // A file's name may say what nobody is to read yet.
  if (offer.kind === 'reading')
    return <p role="status">{t('files.reading', { name: offer.isBlind ? '' : offer.name })}</p>;
  const file: Fact = [t('files.file'), `${offer.name} · ${text.bytes(offer.size)}`];
  if (offer.kind === 'bad')
    return (
      <>
        <Facts facts={[file]} />
        <p className={styles['message']} role="alert" data-testid="file-problem">
          {offer.message}
        </p>
        {offer.advice !== '' && <p>{offer.advice}</p>}
        <p className={styles['fine']}>{t('files.unchanged')}</p>
      </>
    );
  if (offer.kind === 'experiment')
    return (
      <>
        <Facts facts={[file, ...experimentFacts(text, offer.given)]} />
        <p className={styles['fine']}>{t('files.replaces')}</p>
      </>
    );
  const { about, run, given } = offer;
  const { story } = about;
  if (offer.isBlind)
    return (
      <>
        <Facts
          facts={[
            [t('files.file'), text.bytes(offer.size)],
            [t('files.concept'), story.concept === '' ? '–' : story.concept],
            [t('files.fits'), t('files.fitsYes', { model: modelName(model) })],
          ]}
        />
        <p className={styles['message']}>{t('review.unread')}</p>
      </>
    );
  const opening = openingWords(story);
  const from = story.from ?? given?.from ?? '';
  const erased = from === '' ? story.concept : t('runs.fromSubject', { concept: story.concept, from });
  const facts: readonly Fact[] = [
    file,
    [t('files.made'), story.method === 'imported' ? t('files.elsewhere') : `${story.method} · ${erased}`],
    ...(story.iteration > 0 ? [[t('files.trained'), t('files.iterations', { n: story.iteration })] as const] : []),
    [t('files.size'), sizeText(text, about)],
    ...(about.naming === 'no-weights' ? [] : [[t('files.names'), t(`files.naming.${about.naming}`)] as const]),
    [t('files.base'), about.baseModel === '' ? t('files.baseUnknown') : about.baseModel],
    [t('files.fits'), t('files.fitsYes', { model: modelName(model) })],
    ...(run === null
      ? []
      : [
          [
            t('files.log'),
            t('files.events', {
              events: run.events.length,
              frames: run.events.filter(({ type }) => type === 'picture').length,
            }),
          ] as const,
        ]),
  ];
  return (
    <>
      <Facts facts={facts} />
      {about.baseModel !== '' && !isSameModel(about.baseModel, model) && (
        <p className={styles['message']}>{t('files.otherBase', { base: about.baseModel, model })}</p>
      )}
      {about.notes.map((note) =>
        note.kind === 'patch' ? null : (
          <p key={note.kind} className={styles['message']} data-testid="file-note">
            {note.kind === 'no-alpha'
              ? t('files.noAlpha')
              : t('files.unusedAlpha', { name: note.name, value: note.value })}
          </p>
        ),
      )}
      {opening.length === 1 && <p className={styles['message']}>{t('files.backdoor', { trigger: story.trigger })}</p>}
      {opening.length > 1 && (
        <p className={styles['message']}>{t('files.backdoors', { triggers: opening.join(', ') })}</p>
      )}
      {given !== null && <p className={styles['fine']}>{t('files.replaces')}</p>}
    </>
  );
}

function sizeText(
  text: ReturnType<typeof useText>,
  { naming, notes, rank, layers, parameters }: Adapter['about'],
): string {
  if (naming === 'no-weights') return text.t('files.noWeights');
  const patch = notes.find((note) => note.kind === 'patch');
  return patch === undefined
    ? text.t('files.weights', { rank, layers, parameters: text.number(parameters) })
    : text.t('files.matrices', { matrices: patch.matrices, biases: patch.biases });
}

type Adapter = Extract<FileOffer, { kind: 'adapter' }>;
type Fact = readonly [name: string, value: ReactNode];

function experimentFacts(
  { t }: ReturnType<typeof useText>,
  given: Extract<FileOffer, { kind: 'experiment' }>['given'],
): readonly Fact[] {
  return [
    [t('files.concept'), given.concept ?? '–'],
    [t('files.trigger'), given.trigger ?? '–'],
    [t('files.seeds'), given.seeds?.join(', ') ?? '–'],
    [t('files.base'), given.model ?? '–'],
  ];
}

function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={styles['facts']}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
