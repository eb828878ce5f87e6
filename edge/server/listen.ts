import type { FastifyInstance } from 'fastify';

interface ListenAddress {
  readonly host: string;
  readonly port: number;
  /** The variable that sets the port. */
  readonly variable: string;
}

/**
 * Resolves when the server listens.
 * @throws Error if the port is in use. The message names the variable, for the person who starts the process.
 */
export async function listenAt(app: FastifyInstance, { host, port, variable }: ListenAddress): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      ? portInUse({ host, port, variable })
      : error;
  }
}

export const portInUse = ({ host, port, variable }: ListenAddress): Error =>
  new Error(`${variable} ${port} is in use at ${host}: set another.`);
