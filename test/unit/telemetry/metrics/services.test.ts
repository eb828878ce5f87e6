import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { observedJournal } from '../../../../store/journal/observed-journal.ts';
import type { JournalDatabase } from '../../../../store/journal/port.ts';
import { openSqliteJournal } from '../../../../store/journal/sqlite/index.ts';
import { StoreUnavailable } from '../../../../store/store-unavailable.ts';
import { type ProcessLog, tellAlarms } from '../../../../subgraphs/runtime/errors.ts';
import { addHealthMetrics } from '../../../../telemetry/metrics/health.ts';
import { createServiceMetrics } from '../../../../telemetry/metrics/services/index.ts';
import { begun, lent, loanOf } from '../../../contract/journal/journal-under-test.ts';
import { secret } from '../../../support/journal-secret.ts';
import { valuesOf } from './values.ts';

function measure() {
  const registry = new Registry();
  return { registry, ...createServiceMetrics(registry) };
}

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'metrics-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Measures the calls of a journal. The default is a new journal. */
async function measureJournal(given?: JournalDatabase) {
  const { registry, ...observer } = measure();
  const opened = given ?? (await openSqliteJournal({ secret, path: join(folder, `${randomUUID()}.sqlite`) }));
  observer.watchJournal(opened);
  return { registry, journal: observedJournal(opened, observer) };
}

describe('the journal', () => {
  test('is the same journal, whose calls are timed', async () => {
    const { registry, journal: opened } = await measureJournal();
    await using journal = opened;
    const { id } = await begun(journal);
    expect((await journal.findById(id))?.id).toBe(id);
    expect(journal.keys.fingerprintKey.byteLength).toBeGreaterThan(0);
    const calls = await valuesOf(registry, 'patron_graph_journal_call_duration_seconds_count');
    expect(Object.fromEntries(calls.map(({ labels, value }) => [labels.call, value]))).toEqual({
      begin: 1,
      findById: 1,
    });
  });

  test('tells how long changes wait for a number, though this process numbers none', async () => {
    const { registry, ...observer } = measure();
    const path = join(folder, `${randomUUID()}.sqlite`);
    await using journal = await openSqliteJournal({ secret, path });
    observer.watchLog(journal);
    const waitingS = async () => {
      const [age] = await valuesOf(registry, 'patron_graph_log_unnumbered_age_seconds');
      return age?.value;
    };
    expect(await waitingS()).toBe(0);
    await begun(journal);
    await expect.poll(waitingS).toBeGreaterThan(0);
  });

  test('tells the age of the list of who owes something, once it is built', async () => {
    const { registry, ...observer } = measure();
    const ageIn = () => valuesOf(registry, 'patron_graph_owing_age_seconds');
    const state = { oldestAt: null, last: null };
    expect(await ageIn()).toEqual([]);
    observer.watchOwing({ owingState: async () => ({ ...state, ageMs: null }) });
    expect(await ageIn()).toEqual([]);
    observer.watchOwing({ owingState: async () => ({ ...state, ageMs: 4_000 }) });
    expect(await ageIn()).toEqual([{ labels: {}, value: 4 }]);
  });

  test('tells how long operations took to be settled, and how many are open', async () => {
    const { registry, journal: opened } = await measureJournal();
    await using journal = opened;
    await lent(journal, loanOf('P0000001'));
    await begun(journal);
    await begun(journal);
    expect(await valuesOf(registry, 'patron_graph_operation_settling_duration_seconds_count')).toEqual([
      { labels: { kind: 'CHECK_OUT', state: 'DONE' }, value: 1 },
    ]);
    expect(await valuesOf(registry, 'patron_graph_open_operations')).toEqual([
      { labels: { min_age_seconds: 0 }, value: 2 },
      { labels: { min_age_seconds: 60 }, value: 0 },
      { labels: { min_age_seconds: 300 }, value: 0 },
      { labels: { min_age_seconds: 3600 }, value: 0 },
    ]);
    const [oldest] = await valuesOf(registry, 'patron_graph_open_operations_oldest_age_seconds');
    expect(oldest?.value).toBeGreaterThan(0);
  });

  test('that can’t answer has no figures, rather than old or invented ones', async () => {
    const away = {
      countOpen: () => Promise.reject(new StoreUnavailable('away', { isOutage: true })),
      countOpenFindings: () => Promise.reject(new StoreUnavailable('away', { isOutage: true })),
      busiestColleagues: () => Promise.reject(new StoreUnavailable('away', { isOutage: true })),
      findById: () => Promise.reject(new StoreUnavailable('away', { isOutage: true })),
      connections: () => ({ used: 3, idle: 1, waiting: { staff: 2 }, max: 10 }),
    } as unknown as JournalDatabase;
    const { registry, journal } = await measureJournal(away);
    await expect(journal.findById('x')).rejects.toThrow('away');
    expect(await valuesOf(registry, 'patron_graph_open_operations')).toEqual([]);
    expect(await valuesOf(registry, 'patron_graph_open_operations_oldest_age_seconds')).toEqual([]);
    expect(await valuesOf(registry, 'patron_graph_open_findings')).toEqual([]);
    expect(await valuesOf(registry, 'patron_graph_patrons_read_by_one_colleague')).toEqual([]);
    expect(await valuesOf(registry, 'patron_graph_journal_call_duration_seconds_count')).toEqual([
      { labels: { call: 'findById', error_type: 'unavailable' }, value: 1 },
    ]);
    const waiting = await valuesOf(registry, 'db_client_connection_pending_requests');
    expect(waiting.map(({ labels, value }) => [labels.call_class, value])).toEqual([
      ['lending', 0],
      ['reader', 0],
      ['staff', 2],
      ['anonymous', 0],
      ['background', 0],
      ['live', 0],
    ]);
  });

  test('counts what it finds once, from 0 on', async () => {
    const { registry, journal: opened } = await measureJournal();
    await using journal = opened;
    const finding = { operationId: 'x'.repeat(22), sequence: '815', at: new Date() };
    const lost = { ...finding, discrepancy: 'OPERATION_LOST' } as const;
    const twice = { ...finding, discrepancy: 'DONE_TWICE' } as const;
    await journal.recordFindings([lost]);
    await journal.recordFindings([lost, twice]);
    const counted = await valuesOf(registry, 'patron_graph_findings_total');
    expect(counted.map(({ labels, value }) => [labels.discrepancy, value])).toEqual([
      ['OPERATION_LOST', 1],
      ['DONE_AFTER_REFUSAL', 0],
      ['DONE_TWICE', 1],
      ['DONE_TOO_LATE', 0],
      ['NOT_DONE', 0],
      ['OVER_LIMIT', 0],
      ['NEVER_SETTLES', 0],
      ['LENT_OFFLINE', 0],
      ['PAYMENT_LOST', 0],
      ['PAYMENT_AFTER_REFUSAL', 0],
      ['PAYMENT_DIFFERS', 0],
      ['PAYMENT_NOT_DONE', 0],
    ]);
  });

  test('tells whose data one colleague has read, by number alone', async () => {
    const { registry, journal: opened } = await measureJournal();
    await using journal = opened;
    const most = async () => await valuesOf(registry, 'patron_graph_patrons_read_by_one_colleague');
    expect(await most()).toEqual([{ labels: {}, value: 0 }]);
    const opening = {
      clientId: null,
      role: 'STAFF',
      reason: null,
      what: 'RECORD',
      applicationId: null,
    } as const;
    await journal.record([
      { ...opening, subject: 'staff-7', patronId: 'P0000001' },
      { ...opening, subject: 'staff-7', patronId: 'P0000002' },
      { ...opening, subject: 'staff-8', patronId: 'P0000001' },
    ]);
    expect(await most()).toEqual([{ labels: {}, value: 2 }]);
  });

  test('tells how many findings of each kind are open', async () => {
    const { registry, journal: opened } = await measureJournal();
    await using journal = opened;
    const open = async () =>
      (await valuesOf(registry, 'patron_graph_open_findings')).flatMap(({ labels, value }) =>
        value === 0 ? [] : [[labels.kind, value]],
      );
    expect(await valuesOf(registry, 'patron_graph_open_findings')).toHaveLength(21);
    expect(await open()).toEqual([]);
    const finding = { sequence: '815', at: new Date(), discrepancy: 'DONE_TWICE' } as const;
    const [first, second] = ['x', 'y'].map((letter) => letter.repeat(22));
    await journal.recordFindings([first, second].map((operationId = '') => ({ ...finding, operationId })));
    expect(await open()).toEqual([['DONE_TWICE', 2]]);
    const change = { state: 'CLOSED', by: 'staff', reason: 'The reader was called.' } as const;
    await journal.changeFinding({ id: first ?? '', kind: 'DONE_TWICE' }, change);
    expect(await open()).toEqual([['DONE_TWICE', 1]]);
  });

  test('tells of notices in the process that sends them alone', async () => {
    const { registry, journal: opened } = await measureJournal();
    await using journal = opened;
    const states = () => valuesOf(registry, 'patron_graph_notices');
    const notice = {
      kind: 'hold.ready',
      patronId: 'P0000001',
      endpoints: ['mail'],
      formerEmail: null,
    } as const;
    await journal.makeNotices(
      ['one', 'two', 'three', 'four', 'five'].map((occasion) => ({ ...notice, occasion })),
    );
    expect(await states()).toEqual([]);
    await journal.leaseNotices('this process', 60_000);
    const [first, second, third, fourth, fifth] = await journal.dueDeliveries('mail', 5);
    await journal.delivered(first?.id ?? '', 'mail');
    const failed = { failure: 'STATUS', status: 503 } as const;
    await journal.deliveryFailed(second?.id ?? '', 'mail', { ...failed, retryAfterMs: 5_000 });
    await journal.deliveryFailed(third?.id ?? '', 'mail', { ...failed, retryAfterMs: null });
    const unsent = { failure: 'NO_ADDRESS', status: null, retryAfterMs: null } as const;
    await journal.deliveryFailed(fourth?.id ?? '', 'mail', unsent);
    await journal.dropDelivery(fifth?.id ?? '', 'mail');
    expect(await states()).toEqual([
      { labels: { state: 'pending' }, value: 1 },
      { labels: { state: 'undelivered' }, value: 2 },
    ]);
    const attempts = await valuesOf(registry, 'patron_graph_notice_attempts_total');
    expect(Object.fromEntries(attempts.map(({ labels, value }) => [labels.outcome, value]))).toEqual({
      delivered: 1,
      failed: 1,
      given_up: 1,
      no_address: 1,
      dropped: 1,
    });
    await journal.leaveNotices('this process');
    expect(await states()).toEqual([]);
  });

  test('says while no place is reserved, in the process that follows circulation alone', async () => {
    const { registry, journal: opened } = await measureJournal();
    await using journal = opened;
    const closed = () => valuesOf(registry, 'patron_graph_places_closed');
    expect(await closed()).toEqual([]);
    await journal.followFeed('one', 60_000);
    expect(await closed()).toEqual([{ labels: {}, value: 0 }]);
    await journal.closePlaces();
    await journal.followFeed('one', 60_000);
    expect(await closed()).toEqual([{ labels: {}, value: 1 }]);
    await journal.openPlaces({ operator: 'an operator', reason: 'a drill', forMs: 60_000 });
    await journal.followFeed('one', 60_000);
    expect(await closed(), 'an operator has opened them').toEqual([{ labels: {}, value: 0 }]);
    await journal.followFeed('two', 60_000);
    expect(await closed()).toEqual([]);
  });
});

test('tries at PINs are counted by who tried and what came of it, from 0 on', async () => {
  const { registry, attempted } = measure();
  const wrongAt = async (source: string) =>
    (await valuesOf(registry, 'patron_graph_pin_attempts_total')).find(
      ({ labels }) => labels.source === source && labels.outcome === 'wrong',
    )?.value;
  expect(await wrongAt('sign-in')).toBe(0);
  attempted('sign-in', 'wrong');
  attempted('sign-in', 'right');
  expect(await wrongAt('sign-in')).toBe(1);
  expect(await wrongAt('partner')).toBe(0);
});

test('patrons whom stations ask for are counted by what came of it, from 0 on', async () => {
  const { registry, visited } = measure();
  const of = async (outcome: string) =>
    (await valuesOf(registry, 'patron_graph_station_visits_total')).find(
      ({ labels }) => labels.outcome === outcome,
    )?.value;
  expect(await of('unproven')).toBe(0);
  visited('unproven');
  expect(await of('unproven')).toBe(1);
  expect(await of('limited')).toBe(0);
});

test('every alarm in the log is counted, and nothing else', async () => {
  const { registry, ...observer } = measure();
  const lines: string[] = [];
  const written: ProcessLog = {
    info: () => undefined,
    warn: (_details, message) => lines.push(`warn ${message}`),
    error: (_details, message) => lines.push(`error ${message}`),
  };
  const log = tellAlarms(written, observer);
  log.error({}, 'ALARM: something is wrong');
  log.error({}, 'something failed');
  log.warn({}, 'something is slow');
  expect(await valuesOf(registry, 'patron_graph_alarms_total')).toEqual([{ labels: {}, value: 1 }]);
  expect(lines).toEqual([
    'error ALARM: something is wrong',
    'error something failed',
    'warn something is slow',
  ]);
});

test('a subgraph’s answers are timed, and their errors counted by code', async () => {
  const { registry, answered } = measure();
  const errors = ['FORBIDDEN', 'FORBIDDEN', 'UPSTREAM_TIMEOUT'].map((code) => ({
    message: 'no',
    extensions: { code },
  }));
  answered('patrons', errors, 20);
  const counted = await valuesOf(registry, 'patron_graph_subgraph_errors_total');
  expect(counted.map(({ labels, value }) => [labels.code, value])).toEqual([
    ['FORBIDDEN', 1],
    ['UPSTREAM_TIMEOUT', 1],
  ]);
  expect(await valuesOf(registry, 'patron_graph_subgraph_answer_duration_seconds_count')).toEqual([
    { labels: { subgraph: 'patrons' }, value: 1 },
  ]);
});

test('health is told at each scrape, and a scrape starts the watch as a probe does', async () => {
  const registry = new Registry();
  let asked = 0;
  let journal = false;
  addHealthMetrics(registry, {
    known: async () => {
      asked += 1;
    },
    conditions: () => ({ journal }),
    dependencies: () => ({ circulation: journal ? 'up' : 'down' }),
  });
  const states = async () => {
    const samples = await valuesOf(registry, 'patron_graph_dependency_state');
    return samples.filter(({ value }) => value === 1).map(({ labels }) => labels.state);
  };
  expect(await valuesOf(registry, 'patron_graph_ready_condition')).toEqual([
    { labels: { condition: 'journal' }, value: 0 },
  ]);
  expect(await states()).toEqual(['down']);
  journal = true;
  expect(await states()).toEqual(['up']);
  expect(asked).toBeGreaterThan(0);
});
