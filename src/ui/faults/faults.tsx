/** What went wrong, in four parts: what happened, why if known, what you can do, details to copy. And unfinished runs. */
import { useState } from 'react';
import { useBench, useBenchState, useRuns } from '../bench-context.ts';
import { useText } from '../i18n/use-text.ts';
import type { KnownRun } from '../../records/run.ts';
import { FreeSpace } from '../runs/free-space.tsx';
import { OtherModelCard } from '../model/other-model-card.tsx';
import { Button } from '../parts/button.tsx';
import { Icon, Mark } from '../parts/marks.tsx';
import { dismissFault } from '../state/bench.ts';
import type { Fault } from '../state/bench-store.ts';
import { restart } from '../state/engine-life.ts';
import { isOpenModel } from '../state/open-model.ts';
import { discard, resumeRun } from '../state/reopen.ts';
import { offers } from '../state/runs-store.ts';
import styles from './faults.module.css';

/** `isBrief`: without what names a model, a link or what a run was for. */
export function Faults({ isBrief = false }: { readonly isBrief?: boolean }) {
  const faults = useBenchState((state) => state.faults);
  const open = useBenchState(({ info, served, folder }) => ({ info, served, folder }));
  const unfinished = useRuns((state) => offers(state.runs, (model) => isOpenModel(open, model)));
  const engine = useBenchState((state) => state.engine.kind);
  return (
    <>
      {!isBrief && <OtherModelCard />}
      <NoticeCard />
      <RefusalCard />
      {faults.map((fault) => (
        <FaultCard key={fault.id} fault={fault} />
      ))}
      {!isBrief && <FreeSpace />}
      {!isBrief && unfinished.map((run) => <UnfinishedCard key={run.id} run={run} isWaiting={engine !== 'ready'} />)}
    </>
  );
}

function FaultCard({ fault }: { readonly fault: Fault }) {
  const { t } = useText();
  const bench = useBench();
  const needsRestart =
    useBenchState((state) => state.engine.kind === 'dead') ||
    fault.code === 'device-lost' ||
    fault.code === 'out-of-memory';
  const isDownload = fault.code === 'download-failed';
  const details = `${fault.code}: ${fault.message}${fault.advice === '' ? '' : `\n${fault.advice}`}\n${navigator.userAgent}`;
  return (
    <section className={styles['card']} data-testid="error-card" data-code={fault.code} role="alert">
      <h2>
        <Icon name="warning" />
        {t(`fault.${fault.code}.what`)}
      </h2>
      <p>{t(`fault.${fault.code}.why`)}</p>
      <p>{fault.advice === '' ? t(`fault.${fault.code}.do`) : fault.advice}</p>
      <div className={styles['actions']}>
        {needsRestart && (
          <Button look="primary" data-testid="restart-engine" onClick={() => void restart(bench, bench.address)}>
            {t(isDownload ? 'fault.tryAgain' : 'fault.restart')}
          </Button>
        )}
        {!needsRestart && <Button onClick={() => dismissFault(bench, fault.id)}>{t('fault.dismiss')}</Button>}
        <Details text={details} />
      </div>
    </section>
  );
}

/** The page went on by itself after the GPU was reset. */
function NoticeCard() {
  const { t } = useText();
  const bench = useBench();
  const notice = useBenchState((state) => state.notice);
  if (notice === null) return null;
  const isFrom = notice.goesOn !== 'nothing' && notice.n !== null;
  return (
    <section className={styles['card']} data-kind="offer" data-testid="recovered" role="status">
      <p>
        {t('notice.reset')}{' '}
        {isFrom ? t(`notice.from.${notice.goesOn}`, { n: notice.n }) : t(`notice.again.${notice.goesOn}`)}
      </p>
      <div className={styles['actions']}>
        <Button onClick={() => bench.store.setState({ notice: null })}>{t('fault.dismiss')}</Button>
      </div>
    </section>
  );
}

/** The browser lets the page keep nothing: said once, and again only where runs are listed. */
function RefusalCard() {
  const { t } = useText();
  const bench = useBench();
  const isShown = useRuns((state) => state.status === 'unavailable' && !state.isRefusalRead);
  if (!isShown) return null;
  return (
    <section className={styles['card']} data-kind="offer" data-testid="keeps-nothing" role="status">
      <p>{t('runs.unavailable')}</p>
      <div className={styles['actions']}>
        <Button onClick={() => bench.runs.setState({ isRefusalRead: true })}>{t('fault.dismiss')}</Button>
      </div>
    </section>
  );
}

function Details({ text }: { readonly text: string }) {
  const { t } = useText();
  const [isCopied, setCopied] = useState(false);
  return (
    <details className={styles['details']}>
      <summary>{t('fault.details')}</summary>
      <pre>{text}</pre>
      <Button
        onClick={() => {
          void navigator.clipboard.writeText(text).then(
            () => setCopied(true),
            () => setCopied(false),
          );
        }}
      >
        {t(isCopied ? 'share.copied' : 'fault.copy')}
      </Button>
    </details>
  );
}

function UnfinishedCard({ run, isWaiting }: { readonly run: KnownRun; readonly isWaiting: boolean }) {
  const { t } = useText();
  const bench = useBench();
  const n = run.checkpointIteration ?? 0;
  const isSearch = run.kind === 'attack';
  const isKept = run.checkpointIteration !== null;
  const [body, resume] = isSearch
    ? (['unfinished.searchBody', 'runs.resumeRound'] as const)
    : (['unfinished.body', 'unfinished.resume'] as const);
  return (
    <section className={styles['card']} data-kind="offer" data-testid="unfinished-run">
      <h2>
        <Mark column={run.column} />
        {t(isSearch ? 'unfinished.searchTitle' : 'unfinished.title', {
          column: t(`column.${run.column}`),
          concept: run.concept,
        })}
      </h2>
      <p>{isKept ? t(body, { n, total: run.total }) : t('unfinished.nothingKept')}</p>
      <div className={styles['actions']}>
        <Button
          look="primary"
          data-testid="resume-run"
          reasons={isWaiting ? [t('unfinished.waiting')] : []}
          onClick={() => void resumeRun(bench, run)}
        >
          {isKept ? t(resume, { n }) : t('unfinished.again')}
        </Button>
        <Button onClick={() => void discard(bench, run)}>{t('unfinished.discard')}</Button>
      </div>
    </section>
  );
}

/** Values of the link that could not be used. */
export function LinkProblems() {
  const { t, local } = useText();
  const bench = useBench();
  const problems = useBenchState((state) => state.urlProblems);
  if (problems.length === 0) return null;
  return (
    <section className={styles['card']} data-testid="link-problems" role="alert">
      <h2>
        <Icon name="warning" />
        {t('link.title')}
      </h2>
      <ul>
        {problems.map((problem) => (
          <li key={problem.field}>
            <code>
              {problem.field}={problem.value}
            </code>{' '}
            {local(problem.problem)}
          </li>
        ))}
      </ul>
      <p>{t('link.body')}</p>
      <div className={styles['actions']}>
        <Button onClick={() => bench.store.setState({ urlProblems: [] })}>{t('fault.dismiss')}</Button>
      </div>
    </section>
  );
}
