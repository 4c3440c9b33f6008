/** What a brought file is, for which model, how big, and whether it fits; nothing is loaded before the yes. */
import { Dialog } from '@base-ui/react/dialog';
import { useState } from 'react';
import type { TrainedColumn } from '../../records/experiment.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import type { FileOffer } from '../state/bench-store.ts';
import { acceptOffer, columnsFor, declineOffer } from '../state/file-offer.ts';
import styles from './files.module.css';
import { OfferFacts } from './offer-facts.tsx';

export function OfferDialog() {
  const bench = useBench();
  const offer = useBenchState((state) => state.offer);
  return (
    <Dialog.Root open={offer !== null} onOpenChange={(open) => (open ? undefined : declineOffer(bench))}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles['backdrop'] ?? ''} />
        <Dialog.Popup className={styles['popup'] ?? ''} data-testid="file-offer" data-kind={offer?.kind}>
          {offer !== null && <Offer key={offer.id} offer={offer} />}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Offer({ offer }: { readonly offer: FileOffer }) {
  const { t } = useText();
  const bench = useBench();
  const columns = offer.kind === 'adapter' ? columnsFor(offer.about, offer.run) : [];
  const [chosen, setChosen] = useState<TrainedColumn | null>(null);
  const column = chosen ?? columns[0] ?? 'erased';
  const title = titleOf(offer);
  const isBlind = offer.isBlind && offer.kind === 'adapter';
  const takes = offer.kind === 'adapter' || offer.kind === 'experiment';
  return (
    <>
      <div className={styles['head']}>
        <Dialog.Title className={styles['title'] ?? ''}>
          {offer.kind === 'bad' && <Icon name="warning" />}
          {t(`files.title.${title}`)}
        </Dialog.Title>
        <Dialog.Close render={<Button look="icon" aria-label={t('close')} />}>
          <Icon name="close" />
        </Dialog.Close>
      </div>
      <OfferFacts offer={offer} />
      {columns.length > 1 && !isBlind && (
        <fieldset className={styles['columns']}>
          <legend>{t('files.into')}</legend>
          {columns.map((candidate) => (
            <label key={candidate}>
              <input
                type="radio"
                name="offer-column"
                value={candidate}
                checked={candidate === column}
                onChange={() => setChosen(candidate)}
              />
              {t(`column.${candidate}`)}
            </label>
          ))}
        </fieldset>
      )}
      <div className={styles['actions']}>
        {takes && (
          <Button look="primary" data-testid="file-accept" onClick={() => void acceptOffer(bench, column)}>
            {offer.kind === 'experiment'
              ? t('files.open')
              : isBlind
                ? t('review.judge')
                : t('files.load', { column: t(`column.${column}`) })}
          </Button>
        )}
        <Button data-testid="file-decline" onClick={() => declineOffer(bench)}>
          {t(takes ? 'files.decline' : 'close')}
        </Button>
      </div>
    </>
  );
}

function titleOf(offer: FileOffer) {
  if (offer.kind !== 'adapter') return offer.kind;
  if (offer.run !== null) return 'run';
  return offer.about.notes.some(({ kind }) => kind === 'patch') ? 'patch' : 'adapter';
}
