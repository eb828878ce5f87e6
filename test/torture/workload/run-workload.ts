import {
  crashAndPutClockRight,
  stepDatabaseClock,
  stepLegacyClock,
  stepOtherClocks,
} from '../faults/clock-faults.ts';
import { disturbDatabase } from '../faults/database-faults.ts';
import { type FaultCounts, injectLegacyFaults } from '../faults/legacy-faults.ts';
import { type Disturbances, freezeReplicas, killInTurn } from '../faults/replica-faults.ts';
import type { Moment } from '../history.ts';
import { pause, repeatedly, untilAllEnd } from '../pause.ts';
import { randomOf } from '../random.ts';
import type { RunContext } from '../run-context.ts';
import { chooseAction, stationCaller } from './actions.ts';
import { clerk } from './clerk.ts';
import { Client } from './client.ts';
import { type Desk, openDesk } from './desk.ts';
import { type Life, liveLives } from './lives.ts';
import type { PatronGroup } from './patron-groups.ts';
import { holdRaces } from './races.ts';
import { openRegistrar } from './registrar.ts';
import { type Sip2Counts, sip2Station } from './sip2-station.ts';

/** The disturbances during the workload. */
export interface WorkloadResult {
  readonly disturbances: Disturbances;
  readonly faults: FaultCounts;
  readonly sip2: Sip2Counts;
  /** The references and times of another installation's changes. */
  readonly foreign: ReadonlyMap<string, Moment>;
  /** The persons whose life has begun. */
  readonly lives: readonly Life[];
}

/** The pause between two checks of the number of operations, in ms. */
const pollMs = 50;
/** The share of the workload after which an earlier program is replaced. */
const upgradeShare = 0.5;
/** The number of operations between two reports of progress. */
const progressEvery = 1_000;

/**
 * Runs all actors concurrently until the scenario's number of operations or seconds is reached. The actors are
 * stations, the desk, the registrar, and the injectors of faults. When the promise resolves, no fault is left and every
 * replica is available. It rejects with the error of an actor that fails.
 */
export async function runWorkload(context: RunContext): Promise<WorkloadResult> {
  const { scenario, seed, records, replicas, clerks, mergers, subscribers } = context;
  await using resources = new AsyncDisposableStack();
  const desk = resources.use(await openDesk(records, randomOf(seed, 'desk'), scenario.deskBlockShare));
  const registrar = resources.use(await openRegistrar(records, randomOf(seed, 'registrar')));
  const over = new AbortController();
  const disturbances: Disturbances = {
    kills: 0,
    freezes: 0,
    jumps: [],
    processSteps: 0,
    outages: [],
    cutConnections: 0,
    legacySteps: [],
  };
  if (scenario.circulationAheadMs > 0) {
    stepLegacyClock(context, 'circ', scenario.circulationAheadMs, disturbances);
  }
  const group = () => currentGroup(context);
  const foreign = new Map<string, Moment>();
  const lives: Life[] = [];
  const sip2: Sip2Counts = { sent: 0, accepted: 0, lost: 0 };
  const actors = [
    ...Array.from({ length: scenario.stations }, (_, index) => station(context, index + 1, over.signal)),
    ...sip2Stations(context, sip2, over.signal),
    repeatedly(scenario.deskEveryMs, randomOf(seed, 'desk times'), over.signal, () => desk.act(group())),
    repeatedly(scenario.replaceEveryMs, randomOf(seed, 'registrar times'), over.signal, () =>
      registrar.replaceCard(group()),
    ),
    ...(clerks.length === 0
      ? []
      : [
          clerk(context, group, over.signal),
          killInTurn(clerks, randomOf(seed, 'clerk killer'), scenario, disturbances, over.signal),
        ]),
    ...(mergers.length === 0
      ? []
      : [
          liveLives(context, lives, group, registrar, over.signal),
          killInTurn(mergers, randomOf(seed, 'merger killer'), scenario, disturbances, over.signal),
        ]),
    ...(subscribers === null
      ? []
      : [
          subscribers.run(group, over.signal),
          killInTurn(
            subscribers.gateways,
            randomOf(seed, 'gateway killer'),
            scenario,
            disturbances,
            over.signal,
          ),
        ]),
    untilShare(context, upgradeShare, over.signal).then(() => context.upgrade()),
    disturbDatabase(context, randomOf(seed, 'database'), disturbances, over.signal),
    killInTurn(replicas, randomOf(seed, 'killer'), scenario, disturbances, over.signal),
    stepDatabaseClockUntilCrash(context, disturbances, over.signal),
    stepOtherClocks(context, randomOf(seed, 'other clocks'), disturbances, over.signal),
    freezeReplicas(replicas, randomOf(seed, 'freezer'), scenario, disturbances, over.signal),
    lendForeign(context, desk, foreign, over.signal),
    ...(scenario.race === null ? [] : [holdRaces(context, scenario.race, registrar, over.signal)]),
    untilLimitReached(context, over),
  ];
  const legacyFaults = injectLegacyFaults(records, randomOf(seed, 'legacyFaults'), scenario, over.signal);
  await untilAllEnd([...actors, legacyFaults], over);
  return { disturbances, foreign, lives, sip2, faults: await legacyFaults };
}

/** The scenario's check-out by another installation. */
async function lendForeign(
  context: RunContext,
  desk: Desk,
  foreign: Map<string, Moment>,
  over: AbortSignal,
): Promise<void> {
  const { foreignAfterMs } = context.scenario;
  if (foreignAfterMs === null) {
    return;
  }
  await pause(foreignAfterMs, over);
  const reference = 'FOREIGNinstallation001';
  await desk.lendForeign(currentGroup(context), reference);
  foreign.set(reference, Date.now());
}

/** Steps the database's clock until the crash of the scenario, or until the signal aborts. */
async function stepDatabaseClockUntilCrash(
  context: RunContext,
  disturbances: Disturbances,
  over: AbortSignal,
): Promise<void> {
  const crash = new AbortController();
  const stepping = stepDatabaseClock(
    context,
    randomOf(context.seed, 'clock'),
    disturbances,
    AbortSignal.any([over, crash.signal]),
  );
  if (context.scenario.crashesWithWrongClock) {
    await untilShare(context, 0.75, over);
    crash.abort();
    await stepping;
    await crashAndPutClockRight(context, disturbances);
  }
  await stepping;
}

/** Resolves when this share of the workload is over, by operations or by seconds, or when the signal aborts. */
async function untilShare({ scenario, log }: RunContext, share: number, over: AbortSignal): Promise<void> {
  const until = performance.now() + scenario.seconds * 1_000 * share;
  while (!over.aborted && log.asked.length < scenario.operations * share && performance.now() < until) {
    await pause(pollMs, over);
  }
}

/** The group of patrons on which the actors work now. */
function currentGroup({ groups, log, scenario }: RunContext): PatronGroup {
  const turn = Math.floor(log.asked.length / scenario.operationsEach) % groups.length;
  const group = groups[turn];
  if (group === undefined) {
    throw new RangeError('there is no group of patrons');
  }
  return group;
}

/** A client that performs one action after another. */
async function station(context: RunContext, number: number, over: AbortSignal): Promise<void> {
  const { records, replicas, log, seed, scenario } = context;
  const name = `station-${number}`;
  const random = randomOf(seed, name);
  const client = new Client(name, replicas, randomOf(seed, `replicas of ${name}`), log, scenario.patienceMs);
  const caller = stationCaller(name);
  while (!over.aborted) {
    const action = chooseAction({ records, group: currentGroup(context), random, station: caller });
    const answer = action === null ? null : await client.perform(action);
    // The answer about an unreachable system comes at once. People wait longer before they try again.
    if (answer === null || answer.problem === 'SYSTEM_UNAVAILABLE') {
      await pause(random.between(50, 300), over);
    }
  }
}

function sip2Stations(context: RunContext, counts: Sip2Counts, over: AbortSignal): Promise<void>[] {
  const { sip2, scenario } = context;
  const group = () => currentGroup(context);
  return sip2 === null
    ? []
    : Array.from({ length: scenario.sip2Stations }, (_, number) =>
        sip2Station(context, sip2, number, group, counts, over),
      );
}

/** Ends the workload when it has requested enough operations, or when its time is over. */
async function untilLimitReached(
  { scenario, log, progress }: RunContext,
  over: AbortController,
): Promise<void> {
  const until = performance.now() + scenario.seconds * 1_000;
  let reported = 0;
  while (!over.signal.aborted) {
    await pause(pollMs, over.signal);
    if (log.asked.length >= reported + progressEvery) {
      reported += progressEvery;
      progress(reported);
    }
    if (log.asked.length >= scenario.operations || performance.now() >= until) {
      over.abort();
    }
  }
}
