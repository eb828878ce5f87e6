import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { whyNoPgBouncer } from '../support/servers/pgbouncer.ts';
import { check } from './check/index.ts';
import { countRoom } from './check/limits-and-quotas.ts';
import { briefPayments } from './payments/payment-scenario.ts';
import { runAndReport } from './payments/run-and-report.ts';
import { reportOf } from './report.ts';
import { runScenario } from './run.ts';
import { brief, type Scenario } from './scenario.ts';
import { findSteppedServer, unsteppedClocks } from './system/stepped-server.ts';

const seed = Number(process.env.SEED ?? Date.now() % 1_000_000);
const server = await findSteppedServer();
afterAll(() => server[Symbol.asyncDispose]());
const missing =
  'reason' in server
    ? `torture is skipped, there is no PostgreSQL: ${server.reason}`
    : unsteppedClocks(server);
if (missing !== null) {
  process.stderr.write(`${missing}\n`);
}

const noPgBouncer = whyNoPgBouncer();
if (noPgBouncer !== null) {
  process.stderr.write(`torture reaches PostgreSQL without PgBouncer: ${noPgBouncer}\n`);
}

async function runAndCheck(scenario: Scenario) {
  if ('reason' in server) {
    throw new Error(server.reason);
  }
  process.stderr.write(`torture: SEED=${seed}\n`);
  await using database = await server.postgres.createDatabase();
  const root = join(import.meta.dirname, '../..');
  const { history, figures } = await runScenario({
    scenario,
    seed,
    server,
    database,
    root,
    before: null,
    progress: () => {},
  });
  const violations = check(history);
  return { history, figures, violations, report: reportOf(history, figures, violations) };
}

/** A share of payments, in a database of its own on the same server. `said` gets the report. */
async function runPaymentsBeside(said: string[]): Promise<boolean> {
  if ('reason' in server) {
    throw new Error(server.reason);
  }
  const say = (text: string): void => void said.push(text);
  const { signal: over } = new AbortController();
  const root = join(import.meta.dirname, '../..');
  const isRight = await runAndReport({ scenario: briefPayments, seed, server, root, say, over });
  process.stderr.write(`${said.at(-1)}\n`);
  return isRight;
}

test.skipIf('reason' in server)(
  'three replicas that are killed, frozen and given faulty answers lend no patron more than ten items, lose no operation, and tell subscribers everything',
  { timeout: 400_000 },
  async () => {
    const said: string[] = [];
    const payments = runPaymentsBeside(said);
    const { history, figures, report, violations } = await runAndCheck({
      ...brief,
      usesPgBouncer: noPgBouncer === null,
    });
    expect(violations, report).toEqual([]);
    expect(await payments, said.join('\n')).toBe(true);
    expect(history.journal.length).toBeGreaterThan(50);
    // Without this check, a run that lends nothing would pass. `npm run torture -- --brief --no-faults` also checks that
    // no patron with room was refused.
    expect(countRoom(history).done, report).toBeGreaterThan(0);
    expect(figures.disturbances.freezes).toBeGreaterThan(0);
    expect(figures.disturbances.kills).toBeGreaterThan(0);
    expect(history.live?.streams.some(({ told }) => told.length > 50)).toBe(true);
  },
);
