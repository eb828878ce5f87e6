import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A fixed address that can lead to another server, like a virtual IP address. */
export interface TcpSwitch extends AsyncDisposable {
  /** The address, as `host:port`. */
  readonly host: string;
  /** Lets new connections lead to this `host:port`. Cuts existing connections. */
  leadTo(host: string): void;
}

export async function startTcpSwitch(first: string): Promise<TcpSwitch> {
  let target = first;
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) {
      socket.destroy();
    }
  };
  const server = createServer((client) => {
    const { hostname, port } = new URL(`tcp://${target}`);
    const upstream = connect(Number(port), hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
      from.pipe(to);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    host: `127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    leadTo(host) {
      target = host;
      cut();
    },
    async [Symbol.asyncDispose]() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
