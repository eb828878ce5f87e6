import type { BlockList } from 'node:net';
import type { KeptFile } from '../../platform/lifecycle/kept-file.ts';
import { listenAt } from '../../platform/ports/listen.ts';
import type { ServerTls } from '../../platform/tls/server.ts';
import type { SealedState } from '../../store/shared-state/port.ts';
import type { GraphPing } from '../graph/ping.ts';
import type { EdgeLog } from '../server/create-server.ts';
import { startExpiredRemoval } from '../server/remove-expired.ts';
import type { Theme } from '../theme/theme.ts';
import type { SignInClient } from './clients/read-clients.ts';
import type { ReaderGraph } from './graph.ts';
import { type AppOptions, createApp } from './http/create-app.ts';
import { openSigningKeys, type SigningKeys } from './provider/signing-keys.ts';
import type { StaffAccounts } from './staff-accounts.ts';

export interface SignInServerOptions extends Pick<AppOptions, 'observer'> {
  readonly host: string;
  readonly port: number;
  /** The URL that browsers and relying parties use. All routes are below its path. */
  readonly issuer: URL;
  /** The server closes the state when the server is disposed of. */
  readonly state: SealedState;
  readonly clients: KeptFile<readonly SignInClient[]>;
  /** Creates the interface to the graph. The interface needs the keys to sign the service's own tokens. */
  readonly graphWith: (keys: SigningKeys) => ReaderGraph;
  readonly theme: Theme;
  readonly staff: StaffAccounts | null;
  readonly graphAudience: string;
  readonly libraryAddresses: BlockList | null;
  readonly trustedProxies: readonly string[];
  readonly tls: ServerTls | null;
  /** Checks whether the graph answers, for the health routes. */
  readonly graphPing?: GraphPing;
  readonly log: EdgeLog;
  /** In ms since 1970. The default is the machine's clock. */
  readonly now?: () => number;
}

/** A listening server. Disposing of it finishes the requests under way, then closes everything. */
export interface SignInServer extends AsyncDisposable {
  readonly keys: SigningKeys;
  /**
   * Makes health checks report that the server isn't ready. Until the server is disposed of, it still answers requests.
   */
  announceStop(): void;
}

/** Resolves when the server listens. */
export async function startSignInServer({
  host,
  port,
  state,
  graphWith,
  now = Date.now,
  ...options
}: SignInServerOptions): Promise<SignInServer> {
  await using resources = new AsyncDisposableStack();
  resources.use(state);
  const keys = resources.use(await openSigningKeys(state, now, options.log));
  resources.use(startExpiredRemoval(state, options.log));
  const stopping = new AbortController();
  const app = await createApp({
    ...options,
    state,
    keys,
    now,
    graph: graphWith(keys),
    stopping: stopping.signal,
  });
  resources.defer(() => app.close());
  await listenAt(app, { host, port, variable: 'PORT' });
  const running = resources.move();
  return {
    keys,
    announceStop: () => stopping.abort(),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
