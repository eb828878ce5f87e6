import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { root } from '../../support/services/source-tree.ts';
import { account } from '../peer.ts';

/** A revenue system in Python, in a process of its own. */
export interface RevenuePeer extends AsyncDisposable {
  /** The address of the service. */
  readonly url: string;
  /** The versions of Python and libxml2. */
  readonly stack: string;
  readonly child: ChildProcess;
}

/** A peer that goes on where another one has crashed. */
export interface CrashedPeer {
  readonly port: number;
  /** The file with the ledger, which the control's `crash` has written. */
  readonly ledger: string;
}

/** Debian's packages are for `/usr/bin/python3`, and another Python may come first on the PATH. */
const pythons = ['python3', '/usr/bin/python3'];
const python = pythons.find((path) => spawnSync(path, ['-c', 'import lxml.etree']).status === 0);

/** The reason why the peer can't run here, or null if it can. */
export const whyNoPython = (): string | null =>
  python === undefined ? 'Python with lxml is not installed (Debian: python3-lxml)' : null;

const started = z.object({ port: z.int(), stack: z.string() });

/** Starts the peer with the vendor's seed, on the loopback address. Rejects if it does not start. */
export async function startRevenuePeer(
  credentials = account,
  crashed: CrashedPeer | null = null,
): Promise<RevenuePeer> {
  if (python === undefined) {
    throw new Error(whyNoPython() ?? 'Python was there a moment ago');
  }
  const script = join(import.meta.dirname, 'python/peer.py');
  // Without -B, Python writes its compiled modules beside the sources.
  const child = spawn(python, ['-B', script], {
    env: {
      PATH: process.env.PATH ?? '',
      PEER_USER: credentials.user,
      PEER_PASSWORD: credentials.password,
      PEER_CONTRACT: join(root, 'adapters/charges'),
      PEER_SEED: join(root, 'simulators/rps/ledger/revenue-seed.json'),
      ...(crashed !== null && { PEER_PORT: String(crashed.port), PEER_LEDGER: crashed.ledger }),
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  const line = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([text]) => String(text)),
    exit.then(([code]) => Promise.reject(new Error(`peer.py ended with ${code}`))),
  ]);
  const { port, stack } = started.parse(JSON.parse(line));
  return {
    url: `http://127.0.0.1:${port}/rps/RevenueService.svc`,
    stack,
    child,
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
