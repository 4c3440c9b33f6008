/** The panel beside the grid; on narrower screens a sheet over it, on phones from the bottom. */
import { Dialog } from '@base-ui/react/dialog';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { Icon, Mark } from '../parts/marks.tsx';
import { useMedia, wideQuery } from '../parts/use-media.ts';
import { benchHash } from '../state/experiment-actions.ts';
import type { Inspector } from '../state/bench-store.ts';
import { closeSheet } from '../state/view-actions.ts';
import { AttackInspector } from './attack/attack-inspector.tsx';
import { CellInspector } from './cell-inspector.tsx';
import styles from './inspector.module.css';
import { OriginalInspector } from './original-inspector.tsx';
import { TrainingInspector } from './training-inspector.tsx';
import { TriggerInspector } from './trigger-inspector.tsx';

const atFirst: Inspector = { kind: 'column', column: 'erased' };

export function InspectorPanel() {
  const { t } = useText();
  const bench = useBench();
  const isWide = useMedia(wideQuery);
  const inspector = useBenchState((state) => state.inspector) ?? atFirst;
  const isSheetOpen = useBenchState((state) => state.isSheetOpen);
  const title =
    inspector.kind === 'cell'
      ? t('picture.title', { seed: inspector.seed, column: t(`column.${inspector.column}`) })
      : t(`column.${inspector.column}`);
  if (isWide) {
    return (
      <aside className={styles['aside']} aria-label={t('inspector.label')} data-testid="inspector">
        <h2 className={styles['title']}>
          <Mark column={inspector.column} />
          {title}
          <EnlargeLink inspector={inspector} />
        </h2>
        <Content inspector={inspector} />
      </aside>
    );
  }
  return (
    <Dialog.Root open={isSheetOpen} onOpenChange={(isOpen) => (isOpen ? undefined : closeSheet(bench))}>
      <Dialog.Portal>
        <Dialog.Backdrop className={styles['backdrop'] ?? ''} />
        <Dialog.Popup className={styles['sheet'] ?? ''} data-testid="inspector">
          <div className={styles['sheetHead']}>
            <Dialog.Title className={styles['title'] ?? ''}>
              <Mark column={inspector.column} />
              {title}
            </Dialog.Title>
            <EnlargeLink inspector={inspector} />
            <Dialog.Close render={<Button look="icon" aria-label={t('close')} />}>
              <Icon name="close" />
            </Dialog.Close>
          </div>
          <Content inspector={inspector} />
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** The search has a view of its own; the other inspectors do not. */
function EnlargeLink({ inspector }: { readonly inspector: Inspector }) {
  const { t } = useText();
  const href = useBenchState((state) => benchHash(state, 'attack'));
  if (inspector.kind !== 'column' || inspector.column !== 'attacked') return null;
  return (
    <a className={styles['enlarge']} href={href} data-testid="open-large">
      <Icon name="enlarge" />
      {t('attack.large')}
    </a>
  );
}

function Content({ inspector }: { readonly inspector: Inspector }) {
  if (inspector.kind === 'cell') return <CellInspector inspector={inspector} />;
  switch (inspector.column) {
    case 'original':
      return <OriginalInspector />;
    case 'attacked':
      return <AttackInspector />;
    case 'triggered':
      return <TriggerInspector />;
    case 'erased':
    case 'backdoored':
      return <TrainingInspector key={inspector.column} column={inspector.column} />;
  }
}
