import type { FaultRequest, SystemName } from '../../simulators/index.ts';
import { changeTimes, settlingMs } from '../../subgraphs/operations/change-times.ts';
import type { Step } from './faults/step-freezer.ts';

/** From and to, both included, in ms. */
export type RangeMs = readonly [from: number, to: number];

/** Everything that decides a run, but its seed: workload, faults and times. */
export interface Scenario {
  /** The workload ends after this many operations… */
  readonly operations: number;
  /** …or after this many seconds, whichever comes first. */
  readonly seconds: number;
  readonly replicas: number;
  /** Clients side by side, each of which requests one operation after the other. */
  readonly stations: number;
  /** How long a client waits for an answer: one of these each time, in ms. */
  readonly patienceMs: readonly number[];
  /** All clients work on one group of this many patrons at a time… */
  readonly patrons: number;
  /** …and change to the next group after this many operations. */
  readonly operationsEach: number;
  /** The deadline of a call to circulation, in ms. */
  readonly callMs: number;
  /** Circulation drops a request that waited longer than this, in ms; replicas are configured with it. */
  readonly dropAfterMs: number;
  /** Replicas take gaps in the feed of events for filled after this time, in ms. */
  readonly gapsFillMs: number;
  /** The ages at which a settled change is checked again, as replicas are configured; in ms, ascending. */
  readonly laterChecksMs: readonly [number, number, number];
  /** The drop time that each replica is configured with at its first start; null: `dropAfterMs` for all. */
  readonly firstDropMs: readonly number[] | null;
  /** Whether a restarted replica gets a larger drop time than those that run, and a start with a smaller one is tried. */
  readonly mixesDropTimes: boolean;
  /** `random`: faults of every kind, drawn again every `faultPeriodMs`. Otherwise the faults that each system has throughout. */
  readonly legacyFaults: 'random' | Readonly<Partial<Record<SystemName, readonly FaultRequest[]>>>;
  readonly faultPeriodMs: RangeMs;
  /** Whether no fault is injected and no client gives up. Then a refusal needs a reason (`refusedWithRoom`). */
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

/** How long after `sendBy` an operation that circulation knows nothing of stays unsettled, in ms. */
export const settlingMsOf = ({ callMs, dropAfterMs }: Times): number =>
  settlingMs({ ...changeTimes, callMs, dropAfterMs });

/**
 * So long that another replica settles what the frozen one was doing: its sending time, the settling time, and one
 * reconciliation.
 */
export function longFreeze(times: Times): RangeMs {
  const ms = changeTimes.sendWithinMs + settlingMsOf(times) + 4_000;
  return [ms, ms + 1_000];
}

/** About as long as a request may still be sent. */
const shortFreeze: RangeMs = [200, 4_000];

/** How long a client waits that gives up no request. */
export const patient: Scenario['patienceMs'] = [60_000];

/** Short, so that a run sees these times pass. */
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

/** More operations per second than any machine reaches: bounds the groups that a run of given seconds needs. */
const maxOperationsPerSecond = 400;

/** Whether replicas are frozen at a step of the program, which takes Node's debugger. */
export const isDebugged = ({ freezeAt, replacementRaceAt }: Scenario): boolean =>
  freezeAt !== 'any step' || replacementRaceAt !== null;

/** How many groups of patrons there are. After the last one the first has its turn again. */
export const groupCount = ({ operations, seconds, operationsEach }: Scenario): number =>
  Math.ceil(Math.min(operations, seconds * maxOperationsPerSecond) / operationsEach);
