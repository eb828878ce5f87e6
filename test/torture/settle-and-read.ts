import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import type { Caller } from '../../gateway/access/caller.ts';
import type { PostgresDatabase } from '../support/postgres.ts';
import { latestDeliveryMs } from './faults/legacy-faults.ts';
import type { Effect, QuotaTold } from './history.ts';
import { randomOf } from './random.ts';
import { patient, type Scenario, settlingMsOf } from './scenario.ts';
import { putForward } from './system/journal-clock.ts';
import { countLooks, countUnsettled, keepLooks } from './system/journal-entries.ts';
import type { Books } from './system/legacy-records.ts';
import type { Replica } from './system/replica.ts';
import { Client, type ClientLog } from './workload/client.ts';
import type { Cast } from './workload/patron-groups.ts';

/** Milliseconds between two looks at what is not settled. */
const lookMs = 500;
/** Milliseconds beside the settling time: to prepare, two leases of the settler, and some for a busy machine. */
const besidesMs = 20_000 + 2 * 15_000 + 15_000;

/** Waits until the journal has everything settled, or has had all the time for it that there is. */
export async function untilSettled(database: PostgresDatabase, scenario: Scenario): Promise<void> {
  const until = performance.now() + settlingMsOf(scenario) + besidesMs;
  while ((await countUnsettled(database)) > 0 && performance.now() < until) {
    await sleep(lookMs);
  }
}

/** Milliseconds for all that is looked at again, of which there is little left. */
const laterLooksMs = 60_000;

/**
 * The time of the last later look comes, at once: what arrived late or twice is found by then, or never. Nothing else is waited
 * for.
 */
export async function untilLookedAtAgain(
  database: PostgresDatabase,
  effects: () => readonly Effect[],
  { laterLooksMs: [, , last], weather }: Scenario,
  aheadMs: number,
): Promise<void> {
  // Whatever circulation still has to do, of what was delivered to it, it does.
  if (weather === 'changing') {
    await sleep(latestDeliveryMs);
  }
  await keepLooks(database, effects());
  await putForward(database, aheadMs + last);
  const until = performance.now() + laterLooksMs;
  while ((await countLooks(database)) > 0 && performance.now() < until) {
    await sleep(lookMs);
  }
}

/** The clients of what was open come back, to any replica. */
export async function askOpen(replicas: readonly Replica[], log: ClientLog, seed: number): Promise<void> {
  const client = new Client('afterwards', replicas, randomOf(seed, 'afterwards'), log, patient);
  for (const { asked, caller } of log.open) {
    await client.ask(asked, caller);
  }
}

const staff: Caller = {
  authenticated: true,
  issuer: 'https://id.example',
  subject: 'staff',
  patronId: null,
  clientId: null,
  scopes: new Set(['circulation:read']),
  language: 'en',
};

const entities = z.object({
  _entities: z.array(z.object({ loanQuota: z.object({ used: z.number(), pending: z.number() }) })),
});
/** Patrons asked for at once. */
const page = 10;
/** Milliseconds for a page. */
const patienceMs = 20_000;

/** What the graph says of every patron's quota, asked as the gateway asks, each page at another replica. */
export async function askFinalQuotas(
  replicas: readonly Replica[],
  books: Books,
  casts: readonly Cast[],
): Promise<QuotaTold[]> {
  const patronIds = casts.flatMap((cast) => cast.patronIds);
  const told: QuotaTold[] = [];
  for (let start = 0; start < patronIds.length; start += page) {
    const asked = patronIds.slice(start, start + page);
    const replica = replicas[(start / page) % replicas.length];
    told.push(...(await askQuotas(replica, books, asked)));
  }
  return told;
}

async function askQuotas(
  replica: Replica | undefined,
  books: Books,
  patronIds: readonly string[],
): Promise<QuotaTold[]> {
  const representations = patronIds.map((id) => ({
    __typename: 'Patron',
    id,
    cardNumbers: books.cardsOf(id).map(({ cardNo }) => cardNo),
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
  const response = await replica?.transport?.(request, staff, AbortSignal.timeout(patienceMs));
  const { _entities } = entities.parse(response?.data);
  return patronIds.map((patronId, index) => {
    const quota = _entities[index]?.loanQuota;
    if (quota === undefined) {
      throw new Error(`the graph tells no quota of ${patronId}`);
    }
    return { patronId, from, until: Date.now(), ...quota };
  });
}
