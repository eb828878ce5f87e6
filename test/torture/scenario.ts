import type { FaultRequest, SystemName } from '../../simulators/index.ts';
import { changeTimes, settlingMs } from '../../subgraphs/operations/change-times.ts';
import type { Step } from './faults/step-freezer.ts';

/** From and to, both included, in milliseconds. */
export type RangeMs = readonly [from: number, to: number];

/** A run, but for its seed. */
export interface Scenario {
  /** Operations after which nothing more is asked for. */
  readonly operations: number;
  /** Seconds after which nothing more is asked for, however few that were. */
  readonly seconds: number;
  readonly replicas: number;
  /** Stations, telephones and terminals, each of which asks for one thing after the other. */
  readonly stations: number;
  /** Milliseconds that they wait for an answer: each time one of these. */
  readonly patienceMs: readonly number[];
  /** Patrons whom all crowd around, and after how many operations it is the turn of others. */
  readonly patrons: number;
  readonly operationsEach: number;
  /** A call's deadline at circulation, and what circulation drops, as the replicas are told; milliseconds. */
  readonly callMs: number;
  readonly dropAfterMs: number;
  /** How old a settled change is when it is looked at again, as the replicas are told; milliseconds, ascending. */
  readonly laterLooksMs: readonly [number, number, number];
  /** What each replica takes for the drop time when it is first started; null: all the same. */
  readonly firstDropMs: readonly number[] | null;
  /** Who is started again has a larger drop time than those that run; and one with a smaller is refused. */
  readonly mixesDropTimes: boolean;
  /** `changing`: every kind of fault, now these and now those, each so long. Else those that a system has all the while. */
  readonly weather: 'changing' | Readonly<Partial<Record<SystemName, readonly FaultRequest[]>>>;
  readonly spellMs: RangeMs;
  /** Nothing is made to fail, and nobody leaves: then who is turned away for want of a place or a system must have had none. */
  readonly isFaultless: boolean;
  /** Between two of each; null: none. */
  readonly killEveryMs: RangeMs | null;
  readonly freezeEveryMs: RangeMs | null;
  /** How long one lasts: from one of these to another. */
  readonly freezeMs: readonly RangeMs[];
  /** A step of the program at which a replica stands still, or none in particular. */
  readonly freezeAt: Step | 'any step';
  /** A step at which one stands still while a card is replaced and lent on; null: that is left to chance. */
  readonly behindItsBack: Step | null;
  /** Between two jumps of the database's clock, and how far it is put forward by each; null: none. */
  readonly jumpEveryMs: RangeMs | null;
  readonly jumpMs: RangeMs;
  readonly deskEveryMs: RangeMs | null;
  readonly replaceEveryMs: RangeMs | null;
}

type Times = Pick<Scenario, 'callMs' | 'dropAfterMs'>;

/** After `sendBy`, in milliseconds: until then an operation that circulation can't tell of stays unsettled. */
export const settlingMsOf = ({ callMs, dropAfterMs }: Times): number =>
  settlingMs({ ...changeTimes, callMs, dropAfterMs });

/** Longer than what a frozen replica was at takes to be settled by another: until it may be sent, is looked at, is over. */
export function longFreeze(times: Times): RangeMs {
  const ms = changeTimes.sendWithinMs + settlingMsOf(times) + 4_000;
  return [ms, ms + 1_000];
}

/** About as long as something may still be sent. */
const shortFreeze: RangeMs = [200, 4_000];

/** Of someone who leaves no request of theirs: what is not waited for is given up. */
export const patient: Scenario['patienceMs'] = [60_000];

/** Short, so that the end of it is seen. */
const times: Times = { callMs: 3_000, dropAfterMs: 3_000 };
const briefTimes: Times = { callMs: 1_000, dropAfterMs: 1_000 };

/** Everything at once, for as long as it is told to. */
export const everything: Scenario = {
  ...times,
  operations: 100_000,
  seconds: Number.POSITIVE_INFINITY,
  replicas: 3,
  stations: 64,
  patienceMs: [1_000, 4_000, 10_000, 10_000],
  patrons: 12,
  operationsEach: 3_000,
  laterLooksMs: [4_000, 20_000, 120_000],
  firstDropMs: null,
  mixesDropTimes: true,
  weather: 'changing',
  spellMs: [1_000, 4_000],
  isFaultless: false,
  killEveryMs: [8_000, 40_000],
  freezeEveryMs: [10_000, 40_000],
  freezeMs: [longFreeze(times), shortFreeze],
  freezeAt: 'any step',
  behindItsBack: null,
  jumpEveryMs: [20_000, 60_000],
  jumpMs: [5_000, 20_000],
  deskEveryMs: [200, 1_500],
  replaceEveryMs: [500, 4_000],
};

/** In the time of a test: one long freeze, a few kills. */
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

/** Nothing fails: who is turned away then was turned away for nothing. */
export const withoutFaults = (scenario: Scenario): Scenario => ({
  ...scenario,
  patienceMs: patient,
  callMs: 5_000,
  weather: {},
  isFaultless: true,
  mixesDropTimes: false,
  killEveryMs: null,
  freezeEveryMs: null,
  jumpEveryMs: null,
});

/** Operations a second that no machine comes to: so many casts are made for a run that is told its seconds. */
const mostASecond = 400;

/** Whether replicas are made to stand still at a step of the program, for which they must be debugged. */
export const isDebugged = ({ freezeAt, behindItsBack }: Scenario): boolean =>
  freezeAt !== 'any step' || behindItsBack !== null;

/** How many casts there are: when all have had their turn, it begins anew. */
export const castsIn = ({ operations, seconds, operationsEach }: Scenario): number =>
  Math.ceil(Math.min(operations, seconds * mostASecond) / operationsEach);
