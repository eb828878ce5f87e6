import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { PostgresDatabase } from '../support/postgres.ts';
import { maxDelayMs } from './check/settling.ts';
import { latestDeliveryMs } from './faults/legacy-faults.ts';
import type { Effect, OpenRecords, QuotaReading } from './history.ts';
import { randomOf } from './random.ts';
import { patient, type Scenario, settlingMsOf } from './scenario.ts';
import type { DatabaseClock } from './system/database-clock.ts';
import {
  countScheduledChecks,
  countUnsettled,
  keepUsefulChecks,
  lastCheckInMs,
  readCountedSequence,
} from './system/journal-entries.ts';
import type { LegacyRecords } from './system/legacy-records.ts';
import type { Replica } from './system/replica.ts';
import { callerOf } from './workload/actions.ts';
import { Client, type ClientLog } from './workload/client.ts';
import type { PatronGroup } from './workload/patron-groups.ts';

/** Time between two queries of the journal, in ms. */
const pollMs = 500;
/**
 * A time that is added to the settling time for preparation, two leases of the reconciler and a busy machine, in ms.
 */
const extraMs = 20_000 + 2 * 15_000 + 15_000;

/** Resolves when all operations are settled, or when the time for settling is over. */
export async function untilSettled(database: PostgresDatabase, scenario: Scenario): Promise<void> {
  const putBackMs = scenario.jumpEveryMs === null ? 0 : maxDelayMs;
  await poll(
    async () => (await countUnsettled(database)) === 0,
    settlingMsOf(scenario) + extraMs + putBackMs,
  );
}

/** Asks until the answer is true, or until `maxMs` are over. */
async function poll(isSo: () => Promise<boolean>, maxMs: number): Promise<void> {
  const until = performance.now() + maxMs;
  while (!(await isSo()) && performance.now() < until) {
    await sleep(pollMs);
  }
}

/** The time for the few remaining later checks, in ms. */
const lastChecksMs = 60_000;

/**
 * Puts the database's clock forward, so that the last later check of every settled change is due, and waits for the
 * checks. They find changes that were delivered late or twice. `askedAt` is the time at which the workload and all
 * faults ended.
 */
export async function untilCheckedAgain(
  database: PostgresDatabase,
  effects: () => readonly Effect[],
  { laterChecksMs: [, , last], legacyFaults }: Scenario,
  { askedAt, databaseClock }: { readonly askedAt: number; readonly databaseClock: DatabaseClock },
): Promise<void> {
  // Until `latestDeliveryMs` have passed, circulation may still make changes that are delivered late.
  if (legacyFaults === 'random') {
    await sleep(Math.max(0, askedAt + latestDeliveryMs - Date.now()));
  }
  await keepUsefulChecks(database, effects());
  const lastInMs = await lastCheckInMs(database);
  await databaseClock.stepTo(databaseClock.offsetMs + Math.max(last, Math.ceil(lastInMs)));
  await poll(async () => (await countScheduledChecks(database)) === 0, lastChecksMs);
}

/**
 * The time for the follower of the feed, in ms. It needs a lease and reads several pages. Then it polls again for
 * operations that were settled since.
 */
const comparingMs = 60_000;
const pollsMs = 10_000;

/** Resolves when a replica has compared and counted all of circulation's events, or when the time for that is over. */
export async function untilCompared(
  database: PostgresDatabase,
  records: LegacyRecords,
  { gapsFillMs }: Scenario,
): Promise<void> {
  const last = records.lastSequence();
  await poll(async () => (await readCountedSequence(database)) === last, comparingMs);
  // The books report an operation without an event as missing only after this time.
  await sleep(2 * gapsFillMs + pollsMs);
}

/** Asks any replica for each operation whose client got no final state. */
export async function askUnfinished(
  replicas: readonly Replica[],
  log: ClientLog,
  seed: number,
): Promise<void> {
  const client = new Client('afterwards', replicas, randomOf(seed, 'afterwards'), log, patient);
  for (const { asked, caller } of log.open) {
    await client.ask(asked, caller);
  }
}

/** The time in which the index must read all changes, in ms. */
const indexingMs = 60_000;
const branch = z.object({ loansOut: z.number(), holdsReady: z.number(), holdsQueued: z.number() });
const branches = z.object({ branches: z.array(branch) });

/**
 * Asks any replica for the open records in the index, until they equal circulation's, or until the time for that is
 * over. Null if the index is not ready.
 */
export async function askIndex(
  [replica]: readonly Replica[],
  records: LegacyRecords,
): Promise<OpenRecords | null> {
  let indexed: OpenRecords | null = null;
  await poll(async () => {
    const operation = 'query { branches { loansOut holdsReady holdsQueued } }';
    const request = { subgraph: 'circulation', operation, kind: 'query', variables: {} } as const;
    const signal = AbortSignal.timeout(patienceMs);
    const response = await replica?.transport?.(request, staff, signal, 'staff', null, null);
    const counts = branches.safeParse(response?.data).data?.branches;
    indexed =
      counts?.reduce(
        (sum, { loansOut, holdsReady, holdsQueued }) => ({
          loans: sum.loans + loansOut,
          holds: sum.holds + holdsReady + holdsQueued,
        }),
        { loans: 0, holds: 0 },
      ) ?? null;
    const { loans, holds } = records.openRecords();
    return indexed?.loans === loans && indexed.holds === holds;
  }, indexingMs);
  return indexed;
}

const staff = callerOf('staff', ['circulation:read']);

const entities = z.object({
  _entities: z.array(z.object({ loanQuota: z.object({ used: z.number(), pending: z.number() }) })),
});
/** The number of patrons in a query. */
const pageSize = 10;
/** The time for a query, in ms. */
const patienceMs = 20_000;

/** Asks for every patron's quota as the gateway does. Asks the next replica for each page. */
export async function askFinalQuotas(
  replicas: readonly Replica[],
  records: LegacyRecords,
  groups: readonly PatronGroup[],
): Promise<QuotaReading[]> {
  const patronIds = groups.flatMap((group) => group.patronIds);
  const readings: QuotaReading[] = [];
  for (let start = 0; start < patronIds.length; start += pageSize) {
    const asked = patronIds.slice(start, start + pageSize);
    const replica = replicas[(start / pageSize) % replicas.length];
    readings.push(...(await askQuotas(replica, records, asked)));
  }
  return readings;
}

async function askQuotas(
  replica: Replica | undefined,
  records: LegacyRecords,
  patronIds: readonly string[],
): Promise<QuotaReading[]> {
  const representations = patronIds.map((id) => ({
    __typename: 'Patron',
    id,
    cardNumbers: records.cardsOf(id).map(({ cardNo }) => cardNo),
  }));
  const operation =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) ' +
    '{ ... on Patron { loanQuota { used pending } } } }';
  const from = Date.now();
  const request = {
    subgraph: 'circulation',
    operation,
    kind: 'query',
    variables: { representations },
  } as const;
  const signal = AbortSignal.timeout(patienceMs);
  const response = await replica?.transport?.(request, staff, signal, 'staff', null, null);
  const { data } = entities.safeParse(response?.data);
  if (data?._entities.length !== patronIds.length) {
    throw new Error(`the graph reports no quotas of ${patronIds}: ${JSON.stringify(response)}`);
  }
  const until = Date.now();
  return data._entities.map(({ loanQuota }, index) => {
    return { patronId: patronIds[index] ?? '', from, until, ...loanQuota };
  });
}
