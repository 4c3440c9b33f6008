/** A value that explains itself on hover and focus. What it says stands somewhere else, too: fingers neither hover nor focus. */
import { Tooltip } from '@base-ui/react/tooltip';
import type { ReactNode } from 'react';
import tooltip from './button.module.css';
import styles from './hint.module.css';

export function Hint({ says, children }: { readonly says: string; readonly children: ReactNode }) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger delay={250} closeOnClick={false} render={<button type="button" className={styles['value']} />}>
        {children}
      </Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className={tooltip['above'] ?? ''}>
          <Tooltip.Popup className={tooltip['tooltip'] ?? ''}>{says}</Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
