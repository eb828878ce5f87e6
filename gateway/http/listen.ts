import type { FastifyInstance } from 'fastify';
import type { ServerConfig } from '../config.ts';

/** A gateway that listens. Disposing of it answers the requests under way, then closes everything it opened. */
export interface RunningGateway extends AsyncDisposable {
  /** From now on it is not ready. It still takes requests, until it is disposed of. */
  announceStop(): void;
  /** Its origin, such as `http://127.0.0.1:4000`. */
  readonly address: string;
}

/**
 * Starts to listen. Resolves to the origin.
 * @throws Error where the port is in use; the message is for the person who started the process.
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
