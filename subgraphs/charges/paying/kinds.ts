import { cancelAtStation } from './cancel-at-station.ts';
import { cancelPayment } from './cancel-payment.ts';
import { payAtStation } from './pay-at-station.ts';
import { payByCode } from './pay-by-code.ts';
import { refundPayment } from './refund-payment.ts';
import { startPayment } from './start-payment.ts';
import { waiveCharge } from './waive-charge.ts';

/** The kind of an operation begins with the system's id. The rest is the SDL's `PaymentOperationKind`. */
export const kindPrefix = 'RPS_';

/** The kinds that make a payment. */
export const startKinds = [startPayment.kind, payByCode.kind, payAtStation.kind] as const;
/** The kinds of a self-service station. */
export const stationKinds: readonly string[] = [payAtStation.kind, cancelAtStation.kind];

export const paymentKinds = [
  ...startKinds,
  cancelPayment.kind,
  cancelAtStation.kind,
  waiveCharge.kind,
  refundPayment.kind,
] as const;
