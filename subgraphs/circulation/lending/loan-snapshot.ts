import type { Hold, HoldState, Loan } from '../../../adapters/circulation/port.ts';
import type { Credential } from '../../../adapters/credentials/port.ts';
import type { Epoch, PlaceKind, Places } from '../../../store/journal/port.ts';
import { type Shown, unshown } from '../rules/free-places.ts';
import type { LendingServices } from './services.ts';

/** Readings of a patron in one request at most. Each further one is because another operation got a place meanwhile. */
export const maxReadings = 10;

/**
 * What a patron has on all cards, and the epoch from which it may have changed.
 *
 * Epoch 4 is read, then two cards, then nine loans. A check-out is settled as done before or after the loans were read: the
 * journal gives it as done since epoch 4, and its reference says whether it is among the nine. So it is counted once.
 */
export interface LoanSnapshot<Row> {
  readonly epoch: Epoch;
  /** The operations that held a place before anything was read. */
  readonly holdersBefore: ReadonlySet<string>;
  readonly cards: readonly Credential[];
  /** By card number; each card has an entry. */
  readonly byCard: ReadonlyMap<string, readonly Row[]>;
  readonly rows: readonly Row[];
}

/**
 * Reads a patron's loans on all cards, closed ones too (R16): first the epoch, then the cards, then the loans on them. In
 * another order, a card could be replaced after the cards were read and the new one lent on before the epoch was read; then
 * neither would show that loan.
 */
export const readLoans = (services: LendingServices, patronId: string, signal: AbortSignal) =>
  readSnapshot<Loan>(services, patronId, 'LOAN', signal, (numbers) =>
    services.circulation.loansByCard(numbers, signal),
  );

/** Whether a hold in that state is certainly over. One in a state that nobody knows may still be open, and counts (R25). */
const isOver = {
  QUEUED: false,
  READY: false,
  OTHER: false,
  CANCELLED: true,
  LAPSED: true,
} as const satisfies Record<HoldState, boolean>;

/** Reads a patron's holds on all cards that are not over (R25), in the same order as loans. */
export const readHolds = (services: LendingServices, patronId: string, signal: AbortSignal) =>
  readSnapshot<Hold>(services, patronId, 'HOLD', signal, async (numbers) => {
    const holds = await services.circulation.holdsByCard(numbers, signal);
    return holds.map((rows) => rows.filter(({ state }) => !isOver[state]));
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
  return { epoch, holdersBefore: new Set(holders), cards: own, byCard, rows: rows.flat() };
}

/**
 * A snapshot, and the places that it may have missed. Reads again while a place was settled as done meanwhile and is not shown.
 */
export async function readSettledSnapshot<Row extends Shown>(
  { journal }: LendingServices,
  patronId: string,
  kind: PlaceKind,
  read: () => Promise<LoanSnapshot<Row>>,
): Promise<LoanSnapshot<Row> & { readonly places: Places }> {
  for (let reading = 1; ; reading += 1) {
    const snapshot = await read();
    const places = await journal.placesSince(patronId, kind, snapshot.epoch);
    if (unshown(snapshot.rows, places).done.length === 0 || reading === maxReadings) {
      return { ...snapshot, places };
    }
  }
}
