import type { FaultRequest, SystemName } from '../../simulators/index.ts';
import { changeTimes, settlingMs } from '../../subgraphs/operations/change-times.ts';
import type { Step } from './faults/step-freezer.ts';
import type { RangeMs } from './pause.ts';

/** Everything that decides a run except its seed: workload, faults and times. */
export interface Scenario {
  /** The workload ends after this many operations or `seconds`, whichever comes first. */
  readonly operations: number;
  readonly seconds: number;
  readonly replicas: number;
  /** Concurrent clients. Each requests one operation after another. */
  readonly stations: number;
  /** How long a client waits for an answer, in ms. One of these is drawn each time. */
  readonly patienceMs: readonly number[];
  /** The number of patrons in a group. All clients work on one group at a time. */
  readonly patrons: number;
  /** The number of operations after which all change to the next group. */
  readonly operationsEach: number;
  /** The deadline of a call to circulation, in ms. */
  readonly callMs: number;
  /** Circulation drops a request that has waited longer than this, in ms. Replicas are configured with it. */
  readonly dropAfterMs: number;
  /** After this time, replicas expect no more events in gaps of the feed, in ms. */
  readonly gapsFillMs: number;
  /** The ages at which replicas check a settled change again, in ms, ascending. */
  readonly laterChecksMs: readonly [number, number, number];
  /** The drop time of each replica at its first start; null: `dropAfterMs` for all. */
  readonly firstDropMs: readonly number[] | null;
  /** Whether a restarted replica gets a larger drop time than the others, and starts with a smaller one are tried. */
  readonly mixesDropTimes: boolean;
  /** `random`: faults of every kind, drawn again every `faultPeriodMs`. Otherwise the constant faults of each system. */
  readonly legacyFaults: 'random' | Readonly<Partial<Record<SystemName, readonly FaultRequest[]>>>;
  readonly faultPeriodMs: RangeMs;
  /** Whether no fault is injected and no client gives up. Every refusal then needs a reason (`refusedWithRoom`). */
  readonly isFaultless: boolean;
  /** Time between two kills; null: none. */
  readonly killEveryMs: RangeMs | null;
  /** Time between two freezes; null: none. */
  readonly freezeEveryMs: RangeMs | null;
  /** How long a freeze lasts: one of these ranges is drawn each time. */
  readonly freezeMs: readonly RangeMs[];
  /** Where in the program a replica is frozen. */
  readonly freezeAt: Step | 'any step';
  /** The step at which a replica is frozen while a card is replaced and lent on (`raceReplacement`); null: no such race. */
  readonly replacementRaceAt: Step | null;
  /** Time between two jumps of the journal's clock; null: none. */
  readonly jumpEveryMs: RangeMs | null;
  /** How far a jump puts the clock forward. */
  readonly jumpMs: RangeMs;
  /** Time between two actions of the desk; null: none. */
  readonly deskEveryMs: RangeMs | null;
  /** Time between two replacements of cards; null: none. */
  readonly replaceEveryMs: RangeMs | null;
}

type Times = Pick<Scenario, 'callMs' | 'dropAfterMs'>;

/** How long after `sendBy` an operation that circulation doesn't know stays unsettled, in ms. */
export const settlingMsOf = ({ callMs, dropAfterMs }: Times): number =>
  settlingMs({ ...changeTimes, callMs, dropAfterMs });

/**
 * So long that another replica settles what the frozen one was doing: the time to send, the settling time, and one reconciliation.
 */
export function longFreeze(times: Times): RangeMs {
  const ms = changeTimes.sendWithinMs + settlingMsOf(times) + 4_000;
  return [ms, ms + 1_000];
}

/** About as long as the time to send a request. */
const shortFreeze: RangeMs = [200, 4_000];

/** How long a client waits that never gives up. */
export const patient: Scenario['patienceMs'] = [60_000];

/** Short times, so that they pass within a run. */
const times: Times = { callMs: 3_000, dropAfterMs: 3_000 };
const briefTimes: Times = { callMs: 1_000, dropAfterMs: 1_000 };

/** Every kind of fault at once: what `npm run torture` runs. */
export const everything: Scenario = {
  ...times,
  operations: 100_000,
  seconds: Number.POSITIVE_INFINITY,
  replicas: 3,
  stations: 64,
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
  freezeEveryMs: [10_000, 40_000],
  freezeMs: [longFreeze(times), shortFreeze],
  freezeAt: 'any step',
  replacementRaceAt: null,
  jumpEveryMs: [20_000, 60_000],
  jumpMs: [5_000, 20_000],
  deskEveryMs: [200, 1_500],
  replaceEveryMs: [500, 4_000],
};

/** Fits the time of a test: one long freeze, a few kills. */
export const brief: Scenario = {
  ...everything,
  ...briefTimes,
  seconds: 20,
  stations: 16,
  patrons: 3,
  jumpEveryMs: [5_000, 10_000],
  killEveryMs: [3_000, 6_000],
  freezeEveryMs: [2_000, 6_000],
  freezeMs: [longFreeze(briefTimes), shortFreeze],
};

/** Without faults, so that every refusal needs a reason. */
export const withoutFaults = (scenario: Scenario): Scenario => ({
  ...scenario,
  patienceMs: patient,
  callMs: 5_000,
  legacyFaults: {},
  isFaultless: true,
  mixesDropTimes: false,
  killEveryMs: null,
  freezeEveryMs: null,
  jumpEveryMs: null,
});

/** More operations per second than any machine reaches. It bounds the number of groups that a run in seconds needs. */
const maxOperationsPerSecond = 400;

/** Whether replicas are frozen at a step of the program, which takes Node's debugger. */
export const isDebugged = ({ freezeAt, replacementRaceAt }: Scenario): boolean =>
  freezeAt !== 'any step' || replacementRaceAt !== null;

/** The number of groups of patrons. After the last, the first is used again. */
export const groupCount = ({ operations, seconds, operationsEach }: Scenario): number =>
  Math.ceil(Math.min(operations, seconds * maxOperationsPerSecond) / operationsEach);
