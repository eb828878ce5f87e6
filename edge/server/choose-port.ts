import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

interface ListenAddress {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
}

/**
 * Below the ephemeral ports (32768 and up on Linux, 49152 and up elsewhere): another program may take one of those between the check
 * and the listening.
 */
const firstPort = 20_000;
const endPort = 32_000;
const maxTries = 50;

/**
 * The port to listen on; for 0 a free one. It is in a public URL, which must be known before the server listens.
 * @throws Error after fifty tries without a free port
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

async function isFree(host: string, port: number): Promise<boolean> {
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
