import type { Caller } from '../../../gateway/access/caller.ts';
import type { CardRow } from '../../../simulators/store.ts';
import { shown } from '../../support/shown.ts';
import type { Random } from '../random.ts';
import type { Books } from '../system/legacy-records.ts';
import type { Cast } from './patron-groups.ts';

/** Something that a station, a patron or a telephone asks for. */
export interface Action {
  readonly kind: 'CHECK_OUT' | 'CHECK_IN' | 'RENEW_LOAN' | 'RENEW_ALL_LOANS' | 'PLACE_HOLD' | 'CANCEL_HOLD';
  /** The mutation's field. */
  readonly field: string;
  /** Beside the reference. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** Of whom a quota in the answer tells. */
  readonly patronId: string | null;
  /** Whether the card that is shown is in use now, as it is shown; null where none is. */
  readonly isCardInUse: (() => boolean) | null;
}

export interface Choosing {
  readonly books: Books;
  readonly cast: Cast;
  readonly random: Random;
  /** Which station it is. */
  readonly station: Caller;
}

/** Of what is asked without a quota in the answer, or with no card that a run keeps an eye on. */
const untold = { patronId: null, isCardInUse: null };

/** What is at the top of a patron's quota is what this is about: patrons are kept near it. */
const full = 9;

/** What to do next, by what stands in the books just now; null where there is nothing of the kind that was drawn. */
export function chooseAction(choosing: Choosing): Action | null {
  const { books, cast, random } = choosing;
  const patronId = random.pick(cast.patronIds);
  const loans = books.loansOf(patronId).length;
  const drawn = random.next();
  if (drawn < 0.06) {
    return placeHold(choosing, patronId);
  }
  if (drawn < 0.1) {
    return cancelHold(choosing, patronId);
  }
  if (drawn < 0.16) {
    return renew(choosing, patronId);
  }
  if (drawn < 0.18) {
    return renewAll(choosing, patronId);
  }
  if (drawn < 0.26) {
    return fetchHold(choosing, patronId);
  }
  const returns = loans > full ? 0.45 : 0.15;
  return random.chance(returns) ? checkIn(choosing, patronId) : checkOut(choosing, patronId);
}

function checkOut(choosing: Choosing, patronId: string): Action | null {
  const { books, cast, random } = choosing;
  const free = cast.itemNumbers.filter((number) => books.item(number)?.state === 'A');
  const isHopeless = free.length === 0 || random.chance(0.03);
  return lending(choosing, patronId, random.pick(isHopeless ? cast.itemNumbers : free));
}

/** A copy that waits on the hold shelf, on whichever card the patron has at hand (R25). */
function fetchHold(choosing: Choosing, patronId: string): Action | null {
  const { books, random } = choosing;
  const ready = books.holdsOf(patronId).flatMap(({ itemNo }) => itemNo ?? []);
  return ready.length === 0 ? checkOut(choosing, patronId) : lending(choosing, patronId, random.pick(ready));
}

function lending({ books, random, station }: Choosing, patronId: string, itemNumber: string): Action | null {
  const card = cardAtHand(books.cardsOf(patronId), random);
  const input = { credential: shown(card), itemNumber };
  const isCardInUse = () =>
    books
      .cardsOf(patronId)
      .some(
        ({ cardNo, status, dateOfIssue }) =>
          cardNo === card.cardNo && status === 'ACT' && dateOfIssue === card.dateOfIssue,
      );
  return { kind: 'CHECK_OUT', field: 'checkOut', input, caller: station, patronId, isCardInUse };
}

/** On that card. */
export const checkOutOn = (card: CardRow, itemNumber: string, station: Caller): Action => ({
  kind: 'CHECK_OUT',
  field: 'checkOut',
  input: { credential: shown(card), itemNumber },
  caller: station,
  ...untold,
});

/** One in use, mostly. */
function cardAtHand(cards: readonly CardRow[], random: Random): CardRow {
  const inUse = cards.filter(({ status }) => status === 'ACT');
  return random.pick(inUse.length === 0 || random.chance(0.03) ? cards : inUse);
}

function checkIn({ books, random, station }: Choosing, patronId: string): Action | null {
  const loans = books.loansOf(patronId);
  if (loans.length === 0) {
    return null;
  }
  const input = { itemNumber: random.pick(loans).itemNo };
  return { kind: 'CHECK_IN', field: 'checkIn', input, caller: station, ...untold };
}

function renew({ books, random, station }: Choosing, patronId: string): Action | null {
  const loans = books.loansOf(patronId);
  if (loans.length === 0) {
    return null;
  }
  const loan = random.pick(loans);
  // One of today would gain nothing, and nothing would be sent.
  if (random.chance(0.7)) {
    books.growOlder(loan);
  }
  const loanId = loan.loanNo;
  const card = cardAtHand(books.cardsOf(patronId), random);
  const byPin = { cardAndPin: { libraryCardNumber: card.cardNo, pin: '1234' } };
  const [reader, caller] = random.chance(0.3) ? [byPin, station] : [{ patronId }, patron(patronId)];
  return { kind: 'RENEW_LOAN', field: 'renewLoan', input: { reader, loanId }, caller, ...untold };
}

const renewAll = (_: Choosing, patronId: string): Action => ({
  kind: 'RENEW_ALL_LOANS',
  field: 'renewAllLoans',
  input: { reader: { patronId } },
  caller: patron(patronId),
  ...untold,
});

function placeHold({ books, cast, random }: Choosing, patronId: string): Action {
  const { cardNo } = cardAtHand(books.cardsOf(patronId), random);
  const input = {
    libraryCardNumber: cardNo,
    titleNumber: random.pick(cast.titleNumbers),
    pickupBranch: 'STCL',
  };
  return { kind: 'PLACE_HOLD', field: 'placeHold', input, caller: patron(patronId), ...untold };
}

function cancelHold({ books, random }: Choosing, patronId: string): Action | null {
  const holds = books.holdsOf(patronId);
  if (holds.length === 0) {
    return null;
  }
  const input = { patronId, holdId: random.pick(holds).holdNo };
  return { kind: 'CANCEL_HOLD', field: 'cancelHold', input, caller: patron(patronId), ...untold };
}

const patron = (patronId: string): Caller => ({
  authenticated: true,
  issuer: 'https://id.example',
  subject: patronId,
  patronId,
  clientId: null,
  scopes: new Set(),
  language: 'en',
});

/** A self-service station. */
export const stationCaller = (name: string): Caller => ({
  authenticated: true,
  issuer: 'https://id.example',
  subject: name,
  patronId: null,
  clientId: null,
  scopes: new Set(['station']),
  language: 'en',
});
