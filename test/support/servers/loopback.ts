import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

/** A server that listens on the loopback address. Disposing closes it, with all its connections. */
export interface ListeningServer extends AsyncDisposable {
  readonly port: number;
  readonly origin: string;
}

/** Lets the server listen, by default on a free port. */
export async function listenOnLoopback(
  server: Server & { closeAllConnections?(): void },
  givenPort = 0,
): Promise<ListeningServer> {
  server.listen(givenPort, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections?.();
      await closed;
    },
  };
}
