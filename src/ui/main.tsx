/** Starts the page: settings before the first paint, one engine connection, one bench. */
import { createRoot } from 'react-dom/client';
import { connectEngine } from '../rpc/connect.ts';
import { connectVault } from '../rpc/connect-vault.ts';
import { App } from './app.tsx';
import './tokens.css';
import './base.css';
import { BenchContext } from './bench-context.ts';
import { invariant } from '../core/errors.ts';
import { placeOf } from './route.ts';
import { applySettings } from './settings-store.ts';
import { createBench, startSession } from './state/session.ts';
import type { PageAddress } from './state/engine-life.ts';

applySettings();

// A blind review keeps the words out of the address, not out of the experiment.
const { hidden } = (history.state ?? {}) as { readonly hidden?: unknown };
if (typeof hidden === 'string') history.replaceState(null, '', hidden);

const address: PageAddress = {
  location: window.location,
  baseUrl: document.baseURI,
  replaceHash(hashOf, kept) {
    // Runs and the article have addresses of their own; the experiment returns to the bar with the bench.
    const place = placeOf(location.hash);
    if (place === null) return;
    const hash = hashOf(place);
    const state = kept === null ? null : { hidden: kept };
    if (location.hash !== hash || kept !== null) history.replaceState(state, '', hash);
  },
};

const bench = { ...createBench(connectEngine(), connectVault(), address), address };
const page = document.getElementById('page');
invariant(page !== null, 'main: index.html has no #page');
createRoot(page).render(
  <BenchContext value={bench}>
    <App />
  </BenchContext>,
);
startSession(bench, address);
