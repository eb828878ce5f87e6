/** The graph is told of each station once, whatever fails meanwhile. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RelayedRequest } from '../../../../../edge/graph/client.ts';
import { createEnrolments, type Enrolments } from '../../../../../edge/web/stations/enrolments.ts';
import {
  type StationReporter,
  startStationReporter,
} from '../../../../../edge/web/stations/report-stations.ts';
import {
  type UnreportedChanges,
  unreportedChanges,
} from '../../../../../edge/web/stations/unreported-changes.ts';
import { openSqliteState } from '../../../../../store/shared-state/sqlite/sealed-state.ts';

const weekMs = 7 * 24 * 60 * 60_000;

let resources: AsyncDisposableStack;
let enrolments: Enrolments;
let unreported: UnreportedChanges;
let now: number;
let warnings: string[];
/** What the graph was told, as `<station> <token> <change> <whether it is in service>`. */
let told: string[];
let answer: () => { readonly status: number; readonly body: string };

const recorded = () => ({ status: 200, body: '{"data":{"recordStationService":{"isInService":true}}}' });

beforeEach(async () => {
  resources = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'stations-'));
  resources.defer(() => rm(folder, { recursive: true }));
  now = Date.parse('2026-11-24T12:00:00+08:00');
  [warnings, told, answer] = [[], [], recorded];
  const secrets = [new TextEncoder().encode('a secret of the tests, long enough')] as const;
  const path = join(folder, 'web.sqlite');
  const state = await openSqliteState({ path, owner: 'web', now: () => now, secrets });
  enrolments = createEnrolments(resources.use(state), () => now);
  unreported = unreportedChanges(state, () => now);
});
afterEach(() => resources.disposeAsync());

function startReporter(): StationReporter {
  const relay = async ({ body, token, caller }: RelayedRequest) => {
    const { variables } = JSON.parse(String(body)) as {
      variables: { input: { changeId: string; isInService: boolean } };
    };
    const answered = answer();
    told.push(`${caller} ${token} ${variables.input.changeId} ${variables.input.isInService}`);
    return { ...answered, headers: {}, body: Buffer.from(answered.body) };
  };
  const nothing = () => undefined;
  const log = { level: 'warn', debug: nothing, info: nothing, error: nothing };
  const warn = (_details: object, message: string) => void warnings.push(message);
  return resources.use(
    startStationReporter(
      { graph: { relay }, log: { ...log, warn } },
      unreported,
      async ({ id }) => `as-${id}`,
    ),
  );
}

async function enrol(): Promise<string> {
  const { code } = await enrolments.makeCode({ name: 'Gate', branch: 'HKCL' }, 'chan');
  return (await enrolments.enrol(code))?.station.id ?? expect.fail('the code is not accepted');
}

const untilAllReported = () => vi.waitFor(async () => expect(await unreported.list()).toEqual([]), 10_000);

test('that a station was enrolled, and then revoked, is told in this order, once, with its own token', async () => {
  const reporter = startReporter();
  const id = await enrol();
  reporter.report();
  await untilAllReported();
  await enrolments.revoke(id, 'chan');
  reporter.report();
  reporter.report();
  await untilAllReported();
  expect(told).toEqual([`${id} as-${id} enrolled true`, `${id} as-${id} revoked false`]);
  expect(warnings).toEqual([]);
});

test('what the process before has not told, and what the graph did not answer, is told later', async () => {
  const id = await enrol();
  await enrolments.revoke(id, 'chan');
  const reporter = startReporter();
  const failures = [
    { status: 503, body: '<html>' },
    { status: 200, body: '{"data":{"recordStationService":null},"errors":[{"message":"no"}]}' },
  ];
  answer = () => failures.shift() ?? recorded();
  for (const count of [1, 2]) {
    reporter.report();
    await vi.waitFor(() => expect(warnings).toHaveLength(count), 10_000);
  }
  reporter.report();
  await untilAllReported();
  const enrolled = `${id} as-${id} enrolled true`;
  expect(told).toEqual([enrolled, enrolled, enrolled, `${id} as-${id} revoked false`]);
});

test('what is older than the graph’s log is not told, and nothing is told twice later', async () => {
  const id = await enrol();
  now += weekMs;
  expect(await unreported.list()).toEqual([]);
  await enrolments.revoke(id, 'chan');
  const [change] = await unreported.list();
  expect(change).toMatchObject({ kind: 'revoked', station: { id } });
  await unreported.markReported(change ?? expect.fail('nothing is unreported'));
  now += weekMs - 1;
  expect(await unreported.list()).toEqual([]);
});
