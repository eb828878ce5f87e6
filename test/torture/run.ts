import type { PostgresDatabase } from '../support/postgres.ts';
import { openConnections } from './faults/connections.ts';
import { DropTimes } from './faults/drop-times.ts';
import { Programs } from './faults/programs.ts';
import type { History, Interval } from './history.ts';
import { randomOf } from './random.ts';
import { groupCount, type Scenario, settlingMsOf } from './scenario.ts';
import {
  askFinalQuotas,
  askIndex,
  askUnfinished,
  untilCheckedAgain,
  untilCompared,
  untilSettled,
} from './settle-and-read.ts';
import { startGateways } from './subscribers/gateways.ts';
import { openSubscribers } from './subscribers/run-subscribers.ts';
import { printBooks } from './system/books-command.ts';
import { createDatabaseClock } from './system/database-clock.ts';
import { readCountedSequence, readJournal } from './system/journal-entries.ts';
import { startLegacySystems } from './system/legacy-records.ts';
import { endedLives, readFindings, readMerges } from './system/life-records.ts';
import { recordLives } from './system/life-triggers.ts';
import { type Findings, Replica, type ReplicaSettings } from './system/replica.ts';
import { environmentOf, replicaSettings, sharedSecret } from './system/replica-settings.ts';
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
  /** The root of the source tree from which processes run: this tree or a copy. */
  readonly root: string;
  /** The root of an earlier program, which most replicas run until the middle of the run. Null if there is none. */
  readonly before: string | null;
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
  const { scenario, seed, server } = settings;
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
  // The previous run may have left the server's clock ahead.
  server.time?.stepTo(0);
  const { database, databaseUrl } = resources.use(await openConnections(settings));
  const databaseClock = createDatabaseClock(database, server.time);
  const inputs = { scenario, databaseUrl, records };
  const programs = new Programs(settings.root, settings.before);
  const open = (subgraph: ReplicaSettings['subgraph'], clock: SteppedTime | null, index: number) =>
    programs.note(
      index,
      resources.use(
        new Replica(
          replicaSettings(inputs, dropTimes, { clock, subgraph, root: programs.rootOf(index) }),
          findings,
        ),
      ),
    );
  const replicas = Array.from({ length: scenario.replicas }, (_, index) => {
    const isStepped = server.fakeTime !== null && scenario.stepEveryMs !== null;
    return open('circulation', isStepped ? resources.use(createSteppedTime(server.fakeTime)) : null, index);
  });
  const ofStaff = (subgraph: 'patrons' | 'credentials', isUsed: boolean) =>
    Array.from({ length: isUsed ? replicasOfStaff : 0 }, (_, index) => open(subgraph, null, index));
  const isLive = scenario.subscribers > 0;
  const merges = scenario.mergeAfterMs !== null;
  const clerks = ofStaff('patrons', isLive || merges || scenario.turnEveryMs !== null);
  const mergers = ofStaff('credentials', isLive || merges);
  for (const replica of replicas) {
    await replica.start();
  }
  await Promise.all([...clerks, ...mergers].map((replica) => replica.start()));
  await recordTransitions(database, server.time);
  await recordLives(database);
  const environment = environmentOf(inputs, dropTimes.largestMs);
  const { sip2Stations } = scenario;
  const sip2 =
    sip2Stations === 0 ? null : resources.use(await startSip2Edge(replicas, environment, sip2Stations));
  const log: ClientLog = { asked: [], quotas: [], open: [], lost: 0, repeated: 0, errors: new Map() };
  const gateways = isLive ? resources.use(await startGateways(settings.root, environment)) : null;
  const subscribers =
    gateways === null
      ? null
      : await openSubscribers({ context: { records, log, groups }, scenario, seed, gateways, database });
  for (const replica of [...replicas, ...clerks, ...mergers].filter((one) => !programs.isOld(one))) {
    gateways?.add(replica);
  }

  const startedAt = Date.now();
  const context = {
    ...{ scenario, seed, progress: settings.progress, database, power: server.postgres.power },
    ...{ databaseClock, records, replicas, clerks, mergers, sip2, groups, subscribers, log },
    upgrade: () => programs.upgrade((replica) => gateways?.add(replica)),
  };
  const workload = await runWorkload(context);
  const { outages } = workload.disturbances;
  const askedAt = Date.now();
  await untilSettled(database, scenario);
  const settledAt = Date.now();
  await closeLives(context, workload.lives);
  await untilSettled(database, scenario);
  await untilCheckedAgain(database, () => records.effects(), scenario, { askedAt, databaseClock });
  await eraseLives(context, workload.lives);
  await untilCompared(database, records, scenario);

  await askUnfinished(replicas, log, seed);
  const live = (await subscribers?.finish()) ?? null;
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
    disruptions: [
      ...[...replicas, ...clerks, ...mergers].flatMap((replica) => replica.disruptions),
      ...outages,
    ],
    jumps: workload.disturbances.jumps,
    legacySteps: workload.disturbances.legacySteps,
    unattended: unattendedTimes(replicas, outages, { from: startedAt, until: settledAt }),
    alarms: findings.alarms,
    findings: await readFindings(database, await printBooks(database, settings.root)),
    live,
    settlingMs: settlingMsOf(scenario),
    isFaultless: scenario.isFaultless,
    mayArriveLate:
      scenario.legacyFaults === 'random' ||
      (scenario.freezeEveryMs !== null && scenario.freezeAt === 'anywhere'),
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

/** The intervals within `whole` in which no replica was available, or PostgreSQL was down. */
function unattendedTimes(
  replicas: readonly Replica[],
  outages: readonly Interval[],
  whole: Interval,
): readonly Interval[] {
  const shared = (a: Interval, b: Interval): Interval => ({
    from: Math.max(a.from, b.from),
    until: Math.min(a.until, b.until),
  });
  const withoutReplica = replicas.reduce<readonly Interval[]>(
    (intersection, { disruptions }) =>
      intersection
        .flatMap((one) => disruptions.map((other) => shared(one, other)))
        .filter(({ from, until }) => from < until),
    [whole],
  );
  return [...withoutReplica, ...outages];
}
