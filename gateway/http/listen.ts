import type { FastifyInstance } from 'fastify';
import type { ServerConfig } from '../config.ts';

/** A gateway that listens. Disposing of it answers the open requests, then closes everything that it opened. */
export interface RunningGateway extends AsyncDisposable {
  /**
   * Makes the gateway report that it is not ready, unless the reason is that another process has replaced it. It accepts
   * requests until it is disposed of.
   */
  announceStop(reason: string | null): void;
  /** The gateway's origin, such as `http://127.0.0.1:4000`. */
  readonly address: string;
}

/**
 * Starts to listen. Resolves to the origin.
 * @throws Error if the port is in use. The message is for the person who starts the process.
 */
export async function listen(
  app: FastifyInstance,
  { host, port }: Pick<ServerConfig, 'host' | 'port'>,
): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? new Error(`PORT ${port} is in use at ${host}: set another.`)
      : error;
  }
}
