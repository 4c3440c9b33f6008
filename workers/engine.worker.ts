/** The engine's thread: constructs, serves, nothing more. It ends when the page terminates it. */
import { browserPlatform } from '../src/lab/browser-platform.ts';
import { Engine } from '../src/lab/engine.ts';
import { serveEngine } from '../src/rpc/serve.ts';

serveEngine(new Engine(browserPlatform()), self);
