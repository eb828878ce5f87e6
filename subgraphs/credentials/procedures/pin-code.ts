/**
 * The one-time code with which a reader sets a PIN (decision 35). It is an HMAC of the id of the operation that made it, as a receipt
 * is, and is stored nowhere: the journal knows that operation, and which operation used its code.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Operation } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import type { OperationLedger } from '../../operations/ledger.ts';
import { changedCard, codeExpiresAt } from '../../operations/results/card-results.ts';

/** Counted from the request for the code. The reader types it at the counter, or at home after a call. */
export const pinCodeLifetimeMs = 15 * 60 * 1000;
/** Digits alone: they are read out in any language, and typed on any keyboard. */
const pinCodeDigits = 8;

/** The code that a `createPinCode` made, as in `48217350`. */
export function pinCodeOf(
  { fingerprintKey }: Pick<OperationLedger, 'fingerprintKey'>,
  { id }: Operation,
): string {
  const digest = createHmac('sha256', fingerprintKey).update(`pin code ${id}`).digest();
  // 48 bits: no code is likelier than another by more than one in a million.
  return String(digest.readUIntBE(0, 6) % 10 ** pinCodeDigits).padStart(pinCodeDigits, '0');
}

/** What a `createPinCode` keeps as the end of its code. */
export const expiryOf = ({ requestedAt }: Operation): string =>
  hongKongInstant(new Date(requestedAt.getTime() + pinCodeLifetimeMs));

/** The code while it can be used; null later, and unless the operation is done. `now`: of the journal's clock. */
export function currentPinCode(
  ledger: Pick<OperationLedger, 'fingerprintKey'>,
  operation: Operation,
  now: Date,
): string | null {
  const expiresAt = codeExpiresAt(operation);
  return expiresAt !== null && now < new Date(expiresAt) ? pinCodeOf(ledger, operation) : null;
}

/** The latest operations of a patron, among which the code is looked for. Nobody makes that many within the life of a code. */
const maxOperations = 100;

/** A code that is right: the operation that made it, and those that have used it, the latest first. */
export interface GenuineCode {
  readonly madeBy: Operation;
  readonly usedBy: readonly Operation[];
}

/**
 * The latest code that was made for the card, if it is the one given and has not expired. Null for every other text. It may have been
 * used.
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

/** How the references of all operations begin that use the code. */
export const useOfCode = ({ id }: Operation): string => `pin code ${id} `;

/** In constant time, after removing what people type between digits. */
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
