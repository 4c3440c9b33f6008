/** Copies the tables as shown; where the browser does not let the page copy, the text stands there to be copied by hand. */
import { useState } from 'react';
import type { EvaluateRequest, MeasuringProtocol } from '../../records/evaluation.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { copyFormats, copyText } from './copy.ts';
import type { CopyFormat } from './copy.ts';
import type { CopyTables } from './copy-context.ts';
import styles from './metrics.module.css';

const formatNames: Readonly<Record<CopyFormat, string>> = { markdown: 'Markdown', latex: 'LaTeX', csv: 'CSV' };

interface CopyButtonsProps {
  readonly tables: CopyTables;
  readonly request: EvaluateRequest;
  readonly protocol: MeasuringProtocol;
  /** The id of the model measured. */
  readonly model: string;
}

export function CopyButtons({ tables, request, protocol, model }: CopyButtonsProps) {
  const { t, local } = useText();
  const [copied, setCopied] = useState<'no' | 'yes' | { readonly byHand: string }>('no');
  const copy = async (format: CopyFormat) => {
    const text = copyText(format, tables, {
      request,
      protocol,
      modelName: model,
      nameOf: (column) => t(`column.${column}`),
      local,
      staleMark: t('metrics.stale'),
      divergedMark: t('metrics.diverged'),
    });
    try {
      await navigator.clipboard.writeText(text);
      setCopied('yes');
    } catch {
      setCopied({ byHand: text });
    }
  };
  return (
    <div className={styles['copy']}>
      <span className={styles['fine']}>{t('metrics.copy')}</span>
      {copyFormats.map((format) => (
        <Button key={format} data-testid={`copy-${format}`} onClick={() => void copy(format)}>
          {formatNames[format]}
        </Button>
      ))}
      <span className={styles['fine']} role="status">
        {copied === 'yes' ? t('metrics.copied') : copied === 'no' ? '' : t('metrics.byHand')}
      </span>
      {typeof copied === 'object' && (
        <textarea
          className={styles['byHand']}
          readOnly
          rows={6}
          aria-label={t('metrics.byHand')}
          value={copied.byHand}
        />
      )}
    </div>
  );
}
