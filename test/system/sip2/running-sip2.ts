import type { BlockList } from 'node:net';
import { createHttpGraphClient, type GraphClient } from '../../../edge/graph/client.ts';
import { rememberTokens } from '../../../edge/graph/tokens.ts';
import { type Bounds, defaultBounds } from '../../../edge/sip2/bounds.ts';
import type { Sip2Observer } from '../../../edge/sip2/observer.ts';
import { type Sip2Server, startSip2Server } from '../../../edge/sip2/server.ts';
import type { KeptTerminals } from '../../../edge/sip2/terminals/kept-terminals.ts';
import { parseTerminals } from '../../../edge/sip2/terminals/terminals.ts';
import type { WatchTimes } from '../../../platform/lifecycle/dependency-watch.ts';
import { unchanging } from '../../../platform/lifecycle/kept-file.ts';
import { openServerTls, type ServerTls } from '../../../platform/tls/server.ts';
import { type Authority, forThisMachine } from '../../support/certificates.ts';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import type { Charset } from '../../support/sip2/packet.ts';
import { connectAs, type TerminalOptions, type TestTerminal } from '../../support/sip2/terminal.ts';
import type { RunningSystem } from '../running-system.ts';
import { systemForTests } from '../system-for-tests.ts';

/** The time in every process of these tests. An item that is lent at this time is due on 8 December. */
export const now = new Date('2026-11-24T12:00:00+08:00');

export const password = 'of the tests';

/** A terminal for each profile and character set, and a station that reads smart identity cards. */
const terminals = [
  { name: 'station-1', profile: 'station', login: { user: 'station', password } },
  {
    name: 'station-big5',
    profile: 'station',
    login: { user: 'big5', password },
    charset: 'big5-hkscs',
    language: 'zh-Hant',
  },
  {
    name: 'station-reader',
    profile: 'station',
    login: { user: 'reader', password },
    smartIdFields: { identityNumber: 'XI', dateOfIssue: 'XD' },
  },
  { name: 'ebooks', profile: 'e-book', login: { user: 'ebooks', password }, pseudonymField: 'XP' },
  { name: 'audiobooks', profile: 'e-book', login: { user: 'audiobooks', password }, pseudonymField: 'XP' },
] as const;

type User = (typeof terminals)[number]['login']['user'];

export interface Sip2Settings {
  readonly terminals?: readonly object[];
  /** Terminals that can change. They replace `terminals`. */
  readonly keptTerminals?: KeptTerminals;
  readonly trustedProxies?: BlockList;
  readonly bounds?: Partial<Bounds>;
  readonly tls?: ServerTls;
  /** The graph to use instead of the system's. */
  readonly graph?: GraphClient;
  readonly observer?: Sip2Observer;
  readonly watchTimes?: WatchTimes;
}

export interface RunningSip2 extends AsyncDisposable {
  readonly port: number;
  readonly log: string[];
  readonly server: Pick<Sip2Server, 'terminals' | 'announceStop'>;
  /** Connects and logs in. Every message has `AY` and `AZ`. */
  connect(user: User, options?: Partial<TerminalOptions>): Promise<TestTerminal>;
}

/** Starts a SIP2 server in this process, with the system's graph, on a free port. */
export async function startSip2(system: RunningSystem, settings: Sip2Settings = {}): Promise<RunningSip2> {
  await using resources = new AsyncDisposableStack();
  const log: string[] = [];
  const keep = (details: object, message: string): void => {
    log.push(JSON.stringify({ ...details, message }));
  };
  const graph = settings.graph ?? resources.use(createHttpGraphClient(new URL('/graphql', system.url), null));
  const server = resources.use(
    await startSip2Server({
      host: '127.0.0.1',
      port: 0,
      tls: settings.tls ?? null,
      terminals:
        settings.keptTerminals ??
        unchanging(
          await parseTerminals(
            {
              institution: 'DEMO',
              libraryName: 'Demonstration Library',
              terminals: settings.terminals ?? terminals,
            },
            '.',
          ),
        ),
      trustedProxies: settings.trustedProxies ?? null,
      graph,
      tokenFor: rememberTokens(({ clientId, scope, branch }) =>
        system.token({ subject: clientId, clientId, scope, branch: branch ?? undefined }),
      ),
      log: { debug: keep, info: keep, warn: keep },
      observer: settings.observer ?? {},
      now: () => now,
      ...(settings.watchTimes !== undefined && { watchTimes: settings.watchTimes }),
      // The timeout is longer than the default because the machine may be busy. A test of the default overrides this.
      bounds: { ...defaultBounds, minGraphTimeoutMs: 15_000, ...settings.bounds },
    }),
  );
  const running = resources.move();
  return {
    port: server.port,
    log,
    server,
    connect(user, options) {
      const charset: Charset = user === 'big5' ? 'big5-hkscs' : 'utf-8';
      return connectAs(user, password, { port: server.port, charset, ...options });
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A system with a SIP2 server, shared by the tests of a file. */
export function sip2ForTests(): { readonly system: RunningSystem; readonly sip2: RunningSip2 } {
  const system = systemForTests(now);
  return { system, sip2: openedForTests(() => startSip2(system)) };
}

/**
 * TLS for a SIP2 server. With `asksTerminals`, the server also requires certificates from the terminals, and trusts the
 * certificates of the authority.
 */
export function sip2Tls(authority: Authority, { asksTerminals = false } = {}): ServerTls {
  const { certFile, keyFile } = authority.issue('sip2', forThisMachine);
  const file = (variable: string, path: string) => ({ variable, path });
  const ca = asksTerminals ? file('CA', authority.caFile) : null;
  const files = { certificate: file('CERT', certFile), key: file('KEY', keyFile), ca };
  const ignore = (): void => undefined;
  return openServerTls(files, { warn: ignore, error: ignore });
}
