import type { FastifyInstance } from 'fastify';
import type { ServerConfig } from '../config.ts';

/** A gateway that listens. Disposing of it answers what is under way and closes what it used. */
export interface RunningGateway extends AsyncDisposable {
  /** Its origin, as `http://127.0.0.1:4000`. */
  readonly address: string;
}

/** Resolves to the address; rejects with a sentence for whoever started the process where the port is taken. */
export async function listen(
  app: FastifyInstance,
  { host, port }: Pick<ServerConfig, 'host' | 'port'>,
): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? new Error(`PORT ${port} is taken at ${host}: set another.`)
      : error;
  }
}
