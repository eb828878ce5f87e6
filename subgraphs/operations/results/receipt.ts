import { timingSafeEqual } from 'node:crypto';
import { hmacSha256 } from '../../../platform/hmac.ts';
import type { Operation } from '../../../store/journal/port.ts';
import type { OperationLedger } from '../ledger.ts';

/** The number of bytes of a receipt's signature. 128 bits can't be guessed. */
const signatureBytes = 16;

/**
 * The receipt with which an applicant, signed in or not, can look up the status of the application. It has the id of
 * the operation that submitted the application, and an HMAC-SHA-256 of the id, cut to 128 bits. If the same application
 * is submitted again, the receipt is the same. It is valid until 30 days after the submission was settled, when the
 * journal removes the operation.
 *
 * @example receiptOf(ledger, operation) // '<operation id>.<22 base64url characters>'
 */
export function receiptOf({ fingerprintKey }: OperationLedger, { id }: Operation): string {
  return `${id}.${sign(fingerprintKey, id).toString('base64url')}`;
}

/** The operation of a receipt. Null if the text is not a receipt of this system, or if the operation was removed. */
export async function operationOfReceipt(
  { journal, fingerprintKey }: OperationLedger,
  receipt: string,
): Promise<Operation | null> {
  const [, id = '', signature = ''] = /^([0-9A-Za-z]{1,64})\.([\w-]{22})$/.exec(receipt) ?? [];
  const received = Buffer.from(signature, 'base64url');
  const expected = sign(fingerprintKey, id);
  // The comparison takes constant time, so it doesn't reveal how many leading bytes of a forged signature are right.
  const isGenuine = received.length === expected.length && timingSafeEqual(received, expected);
  return isGenuine ? await journal.findById(id) : null;
}

function sign(key: Uint8Array, id: string): Buffer {
  return hmacSha256(key).update(`receipt ${id}`).digest().subarray(0, signatureBytes);
}
