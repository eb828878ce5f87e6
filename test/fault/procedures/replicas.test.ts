import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPostgresJournal } from '../../../store/journal/postgres/index.ts';
import { secret } from '../../support/journal-secret.ts';
import { findPostgres, type NoPostgres, type PostgresServer } from '../../support/postgres.ts';
import { startFixture } from './harness/fixture.ts';
import { settledAnswer } from './harness/system.ts';
import { patientTimes } from './harness/times.ts';
import { scenarios } from './scenarios/scenarios.ts';

let server: PostgresServer | NoPostgres;
beforeAll(async () => {
  server = await findPostgres();
  if ('reason' in server) {
    process.stdout.write(`replicas are skipped, there is no PostgreSQL: ${server.reason}\n`);
  }
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());

/** The number of concurrent requests. They are sent to the replicas in turn. */
const requests = 6;

describe('the same reference sent to two replicas at once is one operation', () => {
  test.for(scenarios)('$name', { timeout: 60_000 }, async (scenario, { skip }) => {
    if ('reason' in server) {
      return skip(server.reason);
    }
    await using database = await server.createDatabase();
    await using fixture = await startFixture(scenario, patientTimes);
    await using oneJournal = await openPostgresJournal({ secret, url: database.url, tls: null });
    await scenario.before?.(oneJournal);
    await using one = await fixture.open({ journal: oneJournal });
    await using otherJournal = await openPostgresJournal({ secret, url: database.url, tls: null });
    await using other = await fixture.open({ journal: otherJournal });
    const systems = Array.from({ length: requests }, (_, index) => (index % 2 === 0 ? one : other));
    const first = await Promise.all(systems.map((system) => system.ask()));
    for (const { payload } of first) {
      expect([scenario.state, 'UNSETTLED']).toContain(payload.operation.state);
    }
    const answers = await Promise.all(systems.map((system) => settledAnswer(system)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]?.operation.state).toBe(scenario.state);
    expect(fixture.records.changes()).toEqual(scenario.changes);
  });
});
