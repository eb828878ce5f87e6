import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import type { Task } from './writer.ts';

/** A line of the log. `lines` is the number of lines that were dropped. */
interface Line {
  readonly line?: number;
  readonly lines?: number;
  readonly msg?: string;
}

interface Writer extends Disposable {
  readonly child: ChildProcess;
  run(task: Task): Promise<{ readonly ms: number; readonly dropped: number }>;
  /** The lines of standard error after `starting`. Standard error is read from now on. A line that is no JSON rejects. */
  lines(): AsyncIterable<Line>;
}

const file = new URL('writer.ts', import.meta.url).pathname;
/** Puts a shell's pipe behind the process. The shell reads it as soon as it is told to, by descriptor 4. */
const throughPipe = '"$0" "$1" 2>&1 >&- | { read -r _ <&4; cat; } >&2';

/** `kind` is the kind of the process's standard error. Node's own pipes are sockets. */
async function startWriter(kind: 'pipe' | 'socket'): Promise<Writer> {
  const child =
    kind === 'socket'
      ? spawn(process.execPath, [file], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
      : spawn('sh', ['-c', throughPipe, process.execPath, file], {
          stdio: ['ignore', 'ignore', 'pipe', 'ipc', 'pipe'],
        });
  const stderr = child.stderr ?? expect.fail('no standard error');
  const gate = child.stdio[4] instanceof Socket ? child.stdio[4] : null;
  // The shell closes the gate with what it has not read.
  gate?.on('error', () => {});
  await once(child, 'message');
  return {
    child,
    async run(task) {
      child.send(task);
      const [report] = await once(child, 'message');
      return report;
    },
    async *lines() {
      gate?.write('read\n');
      for await (const text of createInterface(stderr)) {
        const line: Line = JSON.parse(text);
        if (line.msg !== 'starting') {
          yield line;
        }
      }
    },
    [Symbol.dispose]: () => {
      child.kill('SIGKILL');
    },
  };
}

async function all(lines: AsyncIterable<Line>): Promise<readonly Line[]> {
  const read: Line[] = [];
  for await (const line of lines) {
    read.push(line);
  }
  return read;
}

const numbers = (lines: readonly Line[]) => lines.map(({ line }) => line);
const upTo = (count: number) => Array.from({ length: count }, (_, line) => line);

test.each(['exit', 'channel'] as const)(
  'all lines are written before a process stops: %s',
  async (ending) => {
    using writer = await startWriter('socket');
    const lines = all(writer.lines());
    await writer.run({ lines: 500, level: 'info', ending });
    expect(numbers(await lines)).toEqual(upTo(500));
  },
);

test('a process that is killed loses only lines of the last moment, and no warning', async () => {
  using writer = await startWriter('socket');
  const lines = all(writer.lines());
  await writer.run({ lines: 3, level: 'info', ending: 'none' });
  await writer.run({ lines: 1, level: 'warn', ending: 'none' });
  await writer.run({ lines: 2, level: 'info', ending: 'none' });
  writer.child.kill('SIGKILL');
  const read = numbers(await lines);
  expect(read.slice(0, 4)).toEqual([0, 1, 2, 0]);
  expect(read.length).toBeLessThanOrEqual(6);
});

test('the first line after a rest is written at once, and the ones after it a moment later', async () => {
  using writer = await startWriter('socket');
  const lines = writer.lines()[Symbol.asyncIterator]();
  await writer.run({ lines: 3, level: 'info', ending: 'none' });
  for (const line of upTo(3)) {
    expect((await lines.next()).value).toMatchObject({ line });
  }
});

/** More than waits for a slow reader, 1 MiB, and more than a pipe or a socket holds. */
const tooMany = 10_000;

test.each(['pipe', 'socket'] as const)(
  'nobody waits for a slow reader, and lines that do not fit are counted and told: %s',
  async (kind) => {
    using writer = await startWriter(kind);
    // Nobody reads yet. A process that waited for its reader would never report.
    const { dropped } = await writer.run({ lines: tooMany, level: 'info', ending: 'none' });
    expect(dropped).toBeGreaterThan(1000);
    const read: Line[] = [];
    for await (const line of writer.lines()) {
      read.push(line);
      if (line.lines !== undefined) {
        break;
      }
    }
    expect(read.at(-1)).toMatchObject({ lines: dropped, worker: 2 });
    expect(numbers(read.slice(0, -1))).toEqual(upTo(tooMany - dropped));
  },
);

test('a process whose reader never reads still ends', async () => {
  using writer = await startWriter('socket');
  const ended = once(writer.child, 'exit');
  await writer.run({ lines: tooMany, level: 'info', ending: 'exit' });
  expect(await ended).toEqual([3, null]);
});

test('a process whose reader has gone still serves and ends', async () => {
  using writer = await startWriter('socket');
  const ended = once(writer.child, 'exit');
  writer.child.stderr?.destroy();
  await writer.run({ lines: 10, level: 'warn', ending: 'none' });
  await writer.run({ lines: 10, level: 'info', ending: 'exit' });
  expect(await ended).toEqual([3, null]);
});
