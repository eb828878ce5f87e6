import { reconcilePreparedChange } from '../../operations/adopted/reconcile-prepared.ts';
import type { Reconcile } from '../../operations/reconciler.ts';
import { cancelAtStation } from './cancel-at-station.ts';
import { cancelPayment } from './cancel-payment.ts';
import { payAtStation } from './pay-at-station.ts';
import { payByCode } from './pay-by-code.ts';
import { refundPayment } from './refund-payment.ts';
import type { ClerkServices } from './services.ts';
import { startPayment } from './start-payment.ts';
import { waiveCharge } from './waive-charge.ts';

/** The functions that find the outcome of changes without an answer, by kind of operation. */
export const recoveryOf = (services: ClerkServices): Readonly<Record<string, Reconcile>> => ({
  [startPayment.kind]: reconcilePreparedChange(services, startPayment),
  [payAtStation.kind]: reconcilePreparedChange(services, payAtStation),
  [payByCode.kind]: reconcilePreparedChange(services, payByCode),
  [cancelPayment.kind]: reconcilePreparedChange(services, cancelPayment),
  [cancelAtStation.kind]: reconcilePreparedChange(services, cancelAtStation),
  [waiveCharge.kind]: reconcilePreparedChange(services, waiveCharge),
  [refundPayment.kind]: reconcilePreparedChange(services, refundPayment),
});
