/** A link of another model than the open one: it says so, and the person decides. */
import { modelName, parseModelId } from '../../records/model-id.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import faults from '../faults/faults.module.css';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon } from '../parts/marks.tsx';
import { changeModel } from '../state/engine-life.ts';
import { applyToOpenModel } from '../state/experiment-actions.ts';
import { openModel, servedFolder } from '../state/open-model.ts';
import { FolderButton } from './folder-button.tsx';
import { useChangeReasons } from './model-dialog.tsx';

export function OtherModelCard() {
  const { t } = useText();
  const bench = useBench();
  const other = useBenchState((state) => state.otherModel);
  const model = useBenchState((state) => modelName(openModel(state)));
  const served = useBenchState((state) => state.served);
  const isOwn = useBenchState((state) => state.folder !== null);
  const isReady = useBenchState((state) => state.engine.kind === 'ready');
  const reasons = useChangeReasons();
  if (other === null) return null;
  const name = modelName(other.id);
  const hash = parseModelId(other.id)?.hash ?? null;
  const isServed = isOwn && servedFolder(other.id) === served;
  return (
    <section className={faults['card']} data-kind="offer" data-testid="other-model" role="alert">
      <h2>
        <Icon name="warning" />
        {t('other.title')}
      </h2>
      <p>{hash === null ? t('other.bodyNamed', { name, model }) : t('other.body', { name, hash, model })}</p>
      <div className={faults['actions']}>
        {isServed ? (
          <Button look="primary" reasons={reasons} onClick={() => void changeModel(bench, bench.address, null)}>
            {t('other.back', { name })}
          </Button>
        ) : (
          <FolderButton look="primary" data-testid="other-folder" reasons={reasons}>
            {t('other.choose')}
          </FolderButton>
        )}
        <Button
          data-testid="other-apply"
          reasons={isReady ? [] : [t('model.starting')]}
          onClick={() => applyToOpenModel(bench)}
        >
          {t('other.apply', { model })}
        </Button>
        <Button data-testid="other-dismiss" onClick={() => bench.store.setState({ otherModel: null })}>
          {t('other.dismiss')}
        </Button>
      </div>
    </section>
  );
}
