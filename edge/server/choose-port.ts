import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

interface ListenAddress {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
}

/**
 * The range of ports to try. It is below the ephemeral ports (32768 and up on Linux, 49152 and up elsewhere). Another
 * program could take an ephemeral port after the check.
 */
const firstPort = 20_000;
const endPort = 32_000;
const maxTries = 50;

/**
 * Returns the port to listen on. For port 0 it picks a free one, because public URLs need the port before the server
 * listens.
 * @throws Error if fifty tries find no free port
 */
export async function choosePort({ host, port }: ListenAddress): Promise<number> {
  if (port !== 0) {
    return port;
  }
  for (let tries = 0; tries < maxTries; tries += 1) {
    const candidate = randomInt(firstPort, endPort);
    if (await isFree(host, candidate)) {
      return candidate;
    }
  }
  throw new Error(`there is no free port at ${host}`);
}

/** Whether a server could listen there now. */
export async function isFree(host: string, port: number): Promise<boolean> {
  const probe = createServer().listen(port, host);
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
