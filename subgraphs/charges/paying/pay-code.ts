/**
 * A code with which somebody else pays what a patron owes. For example, a child shows the code to a parent. The code is
 * the encrypted patron number. It reveals nothing to a person who reads it, and is not stored.
 */
import { hkdfSync } from 'node:crypto';
import { EncryptJWT, errors, jwtDecrypt } from 'jose';
import type { OperationLedger } from '../../operations/ledger.ts';

const encryption = { alg: 'dir', enc: 'A256GCM' } as const;
/**
 * A code is valid for this time, in ms. It is long, because a child may send the code home, and somebody may pay only
 * in the evening.
 */
const validMs = 24 * 60 * 60_000;

type Keys = Pick<OperationLedger, 'fingerprintKey'>;

/** The key is derived from the journal's data key, so that all processes have the same key. */
const keyOf = ({ fingerprintKey }: Keys): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', fingerprintKey, '', 'patron-graph pay codes', 32));

export interface PayCode {
  readonly code: string;
  readonly validUntil: Date;
}

export async function makePayCode(keys: Keys, patronId: string, now: Date): Promise<PayCode> {
  const validUntil = new Date(now.getTime() + validMs);
  const code = await new EncryptJWT({})
    .setProtectedHeader(encryption)
    .setSubject(patronId)
    .setExpirationTime(validUntil)
    .encrypt(keyOf(keys));
  return { code, validUntil };
}

/**
 * The patron whose charges are paid with this code. Null if the text is not one of our codes, or if the code has expired.
 */
export async function openPayCode(keys: Keys, code: string, now: Date): Promise<string | null> {
  try {
    const { payload } = await jwtDecrypt(code, keyOf(keys), {
      keyManagementAlgorithms: [encryption.alg],
      contentEncryptionAlgorithms: [encryption.enc],
      requiredClaims: ['sub', 'exp'],
      currentDate: now,
    });
    return payload.sub ?? null;
  } catch (error) {
    if (error instanceof errors.JOSEError) {
      return null;
    }
    throw error;
  }
}
