import { join } from 'node:path';
import type { PostgresDatabase } from '../support/postgres.ts';
import { legacyEnv } from '../support/services/environment.ts';
import { root as sourceRoot } from '../support/services/source-tree.ts';
import { DropTimes } from './faults/drop-times.ts';
import type { History, Interval } from './history.ts';
import { randomOf } from './random.ts';
import { groupCount, isDebugged, type Scenario, settlingMsOf } from './scenario.ts';
import {
  askFinalQuotas,
  askIndex,
  askUnfinished,
  untilCheckedAgain,
  untilCompared,
  untilSettled,
} from './settle-and-read.ts';
import { printBooks } from './system/books-command.ts';
import { createDatabaseClock } from './system/database-clock.ts';
import { readCountedSequence, readJournal } from './system/journal-entries.ts';
import { type LegacyRecords, startLegacySystems } from './system/legacy-records.ts';
import { endedLives, readFindings, readMerges } from './system/life-records.ts';
import { recordLives } from './system/life-triggers.ts';
import { type Findings, Replica, type ReplicaSettings } from './system/replica.ts';
import { startSip2Edge } from './system/sip2-edge.ts';
import type { SteppedServer } from './system/stepped-server.ts';
import { createSteppedTime, type SteppedTime } from './system/stepped-time.ts';
import { recordTransitions } from './system/transitions.ts';
import type { ClientLog } from './workload/client.ts';
import { closeLives, eraseLives } from './workload/lives.ts';
import { createPatronGroups } from './workload/patron-groups.ts';
import { runWorkload, type WorkloadResult } from './workload/run-workload.ts';

/** The inputs of a run. */
export interface RunSettings {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly server: SteppedServer;
  /** An empty database on the server. */
  readonly database: PostgresDatabase;
  /** The root of the source tree from which the replicas run: this tree or a copy. */
  readonly root: string;
  /** Called from time to time with the number of requested operations. */
  readonly progress: (operations: number) => void;
}

/** Figures of a run for its report. The checker uses only the history. */
export interface Figures extends WorkloadResult {
  readonly log: ClientLog;
  readonly findings: Findings;
  /** How long the workload ran, in ms. */
  readonly askingMs: number;
  /** The time from the end of the workload until everything was settled, in ms. */
  readonly settlingMs: number;
}

/** Runs a scenario until no fault is left and everything is settled, or until the time for settling is over. */
export async function runScenario(
  settings: RunSettings,
): Promise<{ readonly history: History; readonly figures: Figures }> {
  const { scenario, seed, server, database } = settings;
  await using resources = new AsyncDisposableStack();
  const { seed: legacySeed, groups } = createPatronGroups(
    groupCount(scenario),
    scenario.patrons,
    scenario.mergeAfterMs !== null,
  );
  const records = resources.use(await startLegacySystems(legacySeed, scenario.dropAfterMs));
  const findings: Findings = {
    failedChecks: new Map(),
    alarms: [],
    refusedStarts: 0,
    failedStarts: 0,
    errors: new Map(),
  };
  const dropTimes = new DropTimes(scenario, randomOf(seed, 'drop times'));
  const databaseClock = createDatabaseClock(database, server.time);
  // The previous run may have left the server's clock ahead.
  server.time?.stepTo(0);
  const replicas = Array.from({ length: scenario.replicas }, () => {
    const isStepped = server.fakeTime !== null && scenario.stepEveryMs !== null;
    const clock = isStepped ? resources.use(createSteppedTime(server.fakeTime)) : null;
    return resources.use(
      new Replica(replicaSettings(settings, records, dropTimes, clock, 'circulation'), findings),
    );
  });
  const staffReplicas = (subgraph: 'patrons' | 'credentials', isUsed: boolean) =>
    Array.from({ length: isUsed ? replicasOfStaff : 0 }, () => {
      const staffSettings = replicaSettings(settings, records, dropTimes, null, subgraph);
      return resources.use(new Replica({ ...staffSettings, refusedEnvironment: () => null }, findings));
    });
  const merges = scenario.mergeAfterMs !== null;
  const clerks = staffReplicas('patrons', merges || scenario.turnEveryMs !== null);
  const mergers = staffReplicas('credentials', merges);
  for (const replica of replicas) {
    await replica.start();
  }
  await Promise.all([...clerks, ...mergers].map((replica) => replica.start()));
  await recordTransitions(database, server.time);
  await recordLives(database);
  const sip2 =
    scenario.sip2Stations === 0
      ? null
      : resources.use(
          await startSip2Edge(
            replicas,
            environmentOf(settings, records, dropTimes.largestMs),
            scenario.sip2Stations,
          ),
        );

  const startedAt = Date.now();
  const log: ClientLog = { asked: [], quotas: [], open: [], lost: 0, repeated: 0, errors: new Map() };
  const context = { ...settings, databaseClock, records, replicas, clerks, mergers, sip2, groups, log };
  const workload = await runWorkload(context);
  const askedAt = Date.now();
  await untilSettled(database, scenario);
  const settledAt = Date.now();
  await closeLives(context, workload.lives);
  await untilSettled(database, scenario);
  await untilCheckedAgain(database, () => records.effects(), scenario, { askedAt, databaseClock });
  await eraseLives(context, workload.lives);
  await untilCompared(database, records, scenario);

  await askUnfinished(replicas, log, seed);
  const journal = await readJournal(database, sharedSecret);
  const history: History = {
    changes: records.changes,
    effects: records.effects(),
    deliveries: records.deliveries,
    confirmations: records.confirmations,
    appliedLate: records.appliedLate,
    journal,
    merges: await readMerges(database, sharedSecret),
    lives: await endedLives(database, sharedSecret, { lives: workload.lives, records, journal }),
    asked: log.asked,
    quotas: log.quotas,
    finalQuotas: await askFinalQuotas(replicas, records, groups),
    feed: { last: records.lastSequence(), compared: await readCountedSequence(database) },
    open: { indexed: await askIndex(replicas, records), recorded: records.openRecords() },
    foreign: workload.foreign,
    failedChecks: findings.failedChecks,
    disruptions: [...replicas, ...clerks, ...mergers].flatMap((replica) => replica.disruptions),
    jumps: workload.disturbances.jumps,
    legacySteps: workload.disturbances.legacySteps,
    unattended: unattendedTimes(replicas, { from: startedAt, until: settledAt }),
    alarms: findings.alarms,
    findings: await readFindings(database, await printBooks(database, settings.root)),
    settlingMs: settlingMsOf(scenario),
    isFaultless: scenario.isFaultless,
    mayArriveLate:
      scenario.legacyFaults === 'random' ||
      (scenario.freezeEveryMs !== null && scenario.freezeAt === 'any step'),
  };
  const figures = {
    ...workload,
    log,
    findings,
    askingMs: askedAt - startedAt,
    settlingMs: settledAt - askedAt,
  };
  return { history, figures };
}

/** The number of processes of *patrons*, and of *credentials*. */
const replicasOfStaff = 2;

const sharedSecret = 'what the replicas of a run share';

/** The variables of every subgraph. */
const environmentOf = (
  { database, scenario }: RunSettings,
  { systems }: LegacyRecords,
  dropAfterMs: number,
) => ({
  SUBGRAPH_SECRET: sharedSecret,
  JOURNAL_SECRET: sharedSecret,
  DATABASE_URL: database.url,
  LOG_LEVEL: 'warn',
  ...legacyEnv(systems),
  CIRC_DEADLINE_MS: String(scenario.callMs),
  ALLOW_SIMULATOR_TIMES: '1',
  CIRC_DROP_AFTER_MS: String(dropAfterMs),
  CIRC_LATER_CHECKS_MS: scenario.laterChecksMs.join(','),
  CIRC_GAPS_FILL_MS: String(scenario.gapsFillMs),
});

function replicaSettings(
  settings: RunSettings,
  records: LegacyRecords,
  dropTimes: DropTimes,
  clock: SteppedTime | null,
  subgraph: ReplicaSettings['subgraph'],
): ReplicaSettings {
  const { root, scenario } = settings;
  const environmentWith = (dropAfterMs: number) => ({
    ...environmentOf(settings, records, dropAfterMs),
    ...clock?.environment,
    ...(isDebugged(scenario) && { NODE_OPTIONS: '--inspect=127.0.0.1:0' }),
    BRANCHES_FILE: join(sourceRoot, 'simulators/branches.json'),
  });
  return {
    root,
    subgraph,
    secret: sharedSecret,
    clock,
    environment: () => environmentWith(dropTimes.next()),
    refusedEnvironment() {
      const tooSmallMs = dropTimes.tooSmall();
      return tooSmallMs === null ? null : environmentWith(tooSmallMs);
    },
  };
}

/** The intervals within `whole` in which no replica was available: the intersection of all disruptions. */
function unattendedTimes(replicas: readonly Replica[], whole: Interval): readonly Interval[] {
  const shared = (a: Interval, b: Interval): Interval => ({
    from: Math.max(a.from, b.from),
    until: Math.min(a.until, b.until),
  });
  return replicas.reduce<readonly Interval[]>(
    (intersection, { disruptions }) =>
      intersection
        .flatMap((one) => disruptions.map((other) => shared(one, other)))
        .filter(({ from, until }) => from < until),
    [whole],
  );
}
