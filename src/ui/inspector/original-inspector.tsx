/** The original model: what it is and what its pictures are compared on. */
import { useBenchState } from '../bench-context.ts';
import { parseModelId } from '../../records/model-id.ts';
import { useText } from '../i18n/use-text.ts';
import { ModelButton } from '../model/model-button.tsx';
import type { Domain } from '../../records/catalog.ts';
import styles from './inspector.module.css';

export function OriginalInspector() {
  const text = useText();
  const { t } = text;
  const info = useBenchState((state) => state.info);
  const isOwn = useBenchState((state) => state.folder !== null);
  const catalog = useBenchState((state) => state.catalog);
  const names = (domain: Domain) =>
    (catalog?.concepts ?? []).filter((concept) => concept.domain === domain).map((concept) => concept.label);
  return (
    <>
      <section className={styles['panel']}>
        <p>{t(isOwn ? 'original.own' : 'original.what')}</p>
        <p className={styles['fine']}>{t('grid.sameNoiseHelp')}</p>
      </section>
      <section className={styles['panel']}>
        <dl className={styles['facts']}>
          {info !== null && (
            <>
              <dt>{t('device.model')}</dt>
              <dd>
                {info.modelName} <code>{parseModelId(info.modelId)?.hash}</code>
              </dd>
              <dt>{t(isOwn ? 'original.read' : 'original.download')}</dt>
              <dd>{text.bytes(info.downloadBytes)}</dd>
              <dt>{t('device.pictures')}</dt>
              <dd>{t('device.size', { n: info.imageSize })}</dd>
            </>
          )}
          <dt>{t('concept.object')}</dt>
          <dd lang="en">{names('object').join(', ')}</dd>
          <dt>{t('concept.style')}</dt>
          <dd lang="en">{names('style').join(', ')}</dd>
          {names('hazard').length > 0 && (
            <>
              <dt>{t('concept.hazard')}</dt>
              <dd lang="en">{names('hazard').join(', ')}</dd>
            </>
          )}
        </dl>
        <ModelButton testId="inspector-model" />
      </section>
    </>
  );
}
