/** Starts the page: settings before the first paint, one engine connection, one bench. */
import { createRoot } from 'react-dom/client';
import { connectEngine } from '../rpc/connect.ts';
import { connectVault } from '../rpc/connect-vault.ts';
import { App } from './app.tsx';
import './tokens.css';
import './base.css';
import { BenchContext } from './bench-context.ts';
import { invariant } from '../core/errors.ts';
import { hashAt, routeOf } from './route.ts';
import { applySettings } from './settings-store.ts';
import { createBench, startSession } from './state/session.ts';
import type { PageAddress } from './state/session.ts';

applySettings();

const address: PageAddress = {
  location: window.location,
  baseUrl: document.baseURI,
  replaceHash(hash) {
    // The article has its own address; the experiment returns to the bar with the bench.
    const here = hashAt(routeOf(location.hash), hash);
    if (here !== null && location.hash !== here) history.replaceState(null, '', here);
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
