import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { choosePort, releasePort } from '../../platform/ports/choose-port.ts';
import { root } from './services/source-tree.ts';

/** A process with a part of the system. Disposing kills it. */
export interface RunningProcess extends AsyncDisposable {
  readonly child: ChildProcess;
  /** The output so far. */
  readonly output: { stdout: string; stderr: string };
  /** Resolves to the match as soon as standard output matches. Rejects with the output if the process ends before. */
  says(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves to the exit code; null if a signal ended the process. */
  readonly exit: Promise<number | null>;
}

/** The variable with which all servers of `npm start`, and all simulators, listen on free ports. */
export const freePorts = { PORT: '0' };

/** The folder of Node's compile cache for processes of the project. Most of a start is compilation. */
const compileCache = join(root, 'node_modules/.cache/node-compile');

/**
 * The processes that run. They end with this process, also when a signal ends it and nothing is disposed of. So no run
 * that was stopped goes on in its processes.
 */
const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) {
    child.kill('SIGKILL');
  }
});

/**
 * Runs a file of the project, or of its copy in `cwd`, with the given environment. From this process's environment it
 * gets only PATH. Processes of the project share a compile cache. Copies don't use it: each has another path, so they
 * would only fill it.
 */
export function run(
  file: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
  cwd: string = root,
): RunningProcess {
  const child = spawn(process.execPath, [file, ...args], {
    cwd,
    env: { PATH: process.env.PATH, ...(cwd === root && { NODE_COMPILE_CACHE: compileCache }), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const output = { stdout: '', stderr: '' };
  child.stdout?.on('data', (chunk) => {
    output.stdout += String(chunk);
  });
  child.stderr?.on('data', (chunk) => {
    output.stderr += String(chunk);
  });
  const closed = once(child, 'close');
  const exit = once(child, 'exit').then(async ([code]) => {
    // The last output is read, too. The wait is limited, because a child of the process may keep its output open.
    await Promise.race([closed, setTimeout(500)]);
    return code as number | null;
  });
  return {
    child,
    output,
    exit,
    async says(pattern) {
      for (;;) {
        const match = pattern.exec(output.stdout);
        if (match !== null) {
          return match;
        }
        const more = once(child.stdout ?? child, 'data').then(() => true);
        if (!(await Promise.race([more, exit.then(() => false)]))) {
          throw new Error(`${file} ended before it said ${pattern}:\n${output.stdout}${output.stderr}`);
        }
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** A port that was free a moment ago, for a program that does not report which port it has taken. */
export async function freePort(): Promise<number> {
  const port = await choosePort({ host: '127.0.0.1', port: 0 });
  await releasePort(port);
  return port;
}
