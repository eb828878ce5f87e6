import type { Hold, Loan } from '../../../adapters/circulation/port.ts';
import type { Credential } from '../../../adapters/credentials/port.ts';
import type { Epoch, PlaceKind, Places } from '../../../adapters/journal/port.ts';
import { type Shown, unshown } from '../rules/quota.ts';
import type { LendingServices } from './services.ts';

/** How many times circulation is asked while places of the patron's come and are settled: each time somebody got one. */
export const readings = 10;

/** What a patron has on all cards, and the moment in the order of settling from which on it may have changed. */
export interface LoanSnapshot<Row> {
  readonly epoch: Epoch;
  /** The operations that had a place, or had made one into a loan or a hold, before anything was read. */
  readonly before: ReadonlySet<string>;
  readonly cards: readonly Credential[];
  /** By card, as read; each card has an entry. */
  readonly byCard: ReadonlyMap<string, readonly Row[]>;
  readonly rows: readonly Row[];
}

/**
 * A patron's loans on all cards, closed ones too (R16). The epoch first, then the cards, then what is on them: a card that
 * was read before the epoch could have been replaced, and the new one lent on, unseen by either.
 */
export const readLoans = (lending: LendingServices, patronId: string, signal: AbortSignal) =>
  readSnapshot<Loan>(lending, patronId, 'LOAN', signal, (numbers) =>
    lending.circulation.loansByCard(numbers, signal),
  );

/** A patron's queued and ready holds on all cards, read as loans are (R25). */
export const readHolds = (lending: LendingServices, patronId: string, signal: AbortSignal) =>
  readSnapshot<Hold>(lending, patronId, 'HOLD', signal, async (numbers) => {
    const holds = await lending.circulation.holdsByCard(numbers, signal);
    return holds.map((rows) => rows.filter(({ state }) => state === 'QUEUED' || state === 'READY'));
  });

async function readSnapshot<Row>(
  { journal, cards }: LendingServices,
  patronId: string,
  kind: PlaceKind,
  signal: AbortSignal,
  read: (numbers: readonly string[]) => Promise<readonly (readonly Row[])[]>,
): Promise<LoanSnapshot<Row>> {
  const { epoch, holders } = await journal.placesNow(patronId, kind);
  const [own = []] = await cards.cardsByPatron([patronId], signal);
  const numbers = own.map(({ libraryCardNumber }) => libraryCardNumber);
  const rows = await read(numbers);
  const byCard = new Map(numbers.map((number, index) => [number, rows[index] ?? []]));
  return { epoch, before: new Set(holders), cards: own, byCard, rows: rows.flat() };
}

/** What a patron has, and the places besides; read again while something is settled meanwhile that it doesn't show. */
export async function readSettledSnapshot<Row extends Shown>(
  { journal }: LendingServices,
  patronId: string,
  kind: PlaceKind,
  read: () => Promise<LoanSnapshot<Row>>,
): Promise<LoanSnapshot<Row> & { readonly places: Places }> {
  for (let reading = 1; ; reading += 1) {
    const standing = await read();
    const places = await journal.placesSince(patronId, kind, standing.epoch);
    if (unshown(standing.rows, places).done.length === 0 || reading === readings) {
      return { ...standing, places };
    }
  }
}
