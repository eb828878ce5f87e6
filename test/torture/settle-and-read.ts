import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { anonymous, type Caller } from '../../gateway/access/caller.ts';
import type { PostgresDatabase } from '../support/postgres.ts';
import { latestDeliveryMs } from './faults/legacy-faults.ts';
import type { Effect, QuotaReading } from './history.ts';
import { randomOf } from './random.ts';
import { patient, type Scenario, settlingMsOf } from './scenario.ts';
import { advanceJournalClock } from './system/journal-clock.ts';
import {
  countScheduledChecks,
  countUnsettled,
  keepUsefulChecks,
  readCountedSequence,
} from './system/journal-entries.ts';
import type { LegacyRecords } from './system/legacy-records.ts';
import type { Replica } from './system/replica.ts';
import { Client, type ClientLog } from './workload/client.ts';
import type { PatronGroup } from './workload/patron-groups.ts';

/** Milliseconds between two queries of the journal. */
const pollMs = 500;
/** Milliseconds beyond the settling time: preparing, two leases of the reconciler, and a busy machine. */
const extraMs = 20_000 + 2 * 15_000 + 15_000;

/** Resolves once the journal has everything settled, or once the time for that is over. */
export async function untilSettled(database: PostgresDatabase, scenario: Scenario): Promise<void> {
  const until = performance.now() + settlingMsOf(scenario) + extraMs;
  while ((await countUnsettled(database)) > 0 && performance.now() < until) {
    await sleep(pollMs);
  }
}

/** Milliseconds for the last later checks, of which few are left. */
const lastChecksMs = 60_000;

/**
 * Puts the journal's clock forward, so that the last later check of every settled change is due at once, and waits for the
 * checks. What was delivered late or twice is found by then, or never. `askedAt`: when the workload ended, and with it all
 * faults; `aheadMs`: how far the journal's clock is ahead already.
 */
export async function untilCheckedAgain(
  database: PostgresDatabase,
  effects: () => readonly Effect[],
  { laterChecksMs: [, , last], legacyFaults }: Scenario,
  { askedAt, aheadMs }: { readonly askedAt: number; readonly aheadMs: number },
): Promise<void> {
  // Circulation still makes the changes that were delivered late.
  if (legacyFaults === 'random') {
    await sleep(Math.max(0, askedAt + latestDeliveryMs - Date.now()));
  }
  await keepUsefulChecks(database, effects());
  await advanceJournalClock(database, aheadMs + last);
  const until = performance.now() + lastChecksMs;
  while ((await countScheduledChecks(database)) > 0 && performance.now() < until) {
    await sleep(pollMs);
  }
}

/** Milliseconds for the follower of the feed: a lease, pages, and some polls more for what was settled since. */
const comparingMs = 60_000;
const pollsMs = 10_000;

/** Resolves once some replica has compared and counted all of circulation's events, or once the time for that is over. */
export async function untilCompared(
  database: PostgresDatabase,
  records: LegacyRecords,
  { gapsFillMs }: Scenario,
): Promise<void> {
  const until = performance.now() + comparingMs;
  const last = records.lastSequence();
  while ((await readCountedSequence(database)) !== last && performance.now() < until) {
    await sleep(pollMs);
  }
  // An operation without an event is a suspect for so long.
  await sleep(2 * gapsFillMs + pollsMs);
}

/** Asks, at any replica, for each operation whose client left without a final state. */
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

const staff: Caller = {
  ...anonymous,
  authenticated: true,
  issuer: 'https://id.example',
  subject: 'staff',
  audience: null,
  scopes: new Set(['circulation:read']),
};

const entities = z.object({
  _entities: z.array(z.object({ loanQuota: z.object({ used: z.number(), pending: z.number() }) })),
});
/** Patrons in one query. */
const pageSize = 10;
/** Milliseconds for one query. */
const patienceMs = 20_000;

/** Every patron's quota, asked for as the gateway does, each page at another replica. */
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
  const { _entities } = entities.parse(response?.data);
  return patronIds.map((patronId, index) => {
    const quota = _entities[index]?.loanQuota;
    if (quota === undefined) {
      throw new Error(`the graph reports no quota for ${patronId}`);
    }
    return { patronId, from, until: Date.now(), ...quota };
  });
}
