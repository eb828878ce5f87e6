import { once } from 'node:events';
import type { Server } from 'node:net';
import { releasePort } from './choose-port.ts';

interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** The variable that sets the port. */
  readonly variable: string;
}

interface App {
  listen(address: { host: string; port: number }): Promise<string>;
}

/**
 * Resolves to the origin when the server listens.
 * @throws Error if the port is in use. The message names the variable, for the person who starts the process.
 */
export async function listenAt(app: App, address: ListenAddress): Promise<string> {
  const { host, port } = address;
  return await listening(address, () => app.listen({ host, port }));
}

/** Like `listenAt`, for a server without HTTP. Resolves when the server listens. */
export async function listenOn(server: Server, address: ListenAddress): Promise<void> {
  await listening(address, () => {
    server.listen(address.port, address.host);
    return once(server, 'listening');
  });
}

async function listening<T>(address: ListenAddress, begin: () => Promise<T>): Promise<T> {
  await releasePort(address.port);
  try {
    return await begin();
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? portInUse(address) : error;
  }
}

const portInUse = ({ host, port, variable }: ListenAddress): Error =>
  new Error(`${variable} ${port} is in use at ${host}: set another.`);
