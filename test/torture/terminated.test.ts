/** `npm run torture` is ended by a signal while it runs. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { findPostgres } from '../support/postgres.ts';
import { root } from '../support/services/source-tree.ts';
import { openTemporaryFolder } from '../support/set-up/temporary-folder.ts';

await using server = await findPostgres();
const missing = 'reason' in server ? `the end of torture is not tested: ${server.reason}` : null;
if (missing !== null) {
  process.stderr.write(`${missing}\n`);
}

interface Listed {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function listProcesses(): readonly Listed[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).trimEnd().split('\n');
  return lines.map((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return { pid: Number(pid), parent: Number(parent), command };
  });
}

/** The processes that a process has started, and those that these have started. */
function startedBy(pid: number, processes: readonly Listed[] = listProcesses()): readonly Listed[] {
  const own = processes.filter(({ parent }) => parent === pid);
  return own.flatMap((one) => [one, ...startedBy(one.pid, processes)]);
}

test.skipIf(missing !== null)('a signal ends all of its processes', { timeout: 120_000 }, async () => {
  const small = ['--seconds', '100', '--replicas', '1', '--stations', '1', '--sip2', '1', '--seed', '1'];
  await using folder = await openTemporaryFolder();
  const env = { ...process.env, TMPDIR: folder.path };
  const torture = spawn('npm', ['run', 'torture', '--', ...small], { cwd: root, env, stdio: 'ignore' });
  // A test that fails before the signal must not leave the processes running.
  onTestFinished(() => void torture.kill('SIGTERM'));
  const exit = once(torture, 'exit');
  const started = () => startedBy(torture.pid ?? 0);
  const parts = [
    'test/torture/main.ts',
    'circulation/main.ts',
    'gateway/main.ts',
    'sip2/main.ts',
    'postgres -D',
  ];
  const lacking = () => parts.filter((part) => !started().some(({ command }) => command.includes(part)));
  await expect.poll(lacking, { timeout: 60_000, interval: 200 }).toEqual([]);
  const before = new Map(started().map((one) => [one.pid, one.command]));
  torture.kill('SIGTERM');
  await exit;
  const left = () => listProcesses().filter(({ pid, command }) => before.get(pid) === command);
  try {
    await expect.poll(left, { timeout: 10_000, interval: 200 }).toEqual([]);
  } finally {
    for (const { pid } of left()) {
      process.kill(pid, 'SIGKILL');
    }
  }
});
