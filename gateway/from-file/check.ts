import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Milliseconds within which a supergraph is to be read. The largest that we tried took a second. */
const checkTimeoutMs = 60_000;

const checkProcess = fileURLToPath(new URL('./check-process.ts', import.meta.url));

/**
 * Rejects with the reason where the text is no supergraph that can be served. Tried in a process of its own: the query
 * planner is native code, and where it gives up on a supergraph it takes its process with it.
 */
export async function checkSupergraph(sdl: string): Promise<void> {
  const child = spawn(process.execPath, [checkProcess], {
    env: {},
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: checkTimeoutMs,
    killSignal: 'SIGKILL',
  });
  // It may end before it has read everything; how it ended tells more.
  child.stdin.on('error', () => undefined);
  child.stdin.end(sdl);
  const [reason, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (code !== 0) {
    throw new Error(code === 1 ? reason.trim() : 'the query planner can not read it');
  }
}
