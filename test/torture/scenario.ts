import type { FaultRequest, SystemName } from '../../simulators/index.ts';
import { changeTimes, settlingMs } from '../../subgraphs/operations/change-times.ts';
import type { FreezePoint } from './faults/process-freezer.ts';
import type { RangeMs } from './pause.ts';

/**
 * A race about a patron with nine loans. Two replicas lend at the same time, and only one of them may.
 * - `replacement`: the first replica is frozen before it reads the patron's epoch, in a check-out on the smart identity
 *   card. Meanwhile the library card is replaced, and the new card borrows the tenth item.
 * - `reservation`: the second replica is frozen before it sends a check-out that has its place. The first reads the
 *   patron, and is frozen before it reserves a place. Meanwhile the second one's check-out is done.
 */
export type RaceName = 'replacement' | 'reservation';

/** The workload, faults and times of a run. Together with the seed, they determine the run. */
export interface Scenario {
  /** The workload ends after this many operations or `seconds`, whichever comes first. */
  readonly operations: number;
  readonly seconds: number;
  readonly replicas: number;
  /** The number of concurrent clients. Each requests one operation after another. */
  readonly stations: number;
  /** The number of self-service stations that use SIP2, through a gateway. */
  readonly sip2Stations: number;
  /** The number of subscribers to changes, of every kind. They use gateways of their own. 0 for none. */
  readonly subscribers: number;
  /** Whether all processes reach PostgreSQL through PgBouncer, in transaction mode. */
  readonly usesPgBouncer: boolean;
  /** The time until a subscriber of a patron or an operation leaves, and another one comes, in ms. */
  readonly leaveAfterMs: RangeMs;
  /** The times that a client may wait for an answer, in ms. One is drawn for each request. */
  readonly patienceMs: readonly number[];
  /** The number of patrons in a group. All clients work on one group at a time. */
  readonly patrons: number;
  /** The number of operations, of all clients together, after which all clients change to the next group. */
  readonly operationsEach: number;
  /** The deadline of a call to circulation, in ms. */
  readonly callMs: number;
  /**
   * Circulation drops a request that has waited longer than this, in ms. Replicas are configured with the same time.
   */
  readonly dropAfterMs: number;
  /** The time after which replicas expect no more events in gaps of the feed, in ms. */
  readonly gapsFillMs: number;
  /** The ages at which replicas check a settled change again, in ms, ascending. */
  readonly laterChecksMs: readonly [number, number, number];
  /** The drop times of the replicas at their first start; null if all have `dropAfterMs`. */
  readonly firstDropMs: readonly number[] | null;
  /**
   * Whether a restarted replica gets a larger drop time than the others. Starts with a smaller drop time are tried,
   * too.
   */
  readonly mixesDropTimes: boolean;
  /** With `random`, faults of every kind are drawn every `faultPeriodMs`. Otherwise each system has constant faults. */
  readonly legacyFaults: 'random' | Readonly<Partial<Record<SystemName, readonly FaultRequest[]>>>;
  readonly faultPeriodMs: RangeMs;
  /** Whether no fault is injected and no client gives up. Every refusal then needs a reason (`refusedWithRoom`). */
  readonly isFaultless: boolean;
  /** The time between two kills; null if there are none. */
  readonly killEveryMs: RangeMs | null;
  /** The time between two disturbances of PostgreSQL: it is stopped, or connections are cut. Null if there are none. */
  readonly databaseEveryMs: RangeMs | null;
  /** The time between two freezes; null if there are none. */
  readonly freezeEveryMs: RangeMs | null;
  /** Ranges for the length of a freeze. One range is drawn for each freeze. */
  readonly freezeMs: readonly RangeMs[];
  /** The line of the program at which a replica is frozen. */
  readonly freezeAt: FreezePoint | 'anywhere';
  /** The race that is held about one patron after another; null if there is none. */
  readonly race: RaceName | null;
  /** The time between two steps of the database's clock; null if there are none. */
  readonly jumpEveryMs: RangeMs | null;
  /** Ranges for a step of the database's clock, in ms. One range is drawn for each step. Negative steps go back. */
  readonly jumpMs: readonly RangeMs[];
  /**
   * Whether all replicas are killed after three quarters of the run, and the database's clock is put right before they
   * start again. It is then right until the end.
   */
  readonly crashesWithWrongClock: boolean;
  /** How far circulation's clock is ahead at the start, in ms. */
  readonly circulationAheadMs: number;
  /** The time between two steps of other clocks: of a replica or a legacy system; null if there are none. */
  readonly stepEveryMs: RangeMs | null;
  /** The time between two actions of the desk; null if there are none. */
  readonly deskEveryMs: RangeMs | null;
  /** The share of the desk's actions that block a card until the next action. */
  readonly deskBlockShare: number;
  /** The time after which another installation makes a check-out in circulation, in ms; null if there is none. */
  readonly foreignAfterMs: number | null;
  /** The time between two replacements of cards; null if there are none. */
  readonly replaceEveryMs: RangeMs | null;
  /** The time between two suspensions or closings of a clerk; null if there are none. */
  readonly turnEveryMs: RangeMs | null;
  /**
   * The time from the beginning of a group's turn until staff merge its two records of one person; null if no group has
   * such records.
   */
  readonly mergeAfterMs: RangeMs | null;
}

type Times = Pick<Scenario, 'callMs' | 'dropAfterMs'>;

/** The time after `sendBy` until an operation that circulation doesn't know is settled, in ms. */
export const settlingMsOf = ({ callMs, dropAfterMs }: Times): number =>
  settlingMs({ ...changeTimes, callMs, dropAfterMs });

/**
 * A freeze that is long enough for another replica to settle the frozen replica's operation: the time to send, the
 * settling time, and one reconciliation.
 */
export function longFreeze(times: Times): RangeMs {
  const ms = changeTimes.sendWithinMs + settlingMsOf(times) + 4_000;
  return [ms, ms + 1_000];
}

/** A freeze that lasts about as long as the time to send a request. */
const shortFreeze: RangeMs = [200, 4_000];

/** The patience of a client that never gives up. */
export const patient: Scenario['patienceMs'] = [60_000];

/** Short times, so that they pass within a run. */
const times: Times = { callMs: 3_000, dropAfterMs: 3_000 };
const briefTimes: Times = { callMs: 1_000, dropAfterMs: 1_000 };

/** The scenario of `npm run torture`: every kind of fault at once. */
export const everything: Scenario = {
  ...times,
  operations: 100_000,
  seconds: Number.POSITIVE_INFINITY,
  replicas: 3,
  stations: 64,
  sip2Stations: 8,
  subscribers: 18,
  usesPgBouncer: false,
  leaveAfterMs: [20_000, 90_000],
  patienceMs: [1_000, 4_000, 10_000, 10_000],
  patrons: 12,
  operationsEach: 3_000,
  gapsFillMs: 2_000,
  laterChecksMs: [4_000, 20_000, 120_000],
  firstDropMs: null,
  mixesDropTimes: true,
  legacyFaults: 'random',
  faultPeriodMs: [1_000, 4_000],
  isFaultless: false,
  killEveryMs: [8_000, 40_000],
  databaseEveryMs: [30_000, 90_000],
  freezeEveryMs: [10_000, 40_000],
  freezeMs: [longFreeze(times), shortFreeze],
  freezeAt: 'anywhere',
  race: null,
  jumpEveryMs: [20_000, 60_000],
  jumpMs: [
    [5_000, 20_000],
    [-20_000, -5_000],
    [3_600_000, 3_600_000],
    [-3_600_000, -3_600_000],
  ],
  crashesWithWrongClock: true,
  circulationAheadMs: 0,
  stepEveryMs: [3_000, 15_000],
  deskEveryMs: [200, 1_500],
  deskBlockShare: 0.05,
  foreignAfterMs: null,
  replaceEveryMs: [500, 4_000],
  turnEveryMs: [500, 3_000],
  mergeAfterMs: [2_000, 8_000],
};

/** A scenario that fits the time of a test, with one long freeze and a few kills. */
export const brief: Scenario = {
  ...everything,
  ...briefTimes,
  seconds: 20,
  stations: 16,
  sip2Stations: 2,
  subscribers: 9,
  leaveAfterMs: [3_000, 10_000],
  databaseEveryMs: [6_000, 10_000],
  patrons: 3,
  jumpEveryMs: [5_000, 10_000],
  stepEveryMs: [1_000, 4_000],
  killEveryMs: [3_000, 6_000],
  freezeEveryMs: [2_000, 6_000],
  freezeMs: [longFreeze(briefTimes), shortFreeze],
};

/** The scenario without faults. Every refusal then needs a reason. */
export const withoutFaults = (scenario: Scenario): Scenario => ({
  ...scenario,
  patienceMs: patient,
  callMs: 5_000,
  legacyFaults: {},
  isFaultless: true,
  mixesDropTimes: false,
  killEveryMs: null,
  databaseEveryMs: null,
  freezeEveryMs: null,
  jumpEveryMs: null,
  crashesWithWrongClock: false,
  stepEveryMs: null,
});

/**
 * More operations per second than any machine reaches. It limits the number of groups in a run that is limited by
 * seconds.
 */
const maxOperationsPerSecond = 400;

/** Whether replicas are frozen at a line of the program. This needs Node's debugger. */
export const isDebugged = ({ freezeAt, race }: Scenario): boolean => freezeAt !== 'anywhere' || race !== null;

/** The number of groups of patrons. After the last group, the first is used again. */
export const groupCount = ({ operations, seconds, operationsEach }: Scenario): number =>
  Math.ceil(Math.min(operations, seconds * maxOperationsPerSecond) / operationsEach);
