/** The five column marks, drawn so that shape alone tells them apart, and the page's few icons. */
import type { ColumnId } from '../../records/experiment.ts';
import styles from './marks.module.css';

const shapes: Readonly<Record<ColumnId, React.ReactNode>> = {
  original: <circle cx="8" cy="8" r="5" fill="currentColor" />,
  erased: <circle cx="8" cy="8" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.75" />,
  backdoored: (
    <>
      <circle cx="8" cy="8" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.75" />
      <path d="M8 3.5a4.5 4.5 0 0 0 0 9z" fill="currentColor" />
    </>
  ),
  triggered: <path d="m8 2 6 6-6 6-6-6z" fill="currentColor" />,
  attacked: <path d="m8 2.5 6 11H2z" fill="currentColor" />,
};

export function Mark({ column }: { readonly column: ColumnId }) {
  return (
    <svg className={styles['mark']} data-column={column} viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
      {shapes[column]}
    </svg>
  );
}

const icons = {
  play: <path d="M5 3.5v9l7-4.5z" fill="currentColor" stroke="none" />,
  pause: <path d="M5.5 4v8M10.5 4v8" />,
  step: <path d="M4 4v8l5.5-4zM12 4v8" />,
  stop: <rect x="4.5" y="4.5" width="7" height="7" rx="1" />,
  enlarge: <path d="M9.5 3H13v3.5M13 3 9 7M6.5 13H3V9.5M3 13l4-4" />,
  close: <path d="m4 4 8 8m0-8-8 8" />,
  plus: <path d="M8 3.5v9M3.5 8h9" />,
  redraw: <path d="M12.5 8A4.5 4.5 0 1 1 11 4.6M11.2 2v2.8H8.4" />,
  download: <path d="M8 2.5v7M5 7l3 3 3-3M3.5 13h9" />,
  link: <path d="M6.8 9.2 9.2 6.8M7.5 4.8l1-1a2.6 2.6 0 0 1 3.7 3.7l-1 1M8.5 11.2l-1 1a2.6 2.6 0 0 1-3.7-3.7l1-1" />,
  sun: (
    <>
      <circle cx="8" cy="8" r="2.8" />
      <path d="M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9" />
    </>
  ),
  moon: <path d="M13 9.5A5.5 5.5 0 1 1 6.5 3a4.5 4.5 0 0 0 6.5 6.5z" />,
  half: (
    <>
      <circle cx="8" cy="8" r="5" />
      <path d="M8 3a5 5 0 0 1 0 10z" fill="currentColor" stroke="none" />
    </>
  ),
  more: <path d="M3.5 8h.01M8 8h.01M12.5 8h.01" strokeWidth="2.2" />,
  table: <path d="M2.5 3.5h11v9h-11zM2.5 6.5h11M2.5 9.5h11M6.5 3.5v9" />,
  info: (
    <>
      <circle cx="8" cy="8" r="5.5" />
      <path d="M8 7.3v3.4M8 5.2h.01" />
    </>
  ),
  warning: <path d="M8 2.8 14 13H2zM8 6.5v3M8 11.2h.01" />,
  edit: <path d="m3.5 12.5.7-2.7 6.3-6.3 2 2-6.3 6.3z" />,
  star: <path d="m8 2.2 1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4L2.2 6.5l4-.6z" />,
  starred: <path d="m8 2.2 1.8 3.7 4 .6-2.9 2.8.7 4L8 11.4l-3.6 1.9.7-4L2.2 6.5l4-.6z" fill="currentColor" />,
  bin: <path d="M3 4.5h10M6 4.5V3h4v1.5M4.3 4.5l.6 8.5h6.2l.6-8.5M6.8 7v3.5M9.2 7v3.5" />,
  keyboard: (
    <>
      <rect x="2" y="4.5" width="12" height="7.5" rx="1.5" />
      <path d="M4.5 7h.01M7 7h.01M9.5 7h.01M12 7h.01M5.5 9.7h5" />
    </>
  ),
} as const;

export type IconName = keyof typeof icons;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg
      className={styles['icon']}
      viewBox="0 0 16 16"
      width="16"
      height="16"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.5"
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      {icons[name]}
    </svg>
  );
}
