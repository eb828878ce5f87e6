import type { Hold, HoldState, Loan } from '../../../adapters/circulation/port.ts';
import type { Credential } from '../../../adapters/credentials/port.ts';
import type { Epoch, PlaceKind, Places } from '../../../store/journal/port.ts';
import { isOvertaken, type Shown } from '../rules/free-places.ts';
import type { LendingServices } from './services.ts';

/**
 * The maximum number of times that a patron's loans or holds are read in one request. They are read again if another
 * operation has reserved a place meanwhile.
 */
export const maxReadings = 10;

/**
 * The loans or holds of a patron on all cards, and the journal's epoch. The epoch is read before the loans, so every
 * operation that these loans may lack was done after it. The cards include the cards of records that were merged into
 * the patron's record.
 *
 * Example: epoch 4 is read, then two cards, then nine loans. A check-out is done meanwhile, before or after the loans
 * are read. The journal reports it as done since epoch 4. The check-out's reference shows whether its loan is among the
 * nine. So the loan is counted once.
 */
export interface LoanSnapshot<Row> {
  readonly epoch: Epoch;
  /** The operations that held a place before the cards were read. */
  readonly holdersBefore: ReadonlySet<string>;
  /**
   * `mergedFrom` has the records that were merged into this one. `mergedInto` is the record into which this one was
   * merged; null if it was not.
   */
  readonly mergedFrom: readonly string[];
  readonly mergedInto: string | null;
  readonly cards: readonly Credential[];
  /** The loans or holds by card number. Each card has an entry. */
  readonly byCard: ReadonlyMap<string, readonly Row[]>;
  readonly rows: readonly Row[];
}

/**
 * Reads a patron's loans on all cards, even on closed ones (R16). First the epoch is read, then the cards, then their
 * loans. Another order could miss a loan. Example: the cards are read, then a card is replaced, and an item is lent on
 * the new card. If the epoch is read only after that, neither the cards nor the epoch show the loan.
 * @param alongside must read the patron's standing. It is called after the epoch was read, so it sees every suspension
 *   or closing that came before the epoch. A later one reserves all of the patron's places (`every-place.ts`), so that
 *   `reservePlace` notices it. If `alongside` rejects, `readLoans` rejects with the same error, even if the cards can't
 *   be read either.
 */
export const readLoans = (
  services: LendingServices,
  patronId: string,
  signal: AbortSignal,
  alongside = nothing,
) =>
  readSnapshot<Loan>(services, patronId, 'LOAN', signal, alongside, (numbers) =>
    services.circulation.loansByCard(numbers, signal),
  );

/** Reads all loans on the cards of these loans. */
export async function loansOnCardsOf(
  { circulation }: LendingServices,
  loans: readonly Loan[],
  signal: AbortSignal,
): Promise<readonly Loan[]> {
  const cards = new Set(loans.map(({ libraryCardNumber }) => libraryCardNumber));
  return (await circulation.loansByCard([...cards], signal)).flat();
}

const nothing = (): Promise<void> => Promise.resolve();

/**
 * Whether a hold in this state is certainly over. A hold in an unknown state may still be open, so it counts against
 * the limit (R25).
 */
const isOver = {
  QUEUED: false,
  READY: false,
  OTHER: false,
  CANCELLED: true,
  LAPSED: true,
} as const satisfies Record<HoldState, boolean>;

/**
 * Reads a patron's open holds on all cards (R25). As for loans, the epoch is read first, then the cards, then the
 * holds.
 */
export const readHolds = (
  services: LendingServices,
  patronId: string,
  signal: AbortSignal,
  alongside = nothing,
) =>
  readSnapshot<Hold>(services, patronId, 'HOLD', signal, alongside, async (numbers) => {
    const holds = await services.circulation.holdsByCard(numbers, signal);
    return holds.map((rows) => rows.filter(({ state }) => !isOver[state]));
  });

async function readSnapshot<Row>(
  { journal, cards }: LendingServices,
  patronId: string,
  kind: PlaceKind,
  signal: AbortSignal,
  alongside: () => Promise<void>,
  read: (numbers: readonly string[]) => Promise<readonly (readonly Row[])[]>,
): Promise<LoanSnapshot<Row>> {
  const { epoch, holders, ...merges } = await journal.placesNow(patronId, kind);
  const records = [patronId, ...merges.mergedFrom];
  const found = await afterFirst(alongside(), cards.cardsByPatron(records, signal));
  const own = found.flat();
  const numbers = own.map(({ libraryCardNumber }) => libraryCardNumber);
  const rows = await read(numbers);
  const byCard = new Map(numbers.map((number, index) => [number, rows[index] ?? []]));
  return { epoch, holdersBefore: new Set(holders), ...merges, cards: own, byCard, rows: rows.flat() };
}

/**
 * Waits for both promises, and resolves to the result of the second. If both fail, rejects with the error of the first.
 */
async function afterFirst<Result>(first: Promise<void>, second: Promise<Result>): Promise<Result> {
  // If the second promise rejects while the first is awaited, this prevents an unhandled rejection.
  second.catch(() => undefined);
  await first;
  return await second;
}

/**
 * Reads a patron's loans, and the operations in progress that may add a loan (`places`). Together they must describe
 * one moment. So they are read again if another operation has reserved a place meanwhile, or if a check-out is done
 * whose loan is missing. After {@link maxReadings} readings, the last one is returned in any case.
 *
 * Example: ten loans are read. One is returned, and another operation reserves the free place. Ten loans and one place
 * would be eleven, although the patron never had eleven.
 */
export async function readSettledSnapshot<Row extends Shown>(
  { journal }: LendingServices,
  patronId: string,
  read: () => Promise<LoanSnapshot<Row>>,
): Promise<LoanSnapshot<Row> & { readonly places: Places }> {
  for (let reading = 1; ; reading += 1) {
    const snapshot = await read();
    const places = await journal.placesSince(patronId, 'LOAN', snapshot.epoch);
    if (isOfOneMoment(snapshot, places) || reading === maxReadings) {
      return { ...snapshot, places };
    }
  }
}

/**
 * Whether `rows` (the patron's loans or holds) and `places` describe one moment. If so, `rows` has the loan or hold of
 * every operation in `doneSince`, and no other operation has reserved a place since the reading began.
 */
export function isOfOneMoment(
  { rows, holdersBefore }: Pick<LoanSnapshot<Shown>, 'rows' | 'holdersBefore'>,
  places: Places,
): boolean {
  const shown = new Set(rows.map(({ reference }) => reference));
  return (
    places.doneSince.every(({ operationId }) => shown.has(operationId)) &&
    !isOvertaken(rows, places, holdersBefore)
  );
}
