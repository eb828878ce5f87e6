import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import { answerNotBefore } from '../../../platform/telemetry/request-scope.ts';
import { LocalizedError } from '../../library/errors/localized-error.ts';
import { textFor } from '../../library/message.ts';
import type { CardAndPin } from '../../library/reader-presented.ts';
import { verificationFloorMs } from '../../operations/attempts/pin-attempts.ts';
import type { VisitedPatron } from '../../operations/visits/proof.ts';
import { addresseeOf } from '../../runtime/caller.ts';
import type { Connection, SliceInput } from '../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../context.ts';
import { findPatron } from '../lending/identify-patron.ts';
import { loadAll } from '../loaders.ts';
import { problemOf, problemThrown } from '../rules/problems.ts';
import { loanConnection, type Money, openStates, parseLoanPage, sortedHolds, sumOf } from './patron.ts';

/** The loans of a reader who gave a card number and its PIN (R10, R29). */
export async function readerLoans(
  _: unknown,
  { reader, ...page }: { readonly reader: CardAndPin } & SliceInput,
  context: CirculationContext,
): Promise<Connection<Loan>> {
  const parsed = parseLoanPage(page);
  const numbers = await cardNumbersOf(reader, context);
  const loans = await loadAll(context.loansByCard, numbers);
  return loanConnection(loans.flat(), parsed);
}

/** The queued and ready holds of a reader who gave a card number and its PIN (R10, R29). */
export async function readerHolds(
  _: unknown,
  { reader }: { readonly reader: CardAndPin },
  context: CirculationContext,
): Promise<readonly Hold[]> {
  const numbers = await cardNumbersOf(reader, context);
  const holds = await loadAll(context.holdsByCard, numbers);
  return sortedHolds(holds.flat(), openStates);
}

/** The total that a reader owes on all cards. The reader gave a card number and its PIN (R29). */
export async function readerOwes(
  _: unknown,
  { reader }: { readonly reader: CardAndPin },
  context: CirculationContext,
): Promise<Money> {
  requireScope(context, ['station']);
  return sumOf(await loadAll(context.chargesByCard, await cardNumbersOf(reader, context)));
}

/** The patron whose number and PIN were given at a station. The station may show the patron during the visit (R29). */
export async function readerPatron(
  _: unknown,
  { reader }: { readonly reader: CardAndPin },
  context: CirculationContext,
): Promise<VisitedPatron> {
  requireScope(context, ['station']);
  return { id: await patronByPin(reader, context), byPin: true };
}

/** The numbers of all cards of the reader, even of ended ones (R16). */
async function cardNumbersOf(reader: CardAndPin, context: CirculationContext): Promise<readonly string[]> {
  requireScope(context, ['station', 'telephone']);
  const patronId = await patronByPin(reader, context);
  const [cards] = await Promise.all([
    context.cardsByPatron.load(patronId),
    context.recordOpening('LOANS', patronId),
  ]);
  return cards.map(({ libraryCardNumber }) => libraryCardNumber);
}

/**
 * Finds the patron by card number and PIN. A query's payload has no `problems`, so a refusal is thrown as an error. A
 * wrong PIN, an unknown number, and a lost or ended card give the same error. These errors wait for {@link
 * verificationFloorMs}, so that the time doesn't tell them apart either (R28).
 */
async function patronByPin(
  reader: CardAndPin,
  { services, verifyPin, caller }: CirculationContext,
): Promise<string> {
  try {
    return await findPatron(services, { cardAndPin: reader }, verifyPin);
  } catch (error) {
    const thrown = problemThrown(error);
    if (thrown === null) {
      throw error;
    }
    answerNotBefore(verificationFloorMs);
    const code = thrown.code === 'CREDENTIAL_NOT_ACTIVE' ? 'WRONG_NUMBER_OR_PIN' : thrown.code;
    const mayRetryAt = thrown.mayRetryAt ?? undefined;
    throw new LocalizedError(textFor(problemOf(code).message, addresseeOf(caller)), {
      extensions: { code, mayRetryAt },
    });
  }
}
