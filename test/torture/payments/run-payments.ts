import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { changeTimes } from '../../../subgraphs/operations/change-times.ts';
import { account } from '../../peers/peer.ts';
import type { PostgresDatabase } from '../../support/postgres.ts';
import { legacyEnv } from '../../support/services/environment.ts';
import { patientDatabase } from '../faults/patient-database.ts';
import { randomOf } from '../random.ts';
import { parseBooks, printBooks } from '../system/books-command.ts';
import { createDatabaseClock } from '../system/database-clock.ts';
import { countScheduledChecks, countUnsettled } from '../system/journal-entries.ts';
import { startLegacySystems } from '../system/legacy-records.ts';
import { type Findings, Replica, type ReplicaSettings } from '../system/replica.ts';
import { sharedSecret } from '../system/replica-settings.ts';
import type { SteppedServer } from '../system/stepped-server.ts';
import { recordTransitions } from '../system/transitions.ts';
import { createPatronGroups } from '../workload/patron-groups.ts';
import { FaultyWay } from './faulty-way.ts';
import { makeForeignChanges } from './foreign-changes.ts';
import { PaymentClient, type PaymentLog } from './payment-client.ts';
import type { PaymentDisturbances } from './payment-context.ts';
import type { PaymentHistory } from './payment-history.ts';
import { readPaymentOperations } from './payment-journal.ts';
import { certainMs, type PaymentScenario, paymentHost, returnOrigins } from './payment-scenario.ts';
import { runPaymentWorkload } from './payment-workload.ts';
import { RevenueSystem } from './revenue-system.ts';

/** The inputs of a run with payments. */
export interface PaymentRunSettings {
  readonly scenario: PaymentScenario;
  readonly seed: number;
  readonly server: SteppedServer;
  /** An empty database on the server. */
  readonly database: PostgresDatabase;
  /** The root of the source tree from which the replicas run. */
  readonly root: string;
  readonly progress: (operations: number) => void;
  /** Ends the workload early. */
  readonly over: AbortSignal;
}

/** Figures of a run for its report. */
export interface PaymentFigures {
  readonly log: PaymentLog;
  readonly disturbances: PaymentDisturbances;
  readonly findings: Findings;
  readonly wayHits: ReadonlyMap<string, number>;
  readonly stack: string;
  readonly askingMs: number;
  readonly settlingMs: number;
}

/**
 * The alarm of an operation that was corrected, or whose money came late, and those of the books, whose findings are
 * checked. Others are about a wrong program.
 */
const expectedAlarm =
  /was done after all|money came for a payment that had ended|the payment system made (?:a|another|no) change/;
const pollMs = 500;
/** The operations that are asked again at the end, at once and at most. */
const concurrency = 8;
/** A day, after which no payment is followed any more, in ms. */
const followedMs = 25 * 3_600_000;
const followingMs = 120_000;

/** Runs the workload over a foreign payment system, and reads what became of it. */
export async function runPayments(
  settings: PaymentRunSettings,
): Promise<{ readonly history: PaymentHistory; readonly figures: PaymentFigures }> {
  const { scenario, seed, server, over, progress } = settings;
  await using resources = new AsyncDisposableStack();
  const database = patientDatabase(settings.database);
  const revenue = resources.use(await RevenueSystem.start());
  const way = resources.use(new FaultyWay(revenue.url, randomOf(seed, 'way')));
  const findings: Findings = {
    ...{ failedChecks: new Map(), errors: new Map(), alarms: [] },
    ...{ refusedStarts: 0, failedStarts: 0 },
  };
  const replicas = await startReplicas(settings, await way.listen(), findings, resources);
  await recordTransitions(database, server.time);
  const log: PaymentLog = { asked: [], lost: 0, repeated: 0, errors: new Map() };
  const startedAt = performance.now();
  const disturbances = await runPaymentWorkload({
    scenario,
    seed,
    revenue,
    way,
    replicas,
    log,
    progress,
    over,
  });
  const foreign = await makeForeignChanges(
    revenue,
    new PaymentClient(replicas, randomOf(seed, 'foreign changes'), log),
  );
  const askedAt = performance.now();
  const isSettled = await poll(async () => (await countUnsettled(database)) === 0, scenario.settleWithinMs);
  const settledAt = performance.now();
  await askAgain(replicas, seed, log, isSettled);
  const hasWaited = scenario.settleWithinMs > certainMs;
  const isCompared = hasWaited && (await followToTheEnd(database, await lateReferences(revenue)));
  const found = isCompared ? parseBooks(await printBooks(database, settings.root)) : null;
  const operations = await readPaymentOperations(database, sharedSecret);
  const alarmed = [...findings.errors.keys()].filter((text) => text.startsWith('ALARM'));
  return {
    history: {
      ...{ operations, asked: log.asked, money: disturbances.money, alarms: findings.alarms },
      books: await revenue.readBooks(),
      otherAlarms: alarmed.filter((text) => !expectedAlarm.test(text)),
      ...{ foreign, findings: found, hasWaited },
    },
    figures: {
      ...{ log, disturbances, findings, wayHits: way.hits, stack: revenue.stack },
      askingMs: askedAt - startedAt,
      settlingMs: settledAt - askedAt,
    },
  };
}

/** The replicas of *charges*. They are disposed of with `resources`. */
async function startReplicas(
  { scenario, database, root }: PaymentRunSettings,
  url: string,
  findings: Findings,
  resources: AsyncDisposableStack,
): Promise<readonly Replica[]> {
  const legacy = resources.use(
    await startLegacySystems(createPatronGroups(1, 1, false).seed, changeTimes.dropAfterMs),
  );
  const environment = {
    SUBGRAPH_SECRET: sharedSecret,
    JOURNAL_SECRET: sharedSecret,
    DATABASE_URL: database.url,
    LOG_LEVEL: 'warn',
    ...legacyEnv(legacy.systems),
    RPS_URL: url,
    RPS_USER: account.user,
    RPS_PASSWORD: account.password,
    CHARGES_RETURN_ORIGINS: returnOrigins.join(),
    CHARGES_PAYMENT_HOSTS: paymentHost,
    ALLOW_SIMULATOR_TIMES: 'gapsFillMs=2000 laterChecksMs=4000,20000,120000',
  };
  const settings: ReplicaSettings = {
    subgraph: 'charges',
    clock: null,
    secret: sharedSecret,
    root: () => root,
    environment: () => environment,
    refusedEnvironment: () => null,
  };
  const replicas = Array.from({ length: scenario.replicas }, () =>
    resources.use(new Replica(settings, findings)),
  );
  for (const replica of replicas) {
    await replica.start();
  }
  return replicas;
}

/** Asks until the answer is true; false if the time was over before. */
async function poll(isSo: () => Promise<boolean>, maxMs: number): Promise<boolean> {
  const until = performance.now() + maxMs;
  while (!(await isSo())) {
    if (performance.now() > until) {
      return false;
    }
    await sleep(pollMs);
  }
  return true;
}

/** Asks for the operations again, with the same references: nothing more may happen, and the states are the last ones. */
async function askAgain(
  replicas: readonly Replica[],
  seed: number,
  log: PaymentLog,
  isSettled: boolean,
): Promise<void> {
  const client = new PaymentClient(replicas, randomOf(seed, 'again'), log);
  const left = isSettled ? [...log.asked] : log.asked.slice(-100);
  await Promise.all(
    Array.from({ length: concurrency }, async () => {
      for (let asked = left.pop(); asked !== undefined; asked = left.pop()) {
        const answer = await client.repeat(asked);
        if (answer !== null && isSettled) {
          answer.isFinal = true;
        }
      }
    }),
  );
}

const lateReferences = async (revenue: RevenueSystem): Promise<readonly string[]> =>
  (await revenue.readBooks()).orders
    .filter(({ state }) => state === 'PaidLate')
    .map(({ merchantRef }) => merchantRef);

/**
 * Puts the journal's clock forward by a day, so that every payment with late money is looked at once more, and the books
 * are compared. Resolves to false if they were not.
 */
async function followToTheEnd(database: PostgresDatabase, late: readonly string[]): Promise<boolean> {
  const references = z.array(z.string().regex(/^[\w-]+$/)).parse(late);
  await database.query(
    `update patron_graph.operations set look_at = null where look_at is not null and not (id = any('{${references.join()}}'))`,
  );
  const before = await comparedNight(database);
  await createDatabaseClock(database, null).stepTo(followedMs);
  await poll(async () => (await countScheduledChecks(database)) === 0, followingMs);
  return await poll(async () => (await comparedNight(database)) > before, followingMs);
}

const nightRow = z.tuple([z.object({ night: z.number() })]);
/** The night in which the books were compared last; -1 for none. */
const comparedNight = async (database: PostgresDatabase): Promise<number> =>
  nightRow.parse(
    await database.query('select coalesce(compared_night, -1) as night from patron_graph.owing_follower'),
  )[0].night;
