import { allPayments, certainMs, type PaymentScenario } from './payment-scenario.ts';

/** A copy of the program with one mistake about payments, which their checker must catch. */
export interface PaymentMutant {
  /** The path of the changed file, from the root of the source tree. */
  readonly file: string;
  /** The replacements. Each `from` occurs exactly once in the file. */
  readonly edits: readonly { readonly from: string; readonly to: string }[];
  readonly payments: PaymentScenario;
}

/** A short run without faults. Each mutant adds the fault that reveals its mistake. */
const aimed: PaymentScenario = {
  ...allPayments,
  operations: 1_000_000,
  seconds: 25,
  stations: 6,
  clockEveryMs: null,
  wayFaults: 0,
  applyLateMs: null,
  killEveryMs: null,
  freezeEveryMs: null,
  crashEveryMs: null,
  silentEveryMs: null,
  settleWithinMs: 2 * certainMs,
};

export const paymentMutants = {
  'new-reference': {
    file: 'subgraphs/operations/adopted/start-prepared.ts',
    edits: [
      {
        from: "if (error instanceof UpstreamError && error.reason === 'outcome-unknown') {\n      return null;\n    }\n    answer =",
        to: "const isUnknown = error instanceof UpstreamError && error.reason === 'outcome-unknown';\n    answer = isUnknown ? await change.send(services, ['again', id].join('-'), plan, () => true, signal) :",
      },
    ],
    // Answers are lost, and the change is sent again under a reference of its own.
    payments: { ...aimed, seconds: 45, stations: 12, wayFaults: 0.4 },
  },
  'not-done-at-30-s': {
    file: 'subgraphs/operations/adopted/reconcile-prepared.ts',
    edits: [{ from: ': isCertain(due, times)', to: ': due.observedMs > 30_000' }],
    // RPS applies some changes after half a minute, but before it would drop them.
    payments: { ...aimed, applyLateMs: [45_000, 58_000] },
  },
} as const satisfies Record<string, PaymentMutant>;
