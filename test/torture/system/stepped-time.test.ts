import { expect, test } from 'vitest';
import { ownPostgresIn, requireServer } from '../../support/postgres.ts';
import { run } from '../../support/processes.ts';
import { createSteppedTime, findFakeTime } from './stepped-time.ts';

const library = findFakeTime();
if (library === null) {
  process.stderr.write('No clock of a process is stepped: libfaketime is not installed\n');
}

const tellTimes = `
  process.stdin.resume();
  setInterval(() => console.log(Date.now() + ' ' + performance.now()), 20);
`;

test.skipIf(library === null)(
  'the wall clock of a process is stepped both ways while it runs, and its monotonic clock is not',
  async () => {
    using clock = createSteppedTime(library ?? '');
    await using child = run('--eval', clock.environment, [tellTimes]);
    const aheadAfter = async (offsetMs: number): Promise<number> => {
      clock.stepTo(offsetMs);
      child.output.stdout = '';
      const [, , shown] = await child.says(/(\d+) [\d.]+\n(\d+) [\d.]+\n/);
      return Math.round((Number(shown) - Date.now()) / 10_000) * 10_000;
    };
    expect(await aheadAfter(3_600_000)).toBe(3_600_000);
    expect(await aheadAfter(-60_000)).toBe(-60_000);
    const monotonic = [...child.output.stdout.matchAll(/ ([\d.]+)\n/g)].map(([, ms]) => Number(ms));
    expect(monotonic).toEqual(monotonic.toSorted((a, b) => a - b));
    expect(monotonic.at(-1)).toBeLessThan(60_000);
  },
);

test.skipIf(library === null)('the clock of a whole database server is stepped', async () => {
  using clock = createSteppedTime(library ?? '');
  await using server = requireServer(await ownPostgresIn(clock.environment));
  await using database = await server.createDatabase();
  for (const offsetMs of [3_600_000, -3_600_000]) {
    clock.stepTo(offsetMs);
    const [row] = await database.query(
      'select extract(epoch from clock_timestamp())::float8 * 1000 as "nowMs"',
    );
    expect(Math.round((Number(row?.nowMs) - Date.now()) / 60_000)).toBe(offsetMs / 60_000);
  }
});
