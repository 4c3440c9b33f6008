/** Which device computes, and why that one. */
import { Popover } from '@base-ui/react/popover';
import { useState } from 'react';
import { useBenchState } from '../bench-context.ts';
import popup from '../fields/popup.module.css';
import { useText } from '../i18n/use-text.ts';
import { ModelButton } from '../model/model-button.tsx';
import styles from './header.module.css';

export function DeviceBadge() {
  const text = useText();
  const { t } = text;
  const engine = useBenchState((state) => state.engine);
  const info = useBenchState((state) => state.info);
  const [isOpen, setOpen] = useState(false);
  const isReview = useBenchState((state) => state.review !== null);
  const isReady = engine.kind === 'ready' && info !== null;
  const label = () => {
    if (engine.kind === 'dead') return t('device.stopped');
    if (!isReady) {
      if (engine.kind === 'opening') return t('device.opening');
      if (engine.kind !== 'downloading' || engine.total === 0) return t('device.starting');
      return t('device.loading', { percent: Math.floor((100 * engine.loaded) / engine.total) });
    }
    if (info.backend === 'webgpu') return t('device.webgpu');
    return info.device.threads === 1 ? t('device.wasmOne') : t('device.wasm', { n: info.device.threads });
  };
  return (
    <Popover.Root open={isOpen} onOpenChange={setOpen}>
      <Popover.Trigger
        className={styles['badge'] ?? ''}
        data-testid="device-badge"
        data-backend={info?.backend ?? ''}
        data-state={engine.kind}
        aria-label={t('device.label', { device: label() })}
      >
        <span className={styles['dot']} />
        {label()}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Positioner sideOffset={6} align="end" className={popup['above'] ?? ''}>
          <Popover.Popup className={styles['why'] ?? ''}>
            <Popover.Title className={styles['whyTitle'] ?? ''}>{label()}</Popover.Title>
            {info === null ? (
              <p>{t('device.notYet')}</p>
            ) : (
              <>
                <p>{t(`device.why.${info.device.reason}`)}</p>
                <dl>
                  {info.device.adapter !== null && (
                    <>
                      <dt>{t('device.adapter')}</dt>
                      <dd>{info.device.adapter}</dd>
                    </>
                  )}
                  <dt>{t('device.model')}</dt>
                  <dd>
                    {info.modelName} · {text.bytes(info.downloadBytes)}
                  </dd>
                  <dt>{t('device.pictures')}</dt>
                  <dd>{t('device.size', { n: info.imageSize })}</dd>
                </dl>
                <p>{t('device.private')}</p>
                {!isReview && <ModelButton testId="badge-model" onPress={() => setOpen(false)} />}
              </>
            )}
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
