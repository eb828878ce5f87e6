/**
 * The one-time code with which a reader sets a PIN (decision 35). It is computed as an HMAC of the id of the operation
 * that created it, and is not stored. The journal has the operation that created the code, and the operation that used
 * it.
 */
import { timingSafeEqual } from 'node:crypto';
import { hmacSha256 } from '../../../platform/hmac.ts';
import type { Operation } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import type { OperationLedger } from '../../operations/ledger.ts';
import { changedCard, codeExpiresAt } from '../../operations/results/card-results.ts';

/**
 * The lifetime of a code, in ms. It begins when the code is requested. In this time, a reader types the code at the
 * counter, or at home after a telephone call.
 */
export const pinCodeLifetimeMs = 15 * 60 * 1000;
/** The code has only digits, because they can be read out in any language and typed on any keyboard. */
const pinCodeDigits = 8;

/** The code that a `createPinCode` operation created, such as `48217350`. */
export function pinCodeOf(
  { fingerprintKey }: Pick<OperationLedger, 'fingerprintKey'>,
  { id }: Operation,
): string {
  const digest = hmacSha256(fingerprintKey).update(`pin code ${id}`).digest();
  // 48 bits are far more than eight digits need, so all codes are almost equally likely.
  return String(digest.readUIntBE(0, 6) % 10 ** pinCodeDigits).padStart(pinCodeDigits, '0');
}

/** The end of the code's lifetime, as a `createPinCode` operation stores it. */
export const expiryOf = ({ requestedAt }: Operation): string =>
  hongKongInstant(new Date(requestedAt.getTime() + pinCodeLifetimeMs));

/**
 * The code that a `createPinCode` operation created, while it can be used. Null if it has expired, or if the operation
 * is not done.
 * @param now the time by the journal's clock
 */
export function currentPinCode(
  ledger: Pick<OperationLedger, 'fingerprintKey'>,
  operation: Operation,
  now: Date,
): string | null {
  const expiresAt = codeExpiresAt(operation);
  return expiresAt !== null && now < new Date(expiresAt) ? pinCodeOf(ledger, operation) : null;
}

/**
 * The number of the patron's latest operations that are searched for the code. A patron has fewer in the lifetime of a
 * code.
 */
const maxOperations = 100;

/** The operation that created a code, and the operations that have used the code, the latest first. */
export interface GenuineCode {
  readonly madeBy: Operation;
  readonly usedBy: readonly Operation[];
}

/**
 * Checks a text that was given as the code. Only the latest code for the card is right, and only until it expires. For
 * any other text, the result is null. The right code may already have been used: see `usedBy`.
 */
export async function findPinCode(
  ledger: OperationLedger,
  patronId: string,
  libraryCardNumber: string,
  given: string,
): Promise<GenuineCode | null> {
  const operations = await ledger.journal.operationsOfPatron(patronId, null, maxOperations);
  const madeBy = operations.find(
    (operation) => operation.kind === 'CREATE_PIN_CODE' && changedCard(operation) === libraryCardNumber,
  );
  const code = madeBy === undefined ? null : currentPinCode(ledger, madeBy, await ledger.journal.now());
  if (madeBy === undefined || code === null || !isSame(code, given)) {
    return null;
  }
  const prefix = useOfCode(madeBy);
  return { madeBy, usedBy: operations.filter(({ reference }) => reference.startsWith(prefix)) };
}

/** The reference of each operation that uses the code begins with this. */
export const useOfCode = ({ id }: Operation): string => `pin code ${id} `;

/** Compares in constant time. Spaces and dashes in the given text are ignored. */
function isSame(code: string, given: string): boolean {
  const typed = Buffer.from(
    given
      .slice(0, 64)
      .normalize('NFKC')
      .replace(/[\s\p{Pd}]/gu, ''),
  );
  const expected = Buffer.from(code);
  return typed.length === expected.length && timingSafeEqual(typed, expected);
}
