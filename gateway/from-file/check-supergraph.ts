import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** Time to read a supergraph. The largest that we tried took a second. */
const checkTimeoutMs = 60_000;

const checkProcess = fileURLToPath(new URL('./checker-process.ts', import.meta.url));

/**
 * Checks that a supergraph can be served. It runs in a process of its own: reading a large supergraph takes a second, in
 * which the event loop could do nothing else.
 * @throws Error with the reason.
 */
export async function checkSupergraph(sdl: string): Promise<void> {
  const child = spawn(process.execPath, [checkProcess], {
    env: {},
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: checkTimeoutMs,
    killSignal: 'SIGKILL',
  });
  // The process may end before it has read everything; its exit code says more than this error.
  child.stdin.on('error', () => undefined);
  child.stdin.end(sdl);
  const [reason, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (code !== 0) {
    throw new Error(code === 1 ? reason.trim() : 'it can not be read');
  }
}
