import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

interface ListenAddress {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
}

/**
 * Below the ports that systems give to connections (32768 and up on Linux, 49152 and up elsewhere): one of those may be taken between
 * the time at which it was found free and the time at which somebody listens.
 */
const firstPort = 20_000;
const endPort = 32_000;
const maxTries = 50;

/**
 * A port that is part of a public URL must be known before anybody listens. So a free one is looked for first.
 * @throws Error where fifty ports in a row can't be listened at
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
