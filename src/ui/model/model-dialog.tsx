/** Which model is open, and how another one is opened in its place: a folder from this device. */
import { Dialog } from '@base-ui/react/dialog';
import { modelName, parseModelId } from '../../records/model-id.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import files from '../files/files.module.css';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { changeModel } from '../state/engine-life.ts';
import { showModelDialog } from '../state/view-actions.ts';
import { holdsModel } from '../state/work.ts';
import { FolderButton } from './folder-button.tsx';
import styles from './model.module.css';

export function ModelDialog() {
  const bench = useBench();
  const { t } = useText();
  const isOpen = useBenchState((state) => state.modelDialog.isOpen);
  return (
    <Dialog.Root open={isOpen} onOpenChange={(open) => showModelDialog(bench, open)}>
      <Dialog.Portal>
        <Dialog.Backdrop className={files['backdrop'] ?? ''} />
        <Dialog.Popup className={files['popup'] ?? ''} data-testid="model-dialog">
          <div className={files['head']}>
            <Dialog.Title className={files['title'] ?? ''}>{t('model.title')}</Dialog.Title>
            <Dialog.Close render={<Button look="icon" aria-label={t('close')} />}>
              <Icon name="close" />
            </Dialog.Close>
          </div>
          <OpenNow />
          <Problem />
          <Progress />
          <Choice />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The open model by name, hash and size. */
function OpenNow() {
  const text = useText();
  const { t } = text;
  const info = useBenchState((state) => state.info);
  const isOwn = useBenchState((state) => state.folder !== null);
  if (info === null) return null;
  return (
    <dl className={files['facts']}>
      <div>
        <dt>{t('model.open')}</dt>
        <dd data-testid="open-model">
          {info.modelName} · {t(isOwn ? 'model.folder' : 'model.served')} · {text.bytes(info.downloadBytes)}
        </dd>
      </div>
      <div>
        <dt>{t('model.weights')}</dt>
        <dd>
          <code data-testid="model-hash">{parseModelId(info.modelId)?.hash}</code>
          <p className={files['fine']}>{t('model.weightsHelp')}</p>
        </dd>
      </div>
      <div>
        <dt>{t('device.pictures')}</dt>
        <dd>{t('device.size', { n: info.imageSize })}</dd>
      </div>
    </dl>
  );
}

/** Why a folder could not be opened, by the file that is missing or broken. */
function Problem() {
  const { t } = useText();
  const problem = useBenchState((state) => state.modelDialog.problem);
  if (problem === null) return null;
  return (
    <section role="alert" data-testid="model-problem" className={styles['problem']}>
      <h3>
        <Icon name="warning" />
        {problem.name === '' ? t('model.failedUnnamed') : t('model.failed', { name: problem.name })}
      </h3>
      <p className={files['message']} lang="en">
        {problem.message}
      </p>
      {problem.advice !== '' && <p lang="en">{problem.advice}</p>}
      <p className={files['fine']}>{t('model.unchanged')}</p>
    </section>
  );
}

function Progress() {
  const text = useText();
  const { t } = text;
  const engine = useBenchState((state) => state.engine);
  const name = useBenchState((state) => state.folder?.name ?? state.served);
  if (engine.kind === 'downloading') {
    const { loaded, total } = engine;
    if (total === 0) return <p role="status">{t('model.looking', { name })}</p>;
    return (
      <p role="status" className={styles['progress']}>
        {t('model.reading', { name })}
        <progress value={loaded} max={total} aria-label={t('model.reading', { name })} />
        {t('job.bytes', { loaded: text.bytes(loaded), total: text.bytes(total) })}
      </p>
    );
  }
  return engine.kind === 'opening' ? <p role="status">{t(`opening.${engine.step}`)}</p> : null;
}

function Choice() {
  const { t } = useText();
  const bench = useBench();
  const served = useBenchState((state) => state.served);
  const isOwn = useBenchState((state) => state.folder !== null);
  const reasons = useChangeReasons();
  return (
    <>
      <p>{t('model.what')}</p>
      <p className={styles['private']}>
        <strong>{t('model.private')}</strong> {t('model.size')}
      </p>
      <p className={files['fine']}>{t('model.clears')}</p>
      <div className={files['actions']}>
        <FolderButton look="primary" data-testid="choose-folder" reasons={reasons}>
          {t('model.choose')}
        </FolderButton>
        {isOwn && (
          <Button
            data-testid="served-model"
            reasons={reasons}
            onClick={() => void changeModel(bench, bench.address, null)}
          >
            {t('model.back', { name: modelName(served) })}
          </Button>
        )}
        <span className={files['fine']}>{t('model.drop')}</span>
      </div>
    </>
  );
}

/** Why the model cannot be changed now. */
export function useChangeReasons(): readonly string[] {
  const { t } = useText();
  return useBenchState((state) => {
    if (state.engine.kind !== 'ready' && state.engine.kind !== 'dead') return [t('model.starting')];
    return holdsModel(state) ? [t('model.busy')] : [];
  });
}
