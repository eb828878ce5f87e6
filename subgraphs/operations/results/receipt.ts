import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Operation } from '../../../store/journal/port.ts';
import type { OperationLedger } from '../ledger.ts';

/** Bytes of the signature in a receipt: 128 bits can't be guessed. */
const signatureBytes = 16;

/**
 * The receipt that lets an applicant, signed in or not, ask how the application stands: the id of the operation that submitted
 * it, and an HMAC-SHA-256 of the id, cut to 128 bits. Submitting the same application again gives the same receipt. It works
 * until 30 days after the submission was settled: the journal then forgets the operation.
 *
 * @example receiptOf(ledger, operation) // '<operation id>.<22 base64url characters>'
 */
export function receiptOf({ fingerprintKey }: OperationLedger, { id }: Operation): string {
  return `${id}.${sign(fingerprintKey, id).toString('base64url')}`;
}

/** The operation that the receipt was made for; null for a text that is not a receipt of this system, or once it is forgotten. */
export async function operationOfReceipt(
  { journal, fingerprintKey }: OperationLedger,
  receipt: string,
): Promise<Operation | null> {
  const [, id = '', signature = ''] = /^([0-9A-Za-z]{1,64})\.([\w-]{22})$/.exec(receipt) ?? [];
  const received = Buffer.from(signature, 'base64url');
  const expected = sign(fingerprintKey, id);
  // In constant time: the time of a plain comparison would tell how many leading bytes of a forged signature are right.
  const isGenuine = received.length === expected.length && timingSafeEqual(received, expected);
  return isGenuine ? await journal.findById(id) : null;
}

function sign(key: Uint8Array, id: string): Buffer {
  return createHmac('sha256', key).update(`receipt ${id}`).digest().subarray(0, signatureBytes);
}
