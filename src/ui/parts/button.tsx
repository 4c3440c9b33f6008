/** One button for the whole page. With `reasons` it stays focusable, says why it cannot start, and does nothing. */
import { Tooltip } from '@base-ui/react/tooltip';
import type { ComponentProps } from 'react';
import styles from './button.module.css';

interface ButtonProps extends Omit<ComponentProps<'button'>, 'className'> {
  readonly look?: 'primary' | 'plain' | 'quiet' | 'icon';
  /** Why it cannot be used now; empty or absent when it can. */
  readonly reasons?: readonly string[];
  /** Said on hover and focus when there are no reasons. */
  readonly hint?: string;
  readonly wakes?: boolean;
}

export function Button({ look = 'plain', reasons = [], hint, wakes = false, onClick, children, ...rest }: ButtonProps) {
  const isBlocked = reasons.length > 0;
  const button = (
    <button
      type="button"
      {...rest}
      className={styles['button']}
      data-look={look}
      data-wakes={wakes || undefined}
      aria-disabled={isBlocked || rest['aria-disabled']}
      onClick={isBlocked ? undefined : onClick}
    >
      {children}
    </button>
  );
  if (!isBlocked && hint === undefined) return button;
  return (
    <Tooltip.Root>
      <Tooltip.Trigger delay={250} closeOnClick={false} render={button} />
      <Tooltip.Portal>
        <Tooltip.Positioner sideOffset={6} className={styles['above'] ?? ''}>
          <Tooltip.Popup className={styles['tooltip'] ?? ''}>
            {isBlocked ? reasons.map((reason) => <p key={reason}>{reason}</p>) : hint}
          </Tooltip.Popup>
        </Tooltip.Positioner>
      </Tooltip.Portal>
    </Tooltip.Root>
  );
}
