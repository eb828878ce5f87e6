import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Operation } from '../../adapters/journal/port.ts';
import type { OperationLedger } from '../operations/ledger.ts';

/**
 * What whoever applied gets to ask how the application stands: the operation's id, and proof that we gave it out. Sending
 * the application again gets the same one. It opens as long as the operation is kept.
 */
export function receiptOf({ fingerprintKey }: OperationLedger, { id }: Operation): string {
  return `${id}.${sign(fingerprintKey, id).toString('base64url')}`;
}

/** The operation that a receipt is for; null for what is none of ours. */
export async function operationOfReceipt(
  { journal, fingerprintKey }: OperationLedger,
  receipt: string,
): Promise<Operation | null> {
  const [, id = '', proof = ''] = /^([0-9A-Za-z]{1,64})\.([\w-]{22})$/.exec(receipt) ?? [];
  const given = Buffer.from(proof, 'base64url');
  const wanted = sign(fingerprintKey, id);
  const isOurs = given.length === wanted.length && timingSafeEqual(given, wanted);
  return isOurs ? await journal.findById(id) : null;
}

/** 128 bits: nobody guesses them. */
function sign(key: Uint8Array, id: string): Buffer {
  return createHmac('sha256', key).update(`receipt ${id}`).digest().subarray(0, 16);
}
