import { cp, mkdtemp, readdir, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { ChangeLog, LogRow } from '../../../../store/journal/port.ts';
import { type RunningProcess, run } from '../../../support/processes.ts';
import { root } from '../../../support/services/source-tree.ts';
import { caller, type JournalOpening } from '../journal-under-test.ts';

const writer = 'test/contract/journal/writer/main.ts';
const follower = 'test/contract/journal/log/follower/main.ts';

/** A copy of the writer as it was before the log: it doesn't know the log's migration, nor later ones. */
async function earlierProgram(resources: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'patron-graph-before-the-log-'));
  resources.defer(() => rm(folder, { recursive: true }));
  for (const part of [
    'store',
    'platform',
    'package.json',
    'test/contract/journal',
    'test/support/journal-secret.ts',
  ]) {
    await cp(join(root, part), join(folder, part), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  for (const database of ['sqlite', 'postgres']) {
    const migrations = join(folder, 'store/journal/migrations', database);
    const later = (await readdir(migrations)).filter((file) => file >= '0032-log.sql');
    await Promise.all(later.map((file) => rm(join(migrations, file))));
  }
  return folder;
}

/** A reader that continues after the last number that it has seen, until it has nothing more to read. */
function startReader(log: ChangeLog) {
  const rows: LogRow[] = [];
  const stopped = new AbortController();
  const read = async () => {
    const page = await log.readLog(rows.at(-1)?.number ?? 0, 20);
    rows.push(...page.rows);
    return page.rows.length;
  };
  const running = (async () => {
    while (!stopped.signal.aborted) {
      await read();
      await setTimeout(5);
    }
  })();
  return {
    rows,
    /** Reads the rest. */
    async end() {
      stopped.abort();
      await running;
      while ((await read()) > 0) {}
    },
  };
}

const end = async (process: RunningProcess) => {
  process.child.kill('SIGKILL');
  await process.exit;
};

/** The contract of the log for processes that are killed, stopped, or of an earlier program. */
export function logKilledContract(open: JournalOpening): void {
  test('loses and repeats nothing while followers are killed and stopped, and an earlier program writes', async () => {
    await using subject = await open();
    await using resources = new AsyncDisposableStack();
    const reader = startReader(subject.journal);
    const writers = [run(writer, subject.env), run(writer, subject.env, [], await earlierProgram(resources))];
    for (const one of writers) {
      resources.use(one);
    }
    await Promise.all(writers.map((one) => one.says(/done \S+\n/)));

    const killed = resources.use(run(follower, subject.env));
    await killed.says(/leads 2\n/);
    await end(killed);
    const stopped = resources.use(run(follower, subject.env));
    await stopped.says(/leads 2\n/);
    stopped.child.kill('SIGSTOP');
    const last = resources.use(run(follower, subject.env));
    await last.says(/leads 2\n/);
    stopped.child.kill('SIGCONT');
    await stopped.says(/waits \d+\n/);
    await Promise.all(writers.map(end));

    const { numbered } = await lastNumber(subject.journal);
    await reader.end();
    expect(reader.rows.map(({ number }) => number)).toEqual(reader.rows.map((_, at) => at + 1));
    expect(reader.rows).toHaveLength(numbered);
    const told = reader.rows.map(({ operation }) => `${operation?.reference} ${operation?.state}`);
    expect(new Set(told).size).toBe(told.length);
    for (const { output } of writers) {
      const done = [...output.stdout.matchAll(/^done (\S+)$/gm)].map(([, reference = '']) => reference);
      expect(done).not.toEqual([]);
      for (const reference of done) {
        const digest = subject.journal.logDigest('reference', reference);
        const begun = told.indexOf(`${digest} UNSETTLED`);
        expect(begun).toBeGreaterThanOrEqual(0);
        expect(told.indexOf(`${digest} DONE`)).toBeGreaterThan(begun);
      }
    }
    expect(reader.rows[0]?.operation?.caller).toBe(subject.journal.logDigest('caller', caller));
  });
}

/** Waits until everything is numbered. */
async function lastNumber(log: ChangeLog): Promise<{ readonly numbered: number }> {
  for (;;) {
    const { newest, oldestUnnumberedMs } = await log.logFigures();
    if (oldestUnnumberedMs === 0) {
      return { numbered: newest };
    }
    await setTimeout(20);
  }
}
