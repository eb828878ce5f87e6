import { createHttpGraphClient, type GraphClient } from '../../../edge/graph/client.ts';
import { rememberTokens } from '../../../edge/graph/tokens.ts';
import { type Bounds, defaultBounds } from '../../../edge/sip2/bounds.ts';
import type { Sip2Observer } from '../../../edge/sip2/observer.ts';
import { startSip2Server } from '../../../edge/sip2/server.ts';
import { parseTerminals } from '../../../edge/sip2/terminals.ts';
import type { ServerTls } from '../../../platform/tls/server.ts';
import type { Charset } from '../../support/sip2/packet.ts';
import { connectAs, type TerminalOptions, type TestTerminal } from '../../support/sip2/terminal.ts';
import { type RunningSystem, startSystem } from '../running-system.ts';

/** The time everywhere: an item that is lent now is due on 8 December. */
export const now = new Date('2026-11-24T12:00:00+08:00');

export const password = 'of the tests';

/** One terminal for each profile and character set, and a station that reads smart identity cards. */
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
  readonly bounds?: Partial<Bounds>;
  readonly tls?: ServerTls;
  /** In place of the graph of the system. */
  readonly graph?: GraphClient;
  readonly observer?: Sip2Observer;
}

export interface RunningSip2 extends AsyncDisposable {
  readonly port: number;
  /** What the server has logged. */
  readonly log: string[];
  /** Connects, and logs in, with `AY` and `AZ` on every message. */
  connect(user: User, options?: Partial<TerminalOptions>): Promise<TestTerminal>;
}

/** A server over the system's graph, on a free port. */
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
      terminals: await parseTerminals(
        {
          institution: 'DEMO',
          libraryName: 'Demonstration Library',
          terminals: settings.terminals ?? terminals,
        },
        '.',
      ),
      graph,
      tokenFor: rememberTokens(({ clientId, scope }) => system.token({ subject: clientId, clientId, scope })),
      log: { debug: keep, info: keep, warn: keep },
      observer: settings.observer ?? {},
      now: () => now,
      // Long, for a busy machine. A test of the true one sets it.
      bounds: { ...defaultBounds, graphTimeoutMs: 15_000, ...settings.bounds },
    }),
  );
  const running = resources.move();
  return {
    port: server.port,
    log,
    connect(user, options) {
      const charset: Charset = user === 'big5' ? 'big5-hkscs' : 'utf-8';
      return connectAs(user, password, { port: server.port, charset, ...options });
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** The whole system, and SIP2 over it. */
export async function startSystemWithSip2(
  settings: Sip2Settings = {},
): Promise<{ readonly system: RunningSystem; readonly sip2: RunningSip2 } & AsyncDisposable> {
  await using resources = new AsyncDisposableStack();
  const system = resources.use(await startSystem(now));
  const sip2 = resources.use(await startSip2(system, settings));
  const running = resources.move();
  return { system, sip2, [Symbol.asyncDispose]: () => running.disposeAsync() };
}
