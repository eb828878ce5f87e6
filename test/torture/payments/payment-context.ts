import type { Disturbances } from '../faults/replica-faults.ts';
import type { Replica } from '../system/replica.ts';
import type { FaultyWay } from './faulty-way.ts';
import type { PaymentLog } from './payment-client.ts';
import type { PaymentScenario } from './payment-scenario.ts';
import type { RevenueSystem } from './revenue-system.ts';

/** What all actors of a run with payments share. */
export interface PaymentContext {
  readonly scenario: PaymentScenario;
  readonly seed: number;
  readonly revenue: RevenueSystem;
  readonly way: FaultyWay;
  readonly replicas: readonly Replica[];
  readonly log: PaymentLog;
  readonly progress: (operations: number) => void;
  /** Ends the workload early. */
  readonly over: AbortSignal;
}

/** The disturbances of a workload with payments. */
export interface PaymentDisturbances {
  readonly replicas: Disturbances;
  readonly crashes: Disturbances;
  silences: number;
  expiries: number;
  endsOfDay: number;
  /** The payments for which the bank or a till has sent money. */
  readonly money: string[];
}
