import { z } from 'zod';
import type { LedgerEvent } from '../../../adapters/charges/port.ts';
import type { ChangeOutcome, PreparedChange } from '../../operations/adopted/prepared-change.ts';
import { outstandingLines } from '../rules/paying.ts';
import { refused } from '../rules/refusals.ts';
import { findEvent, ledgerPosition, positionOf } from './ledger-position.ts';
import { notOurs, refusalFor, unlessClosed } from './problems.ts';
import { type ClerkServices, statementsOf } from './services.ts';
import { dropAfterMs } from './start-payment.ts';

const plan = z.object({
  /** The position in the list of changes before the waiver was sent. The search for the waiver begins here. */
  since: ledgerPosition,
  chargeId: z.string(),
  cents: z.number(),
  reason: z.string(),
});
type Plan = z.infer<typeof plan>;

export interface WaiveCharge {
  readonly patronId: string;
  readonly chargeId: string;
  /** Null: all that is outstanding. */
  readonly cents: number | null;
  readonly reason: string;
}

/** Waives all or a part of what is outstanding on a charge. The list of changes shows the waiver by its reference. */
export const waiveCharge: PreparedChange<ClerkServices, WaiveCharge, Plan> = {
  kind: 'RPS_WAIVE_CHARGE',
  dropAfterMs,
  auditedAs: 'chargeWaiver',
  plan,
  patronOf: ({ patronId }) => patronId,
  prepare: (services, { patronId, chargeId, cents, reason }, signal) =>
    unlessClosed(services, async () => {
      const { origin, owing } = services;
      const question = { includeSettled: true, origin };
      const found = outstandingLines(await statementsOf(services, patronId, question, signal), [chargeId]);
      if (found.kind === 'refused') {
        return found;
      }
      const outstanding = found.of.lines[0]?.cents ?? 0;
      if (cents !== null && cents > outstanding) {
        return refused('AMOUNT_TOO_LARGE', ['cents']);
      }
      const since = await positionOf(owing);
      // The amount is stored even if the whole charge is waived. If a payment arrives before the waiver, the waived
      // amount stays the same.
      return { kind: 'planned', plan: { since, chargeId, cents: cents ?? outstanding, reason } };
    }),
  async send(services, reference, planned, maySend, signal) {
    const answer = await services.ledger.waiveCharge(reference, planned, services.origin, signal, maySend);
    if ('charge' in answer) {
      if (answer.charge.waivedCents < planned.cents) {
        // The answer doesn't show the waiver, so only the list of changes tells whether it was made.
        return null;
      }
      return { kind: 'done', result: { chargeId: planned.chargeId, cents: planned.cents } };
    }
    if (answer.refused !== 'DUPLICATE') {
      return refusalFor(answer, services);
    }
    return answer.made.kind === 'WAIVER' ? checked(reference, planned, answer.made.event) : notOurs;
  },
  async find(services, reference, planned, signal) {
    const { ledger, origin } = services;
    const event = await findEvent(ledger, reference, planned.since, origin, signal);
    return event === null ? null : checked(reference, planned, event);
  },
};

/**
 * The outcome of a request to waive. It is done if the waiver is the requested one. Otherwise, the reference belongs to
 * another change.
 */
const checked = (reference: string, { chargeId, cents }: Plan, event: LedgerEvent): ChangeOutcome =>
  event.kind === 'CHARGE_WAIVED' &&
  event.reference === reference &&
  event.chargeIds.length === 1 &&
  event.chargeIds[0] === chargeId &&
  event.cents === cents
    ? { kind: 'done', result: { chargeId, cents } }
    : notOurs;
