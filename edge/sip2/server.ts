/** A SIP2 server over TCP or TLS, with limits on its connections. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { Health } from '../../platform/http/health.ts';
import { listenOn } from '../../platform/ports/listen.ts';
import type { ServerTls } from '../../platform/tls/server.ts';
import type { TerminalState } from '../server/terminal-state.ts';
import { type Bounds, defaultBounds } from './bounds.ts';
import { limitedTables } from './network/connection-limits.ts';
import { ConnectionRegistry } from './network/connection-registry.ts';
import { watchGraph } from './on-line.ts';
import type { Sip2Options } from './options.ts';
import { changedTerminals } from './terminals/kept-terminals.ts';
import { TerminalStates } from './terminals/terminal-states.ts';

export interface Sip2Server extends AsyncDisposable {
  readonly port: number;
  /** The state of each terminal, for staff, in the order of the file. */
  terminals(): readonly TerminalState[];
  /** Makes health checks report that the server isn't ready. */
  announceStop(): void;
}

/**
 * Warms up the graph before the server listens, so that the first message of a terminal is answered as fast as later
 * ones. Resolves when the server listens. Disposing of the server stops reading new messages, and closes each connection
 * after its current message is answered.
 */
export async function startSip2Server(options: Sip2Options): Promise<Sip2Server> {
  const { terminals, log, observer = {}, now = () => new Date() } = options;
  await using resources = new AsyncDisposableStack();
  const watch = resources.use(watchGraph(options));
  const states = new TerminalStates(log, now);
  const registry = new ConnectionRegistry(options, { states, isOnLine: watch.isOnLine });
  let isListening = false;
  const health: Health = {
    known: watch.known,
    conditions: () => ({ listening: isListening }),
    dependencies: watch.dependencies,
  };
  observer.watchHealth?.(health);
  await watch.known();
  const server = createListener(options, registry);
  await listenOn(server, { host: options.host, port: options.port, variable: 'PORT' });
  isListening = true;
  resources.defer(() => closeListener(server, registry));
  resources.use(
    terminals.onChange((former) => {
      states.keepOnly(terminals.current.terminals.map(({ name }) => name));
      return registry.end(changedTerminals(former, terminals.current));
    }),
  );
  observer.watchConnections?.(() => registry.connections());
  for (const table of limitedTables) {
    observer.watchTable?.(`sip2_${table}`, () => registry.fillOf(table));
  }
  const listed = () => states.list(terminals.current.terminals, registry.connectionsByTerminal());
  observer.watchStatus?.(() => ({ terminals: listed() }));
  const running = resources.move();
  return {
    port: (server.address() as AddressInfo).port,
    terminals: listed,
    announceStop: () => {
      isListening = false;
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/**
 * The listening server. Connections are counted before their TLS handshake, because a client could delay the handshake.
 */
function createListener({ tls, bounds = defaultBounds }: Sip2Options, registry: ConnectionRegistry): Server {
  const start = (socket: Socket) => registry.startConversation(socket);
  const handshakes = tls === null ? null : createHandshakes(tls, bounds, registry, start);
  const begin = (socket: Socket) =>
    handshakes === null ? start(socket) : handshakes.emit('connection', socket);
  const server = createServer((socket) => {
    void registry.accept(socket).then((isAccepted) => isAccepted && begin(socket));
  });
  return server.once('close', () => handshakes?.close());
}

/**
 * Creates a server that only makes TLS handshakes. The server doesn't listen, but receives connections after they were
 * counted.
 */
function createHandshakes(
  tls: ServerTls,
  { loginTimeoutMs }: Bounds,
  registry: ConnectionRegistry,
  start: (socket: Socket) => void,
): Server {
  const server = createTlsServer({ ...tls.options, handshakeTimeout: loginTimeoutMs }, start);
  tls.renewOn(server);
  return server.on('tlsClientError', (_error, socket: Socket) => registry.failHandshake(socket));
}

async function closeListener(server: Server, registry: ConnectionRegistry): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  await registry.close();
  await closed;
}
