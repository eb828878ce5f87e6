import type { RangeMs } from '../pause.ts';

/** The workload and the faults of a run with payments. Together with the seed, they determine the run. */
export interface PaymentScenario {
  /** The workload ends after this many operations or `seconds`, whichever comes first. */
  readonly operations: number;
  readonly seconds: number;
  readonly replicas: number;
  /** The number of concurrent clients. Each requests one operation after another. */
  readonly stations: number;
  /** How often the till and the bank act, in ms. */
  readonly tillEveryMs: RangeMs;
  /** The time between two steps of the payment system's clock; null if there are none. */
  readonly clockEveryMs: RangeMs | null;
  /** How often the faults between the replicas and the payment system are drawn again. */
  readonly faultPeriodMs: RangeMs;
  /** The share of requests that meet a fault of the way, from 0 to 1. */
  readonly wayFaults: number;
  /** How long the payment system may take to apply a request that it applies late; null if it never does. */
  readonly applyLateMs: RangeMs | null;
  readonly killEveryMs: RangeMs | null;
  readonly freezeEveryMs: RangeMs | null;
  /** The time between two crashes of the payment system; null if there are none. */
  readonly crashEveryMs: RangeMs | null;
  /** The time between two silences of the payment system; null if there are none. */
  readonly silentEveryMs: RangeMs | null;
  /**
   * The time after the workload until everything is settled, in ms, at most. If it is shorter than the time until an outcome is
   * certain, operations may be unsettled at the end.
   */
  readonly settleWithinMs: number;
}

/** The time from the request of an operation until its outcome is certain, in ms, at most, while processes live. */
export const certainMs = 72_000;

/** The scenario of `npm run torture -- --payments`: every kind of fault at once. */
export const allPayments: PaymentScenario = {
  operations: 10_000,
  seconds: Number.POSITIVE_INFINITY,
  replicas: 3,
  stations: 24,
  tillEveryMs: [50, 250],
  clockEveryMs: [10_000, 30_000],
  faultPeriodMs: [1_000, 4_000],
  wayFaults: 0.06,
  // RPS drops after 60 s what it has not applied.
  applyLateMs: [100, 66_000],
  killEveryMs: [10_000, 40_000],
  freezeEveryMs: [10_000, 40_000],
  crashEveryMs: [20_000, 60_000],
  silentEveryMs: [15_000, 60_000],
  settleWithinMs: 4 * certainMs,
};

/** A share of the mix that fits the time of a test. What is not certain at its end is not waited for. */
export const briefPayments: PaymentScenario = {
  ...allPayments,
  seconds: 20,
  replicas: 2,
  stations: 4,
  wayFaults: 0.15,
  clockEveryMs: [4_000, 8_000],
  killEveryMs: [4_000, 8_000],
  freezeEveryMs: [4_000, 8_000],
  crashEveryMs: [5_000, 10_000],
  silentEveryMs: [5_000, 10_000],
  settleWithinMs: 5_000,
};

/**
 * Freezes of a replica, in ms. A longer one could hold a request back for longer than the slack of 5 s, between the look at the
 * time and the first byte.
 */
export const freezeMs: readonly RangeMs[] = [[200, 5_000]];

/** Where payers by card or wallet come back to. */
export const returnOrigins = ['https://library.example', 'https://kiosk.library.example'] as const;
/** Where the foreign payment system leads them. */
export const paymentHost = 'pay.rps.library.example';
