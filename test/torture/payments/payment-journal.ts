import { z } from 'zod';
import { decryptFields, decryptJson } from '../../../store/journal/encrypted-rows.ts';
import type { PostgresDatabase } from '../../support/postgres.ts';
import { openEncryption } from '../system/journal-entries.ts';

const line = z.object({ chargeId: z.string(), cents: z.number() });
/** What the program decided to send, of any kind of operation. */
const plan = z.object({
  patronId: z.string().optional(),
  paymentId: z.string().optional(),
  chargeId: z.string().optional(),
  cents: z.number().optional(),
  lines: z.array(line).optional(),
});

const row = z.object({
  id: z.string(),
  kind: z.enum([
    'RPS_START_PAYMENT',
    'RPS_PAY_BY_CODE',
    'RPS_CANCEL_PAYMENT',
    'RPS_WAIVE_CHARGE',
    'RPS_REFUND_PAYMENT',
  ]),
  state: z.enum(['DONE', 'REFUSED', 'UNSETTLED']),
  first_state: z.enum(['DONE', 'REFUSED']).nullable(),
  requested_at: z.date(),
  sealed: z.string(),
  details: z.union([z.json(), z.string()]),
});

/** An operation of the payment system in the journal, at the end of a run. */
export interface PaymentOperation {
  /** The id, which is the `MerchantRef`. */
  readonly id: string;
  readonly reference: string;
  readonly kind: z.infer<typeof row>['kind'];
  readonly state: z.infer<typeof row>['state'];
  /** The first final state. Null if it is unsettled. */
  readonly firstState: 'DONE' | 'REFUSED' | null;
  /** By the machine's clock. */
  readonly requestedAt: number;
  /** What was to be sent. Null if nothing was. */
  readonly plan: z.infer<typeof plan> | null;
}

/** All operations of the payment system. Reads and decrypts the table directly. */
export async function readPaymentOperations(
  database: PostgresDatabase,
  secret: string,
): Promise<PaymentOperation[]> {
  const rows = await database.query(
    `select id, kind, state, first_state, moments.requested_at, sealed, details
      from patron_graph.operations join public.moments using (id) order by moments.requested_at`,
  );
  const encryption = await openEncryption(database, secret);
  return rows.map((one) => {
    const { id, kind, state, first_state, requested_at, sealed, details } = row.parse(one);
    const stored = typeof details === 'string' ? z.json().parse(JSON.parse(details)) : details;
    const { plan: planned } = z.object({ plan: plan.nullable() }).parse(decryptJson(encryption, stored));
    const { reference } = decryptFields(encryption, sealed);
    return {
      id,
      kind,
      state,
      reference,
      firstState: first_state,
      requestedAt: requested_at.getTime(),
      plan: planned,
    };
  });
}
