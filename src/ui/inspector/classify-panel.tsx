/** The diffusion classifier on one picture: which sentence makes its noise easiest to predict, asked of a named model. */
import { useState } from 'react';
import type { SeedPicture } from '../state/cells.ts';
import { strengthOf } from '../../records/experiment.ts';
import type { ClassifyResult } from '../../rpc/engine-service.ts';
import { useBench, useBenchState } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import { Button } from '../parts/button.tsx';
import { beside } from '../state/asides.ts';
import { report } from '../state/bench.ts';
import { firstSentencesFor } from '../state/sentences.ts';
import { ClassifyResultView } from './classify-result.tsx';
import own from './classify.module.css';
import styles from './inspector.module.css';
import { SentenceList } from './sentence-list.tsx';

type Judge = 'original' | 'erased' | 'backdoored';

const drawChoices = [16, 32, 64, 128] as const;

/** Mounted anew for every picture, so that no answer outlives its question. */
export function ClassifyPanel({ seen }: { readonly seen: SeedPicture }) {
  const { t } = useText();
  const bench = useBench();
  const isReady = useBenchState((state) => state.engine.kind === 'ready');
  const adapters = useBenchState((state) => state.adapters);
  const suggested = useBenchState((state) => firstSentencesFor(state.catalog, state.experiment.concept, seen.verdict));
  const [edited, setEdited] = useState<readonly string[] | null>(null);
  const [judge, setJudge] = useState<Judge>('original');
  const [draws, setDraws] = useState<number>(32);
  const [isBusy, setBusy] = useState(false);
  const [answer, setAnswer] = useState<{ readonly result: ClassifyResult; readonly judge: Judge } | null>(null);
  const sentences = edited ?? suggested;
  const prompts = [...new Set(sentences.map((sentence) => sentence.trim()))];
  const adapter = judge === 'original' ? null : adapters[judge];
  const reasons = [
    ...(isReady ? [] : [t('unfinished.waiting')]),
    ...(prompts.length < 2 ? [t('classify.needsTwo')] : []),
    ...(isBusy ? [t('classify.busy')] : []),
  ];
  const ask = async () => {
    setBusy(true);
    try {
      const { picture } = seen;
      const asked = {
        picture: { ...picture, pixels: picture.pixels.slice() },
        prompts,
        adapterId: adapter?.summary.id ?? null,
        adapterStrength: judge === 'original' ? 1 : strengthOf(bench.store.getState().experiment, judge),
        draws,
        seed: 0,
      };
      const result = await beside(bench, 'classify', () => bench.connection.engine.classify(asked));
      setAnswer({ result, judge });
    } catch (thrown) {
      report(bench, thrown, 'job');
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className={styles['panel']} aria-label={t('classify.title')} data-testid="classify">
      <h3>{t('classify.title')}</h3>
      <SentenceList sentences={sentences} onChange={setEdited} />
      <div className={own['settings']}>
        <label className={styles['check']}>
          {t('classify.judge')}
          <select
            value={judge}
            data-testid="classify-judge"
            onChange={({ target }) =>
              setJudge(target.value === 'erased' || target.value === 'backdoored' ? target.value : 'original')
            }
          >
            {(['original', 'erased', 'backdoored'] as const)
              .filter((name) => name === 'original' || adapters[name] !== null)
              .map((name) => (
                <option key={name} value={name}>
                  {t(`column.${name}`)}
                </option>
              ))}
          </select>
        </label>
        <label className={styles['check']}>
          {t('classify.draws')}
          <select value={draws} onChange={({ target }) => setDraws(Number(target.value))}>
            {drawChoices.map((n) => (
              <option key={n}>{n}</option>
            ))}
          </select>
        </label>
        <Button reasons={reasons} data-testid="classify-ask" onClick={() => void ask()}>
          {t(isBusy ? 'classify.asking' : 'classify.ask')}
        </Button>
      </div>
      {judge !== 'original' && <p className={styles['fine']}>{t('classify.circular')}</p>}
      {answer !== null && <ClassifyResultView result={answer.result} judge={t(`column.${answer.judge}`)} />}
    </section>
  );
}
