import { DEFAULT_CREDENTIALS } from '../../simulators/index.ts';
import type { PostgresDatabase } from '../support/postgres.ts';
import { DropTimes } from './faults/drop-times.ts';
import type { History, Interval } from './history.ts';
import { randomOf } from './random.ts';
import { castsIn, isDebugged, type Scenario, settlingMsOf } from './scenario.ts';
import { askFinalQuotas, askOpen, untilLookedAtAgain, untilSettled } from './settle-and-read.ts';
import { writeDownMoments } from './system/journal-clock.ts';
import { readEntries } from './system/journal-entries.ts';
import { type Books, openBooks } from './system/legacy-records.ts';
import { type Findings, Replica, type ReplicaSettings } from './system/replica.ts';
import type { ClientLog } from './workload/client.ts';
import { createCasts } from './workload/patron-groups.ts';
import { askWhileDisturbed, type Disturbed } from './workload/run-workload.ts';

/** What a run is made of. */
export interface RunSettings {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Empty. */
  readonly database: PostgresDatabase;
  /** The source tree that the replicas run: this one or a copy. */
  readonly root: string;
  /** Told now and then how many operations have been asked for. */
  readonly progress: (operations: number) => void;
}

/** What a run did, beside its history. */
export interface Figures extends Disturbed {
  readonly log: ClientLog;
  readonly findings: Findings;
  /** Milliseconds in which something was asked for, and until all of it was settled. */
  readonly askingMs: number;
  readonly settlingMs: number;
}

/** Runs a scenario to its end: nothing fails any more, and everything is settled, or had the time to be. */
export async function runScenario(
  settings: RunSettings,
): Promise<{ readonly history: History; readonly figures: Figures }> {
  const { scenario, seed, database } = settings;
  await using resources = new AsyncDisposableStack();
  const { seed: legacySeed, casts } = createCasts(castsIn(scenario), scenario.patrons);
  const books = resources.use(await openBooks(legacySeed, scenario.dropAfterMs));
  const findings: Findings = { failedLooks: new Map(), alarms: [], refusedStarts: 0, errors: new Map() };
  const dropTimes = new DropTimes(scenario, randomOf(seed, 'drop times'));
  const replicas = Array.from({ length: scenario.replicas }, () =>
    resources.use(new Replica(replicaSettings(settings, books, dropTimes), findings)),
  );
  for (const replica of replicas) {
    await replica.start();
  }
  await writeDownMoments(database);

  const startedAt = Date.now();
  const log: ClientLog = { asked: [], quotas: [], open: [], lost: 0, repeated: 0, errors: new Map() };
  const disturbed = await askWhileDisturbed({ ...settings, books, replicas, casts, log });
  const askedAt = Date.now();
  await untilSettled(database, scenario);
  const settledAt = Date.now();
  await untilLookedAtAgain(database, () => books.effects(), scenario, disturbed.disturbances.aheadMs);

  await askOpen(replicas, log, seed);
  const history: History = {
    changes: books.changes,
    effects: books.effects(),
    deliveries: books.deliveries,
    confirmations: books.confirmations,
    journal: await readEntries(database, sharedSecret),
    asked: log.asked,
    quotas: log.quotas,
    finalQuotas: await askFinalQuotas(replicas, books, casts),
    failedLooks: findings.failedLooks,
    disruptions: replicas.flatMap((replica) => replica.disruptions),
    jumps: disturbed.disturbances.jumps,
    unattended: together(replicas, { from: startedAt, until: settledAt }),
    alarms: findings.alarms,
    settlingMs: settlingMsOf(scenario),
    isFaultless: scenario.isFaultless,
  };
  const figures = {
    ...disturbed,
    log,
    findings,
    askingMs: askedAt - startedAt,
    settlingMs: settledAt - askedAt,
  };
  return { history, figures };
}

const sharedSecret = 'what the replicas of a run share';

function replicaSettings(
  { root, database, scenario }: RunSettings,
  { systems }: Books,
  dropTimes: DropTimes,
): ReplicaSettings {
  const { cms, circ } = DEFAULT_CREDENTIALS;
  const secret = sharedSecret;
  const environment = {
    ...{ SUBGRAPH_SECRET: secret, JOURNAL_SECRET: secret, DATABASE_URL: database.url, LOG_LEVEL: 'warn' },
    ...{ PRS_URL: systems.prs.url },
    ...{ CMS_URL: systems.cms.url, CMS_USER: cms.user, CMS_PASSWORD: cms.password },
    ...{ CIRC_URL: systems.circ.url, CIRC_USER: circ.user, CIRC_PASSWORD: circ.password },
    ...(isDebugged(scenario) && { NODE_OPTIONS: '--inspect=127.0.0.1:0' }),
    ...{ CIRC_DEADLINE_MS: String(scenario.callMs), ALLOW_SIMULATOR_TIMES: '1' },
    CIRC_LATER_CHECKS_MS: scenario.laterLooksMs.join(','),
  };
  const withDropTime = (ms: number) => ({ ...environment, CIRC_DROP_AFTER_MS: String(ms) });
  return {
    root,
    secret,
    environment: () => withDropTime(dropTimes.next()),
    refused() {
      const tooSmallMs = dropTimes.tooSmall();
      return tooSmallMs === null ? null : withDropTime(tooSmallMs);
    },
  };
}

/** The times within the whole in which none of them was there. */
function together(replicas: readonly Replica[], whole: Interval): readonly Interval[] {
  const shared = (a: Interval, b: Interval): Interval => ({
    from: Math.max(a.from, b.from),
    until: Math.min(a.until, b.until),
  });
  return replicas.reduce<readonly Interval[]>(
    (so, { disruptions }) =>
      so
        .flatMap((one) => disruptions.map((other) => shared(one, other)))
        .filter(({ from, until }) => from < until),
    [whole],
  );
}
