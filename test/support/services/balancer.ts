import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { statusOf } from './running-service.ts';

/** The pause between two checks whether the replicas are ready, in ms. */
const probeEveryMs = 500;

/** As in Kubernetes by default, a replica counts as not ready after this many checks in a row without an answer. */
const maxUnanswered = 3;

/**
 * A balancer like a Service of Kubernetes. Each new connection goes to a replica that is ready by its last checks. A
 * replica that says that it is not ready gets no new connection from then on.
 */
export interface Balancer extends AsyncDisposable {
  readonly origin: string;
  add(replica: string): void;
  /** Resolves when the replica gets new connections, or no longer gets them. */
  until(replica: string, isReady: boolean): Promise<void>;
}

export async function startBalancer(): Promise<Balancer> {
  const replicas = new Map<string, boolean>();
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((client) => {
    const ready = [...replicas].filter(([, isReady]) => isReady).map(([origin]) => new URL(origin));
    const target = ready[connections++ % ready.length];
    if (target === undefined) {
      client.destroy();
      return;
    }
    const upstream = connect(Number(target.port), target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => sockets.delete(from));
      from.pipe(to);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const closing = new AbortController();
  const unanswered = new Map<string, number>();
  const probing = (async () => {
    while (!closing.signal.aborted) {
      for (const origin of replicas.keys()) {
        const status = await statusOf(origin, 'ready');
        const count = status === null ? (unanswered.get(origin) ?? 0) + 1 : 0;
        unanswered.set(origin, count);
        if (status !== null || count >= maxUnanswered) {
          replicas.set(origin, status === 200);
        }
      }
      await setTimeout(probeEveryMs);
    }
  })();
  return {
    origin: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    add: (replica) => replicas.set(replica, false),
    async until(replica, isReady) {
      while (replicas.get(replica) !== isReady) {
        await setTimeout(20);
      }
    },
    async [Symbol.asyncDispose]() {
      closing.abort();
      await probing;
      for (const socket of sockets) {
        socket.destroy();
      }
      server.close();
    },
  };
}
