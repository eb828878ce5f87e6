import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { CoreSystemId } from '../../platform/systems.ts';
import type { Credentials } from '../../simulators/index.ts';
import { freePort } from '../support/processes.ts';

export type PeerName = CoreSystemId;

export const account = { user: 'peer', password: 'p&ss 蕭𨱏' } as const;

/** A peer's report about one request: the values that PHP read, and libxml2's errors for the request and the reply. */
const journalEntry = z.object({
  operation: z.string().nullable(),
  arguments: z.unknown(),
  requestErrors: z.array(z.string()),
  replyErrors: z.array(z.string()),
  contentType: z.string(),
  soapAction: z.string(),
  request: z.string(),
  refusal: z.string().nullable().optional(),
});
export type JournalEntry = z.infer<typeof journalEntry>;

export interface Peer extends AsyncDisposable {
  readonly url: string;
  /** The folder of the peer's files. */
  readonly folder: string;
  /** The name and the versions of the SOAP stack. */
  readonly stack: string;
  /** All requests so far, in the order of their arrival. */
  journal(): readonly JournalEntry[];
}

/** A name instead of a path, so that any installed PHP is used. */
export const interpreter = 'php';

/** The reason why PHP's stack can't run here, or null if it can. */
export function whyNoPhp(): string | null {
  const { error, stdout } = spawnSync(interpreter, ['-m'], { encoding: 'utf8' });
  if (error !== undefined) {
    return `php does not start (${error.message})`;
  }
  const modules = stdout.toLowerCase().split('\n');
  const missing = ['soap', 'dom'].filter((name) => !modules.includes(name));
  return missing.length === 0 ? null : `php lacks ${missing.join(' and ')}`;
}

/** Starts PHP's own web server with the peer, on the loopback address. */
export async function startPeer(name: PeerName, { user, password }: Credentials = account): Promise<Peer> {
  const state = mkdtempSync(join(tmpdir(), `peer-${name}-`));
  // PHP's server does not report its port.
  const address = `127.0.0.1:${await freePort()}`;
  const script = join(import.meta.dirname, 'php', `${name}.php`);
  const child = spawn(interpreter, ['-n', ...extensions(), '-d', 'display_errors=0', '-S', address, script], {
    env: {
      PATH: process.env.PATH ?? '',
      PEER_STATE: state,
      PEER_USER: user,
      PEER_PASSWORD: password,
      // A request that is applied late keeps its process busy, so the others need processes of their own.
      PHP_CLI_SERVER_WORKERS: '4',
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  const url = `http://${address}/`;
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill();
      await ended;
    }
    rmSync(state, { recursive: true });
  };
  try {
    const stack = await answering(url, () =>
      child.exitCode === null ? null : `${name}.php ended: ${complaints}`,
    );
    return {
      url,
      folder: state,
      stack,
      journal: () => journalIn(state),
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A peer's reports about the requests of one library, which has a folder of its own. */
export function journalIn(folder: string): readonly JournalEntry[] {
  const file = join(folder, 'journal.jsonl');
  if (!existsSync(file)) {
    return [];
  }
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => journalEntry.parse(JSON.parse(line)));
}

/**
 * PHP runs without php.ini, so that the machine's settings don't matter. The extensions that it needs are named here
 * instead.
 */
function extensions(): string[] {
  const { stdout } = spawnSync(interpreter, ['-n', '-m'], { encoding: 'utf8' });
  const builtIn = stdout.toLowerCase().split('\n');
  return ['dom', 'soap']
    .filter((name) => !builtIn.includes(name))
    .flatMap((name) => ['-d', `extension=${name}`]);
}

/** Resolves to the peer's name and versions, once it answers. */
async function answering(url: string, ended: () => string | null): Promise<string> {
  let last: unknown = null;
  for (const deadline = Date.now() + 10_000; Date.now() < deadline; await wait(20)) {
    const why = ended();
    if (why !== null) {
      throw new Error(why);
    }
    try {
      const stack = (await fetch(url)).headers.get('x-peer');
      if (stack === null) {
        throw new Error(`${url} is not the peer`);
      }
      return stack;
    } catch (error) {
      // The server doesn't listen yet.
      last = error;
    }
  }
  throw new Error('the peer does not answer', { cause: last });
}
