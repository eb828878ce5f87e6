import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { dirname, extname } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

/** The time limit for reading a supergraph, in ms. The largest supergraph that we tried took a second. */
const checkTimeoutMs = 60_000;

const checkProcess = fileURLToPath(new URL(`./checker-process${extname(import.meta.url)}`, import.meta.url));

/** The variable for Node's compile cache, if this process has one. The cache halves the CPU time of a check. */
function compileCache(): NodeJS.ProcessEnv {
  // Node has appended a folder for its version.
  const folder = getCompileCacheDir();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: dirname(folder) };
}

/**
 * Checks that a gateway can serve a supergraph. The check runs in a separate process, because reading a large
 * supergraph would block the event loop for a second.
 * @throws Error with the reason.
 */
export async function checkSupergraph(sdl: string): Promise<void> {
  const child = spawn(process.execPath, [checkProcess], {
    env: compileCache(),
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: checkTimeoutMs,
    killSignal: 'SIGKILL',
  });
  // The process may end before it has read all of its input. Its exit code says more than this error.
  child.stdin.on('error', () => undefined);
  child.stdin.end(sdl);
  const [reason, [code]] = await Promise.all([text(child.stderr), once(child, 'close')]);
  if (code !== 0) {
    throw new Error(code === 1 ? reason.trim() : 'it can not be read');
  }
}
