import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

interface ListenAddress {
  readonly host: string;
  /** 0 means any free port. */
  readonly port: number;
}

/**
 * The range of ports to try. It is below the ephemeral ports (32768 and up on Linux, 49152 and up elsewhere), which
 * outgoing connections use.
 */
const firstPort = 20_000;
const endPort = 32_000;
const maxTries = 50;

/**
 * The servers that hold chosen ports, by port. Without them, another server could take a port before the intended
 * server listens.
 */
const heldPorts = new Map<number, Server>();

/**
 * Returns the port to listen on. For port 0, picks a free port, because public URLs need the port before the server
 * listens. The picked port is held until `releasePort`.
 * @throws Error if fifty tries find no free port
 */
export async function choosePort({ host, port }: ListenAddress): Promise<number> {
  if (port !== 0) {
    return port;
  }
  for (let tries = 0; tries < maxTries; tries += 1) {
    const candidate = randomInt(firstPort, endPort);
    const holder = await hold(host, candidate);
    if (holder !== null) {
      heldPorts.set(candidate, holder);
      return candidate;
    }
  }
  throw new Error(`there is no free port at ${host}`);
}

/** Makes a port free for the server that it was chosen for. A port that is not held stays as it is. */
export async function releasePort(port: number): Promise<void> {
  const holder = heldPorts.get(port);
  if (holder !== undefined) {
    heldPorts.delete(port);
    await close(holder);
  }
}

/** Whether a server could listen at the port now. */
export async function isFree(host: string, port: number): Promise<boolean> {
  const holder = await hold(host, port);
  if (holder === null) {
    return false;
  }
  await close(holder);
  return true;
}

/** Listens at a port. Null if listening fails. A held port does not keep the process running. */
async function hold(host: string, port: number): Promise<Server | null> {
  const holder = createServer((socket) => socket.destroy())
    .listen(port, host)
    .unref();
  try {
    await once(holder, 'listening');
    return holder;
  } catch {
    return null;
  }
}

async function close(holder: Server): Promise<void> {
  holder.close();
  await once(holder, 'close');
}
