/** The page: header; bench, a search in full size, sweep, runs or article; job bar. */
import { Tooltip } from '@base-ui/react/tooltip';
import { useCallback, useEffect, useState } from 'react';
import styles from './app.module.css';
import { useBench, useBenchState } from './bench-context.ts';
import { Faults, LinkProblems } from './faults/faults.tsx';
import { giveBackOnEscape } from './fields/escape.ts';
import { FileDrop } from './files/file-drop.tsx';
import { Grid } from './grid/grid.tsx';
import { Header } from './header/header.tsx';
import { useText } from './i18n/use-text.ts';
import { AttackView } from './inspector/attack/attack-view.tsx';
import { InspectorPanel } from './inspector/inspector.tsx';
import { JobBar } from './job-bar/job-bar.tsx';
import { Learn } from './learn/learn.tsx';
import { LiveRegion } from './live-region.tsx';
import { ModelDialog } from './model/model-dialog.tsx';
import { MetricsSheet } from './metrics/metrics-sheet.tsx';
import { ReviewPage } from './review/review-page.tsx';
import { placeOf, useRoute, type Route } from './route.ts';
import { RunsPage } from './runs/runs-page.tsx';
import { Sentence } from './sentence/sentence.tsx';
import { ShortcutsDialog, useShortcuts } from './shortcuts/shortcuts.tsx';
import { modelName } from '../records/model-id.ts';
import { applyLink, benchHash } from './state/experiment-actions.ts';
import { pageTitle } from './state/progress.ts';
import { Caption } from './story/caption.tsx';
import { Sweep } from './sweep/sweep.tsx';

export function App() {
  const { t } = useText();
  const bench = useBench();
  const route = useRoute();
  const engine = useBenchState((state) => state.engine.kind);
  const [showsShortcuts, setShowsShortcuts] = useState(false);
  const openShortcuts = useCallback(() => setShowsShortcuts(true), []);
  useShortcuts(openShortcuts);

  useEffect(() => giveBackOnEscape(document), []);

  useEffect(
    () =>
      bench.store.subscribe((state) => {
        const title = pageTitle(state);
        if (document.title !== title) document.title = title;
      }),
    [bench],
  );

  useEffect(() => {
    // A pasted or clicked link is another experiment; our own changes to the address fire no event.
    const onHash = () => {
      const place = placeOf(location.hash);
      // The sweep's own address, without an experiment, keeps the one that is on screen.
      if (place === null || location.hash === '#/sweep') return;
      if (location.hash !== benchHash(bench.store.getState(), place)) {
        applyLink(bench, location.hash);
        // Another served model needs another engine, and the page opens one as it loads.
        const { experiment, served, folder } = bench.store.getState();
        if (folder === null && modelName(experiment.model) !== served) location.reload();
      }
    };
    addEventListener('hashchange', onHash);
    return () => removeEventListener('hashchange', onHash);
  }, [bench]);

  return (
    <Tooltip.Provider>
      <a
        className={styles['skip']}
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById('main')?.focus();
        }}
      >
        {t('nav.skip')}
      </a>
      <Header route={route} onShortcuts={openShortcuts} />
      <main id="main" tabIndex={-1} className={styles['main']} data-testid="engine-state" data-state={engine}>
        <Page route={route} />
      </main>
      <JobBar />
      <LiveRegion />
      <FileDrop />
      <ModelDialog />
      <ShortcutsDialog isOpen={showsShortcuts} onClose={() => setShowsShortcuts(false)} />
    </Tooltip.Provider>
  );
}

function Page({ route }: { readonly route: Route }) {
  // Every place of the page says words that a reviewer is not to know.
  const isReview = useBenchState((state) => state.review !== null);
  if (isReview) return <ReviewPage />;
  switch (route) {
    case 'bench':
      return <BenchPage />;
    case 'attack':
      return <AttackView />;
    case 'sweep':
      return <Sweep />;
    case 'runs':
      return <RunsPage />;
    case 'learn':
      return <Learn />;
  }
}

function BenchPage() {
  const { t } = useText();
  return (
    <>
      <h1 className={styles['hidden']}>{t('bench.title')}</h1>
      <Sentence />
      <div className={styles['body']}>
        <div className={styles['work']}>
          <LinkProblems />
          <Faults />
          <Caption />
          <Grid />
        </div>
        <InspectorPanel />
        <MetricsSheet />
      </div>
    </>
  );
}
