import { anonymous, type Caller } from '../../../gateway/access/caller.ts';
import type { CardRow } from '../../../simulators/tables/store.ts';
import { presentedCard } from '../../support/presented-card.ts';
import type { Random } from '../random.ts';
import type { LegacyRecords } from '../system/legacy-records.ts';
import type { PatronGroup } from './patron-groups.ts';

/** A mutation, as a station, a patron or a telephone sends it. */
export interface Action {
  readonly kind:
    | 'CHECK_OUT'
    | 'CHECK_IN'
    | 'RENEW_LOAN'
    | 'RENEW_LOANS'
    | 'RENEW_ALL_LOANS'
    | 'PLACE_HOLD'
    | 'CANCEL_HOLD'
    | 'SUSPEND_PATRON'
    | 'LIFT_SUSPENSION'
    | 'CLOSE_PATRON'
    | 'REOPEN_PATRON'
    | 'MERGE_PATRONS'
    | 'ERASE_PATRON';
  /** The name of the field of `Mutation`. */
  readonly field: string;
  /** The input without the reference. */
  readonly input: Readonly<Record<string, unknown>>;
  readonly caller: Caller;
  /** The patron whose quota may be selected in the payload; null if it isn't selected. */
  readonly patronId: string | null;
  /** Whether the shown card and its shown date of issue are in use now; null if no card is shown. */
  readonly isCardInUse: (() => boolean) | null;
}

/** The data from which the next action is chosen. */
export interface ChoiceInput {
  readonly records: LegacyRecords;
  readonly group: PatronGroup;
  readonly random: Random;
  /** The station that chooses. */
  readonly station: Caller;
}

/** The values for actions whose patron and card the run does not observe. */
export const unobserved = { patronId: null, isCardInUse: null };

/** Patrons with more loans than this return items more often, so that they stay near the limit of ten. */
const nearLimit = 9;

/** Draws the next action from circulation's present records; null if the drawn kind is not possible. */
export function chooseAction(input: ChoiceInput): Action | null {
  const { records, group, random } = input;
  const patronId = random.pick(group.patronIds);
  const loans = records.loansOf(patronId).length;
  const drawn = random.next();
  if (drawn < 0.06) {
    return placeHold(input, patronId);
  }
  if (drawn < 0.1) {
    return cancelHold(input, patronId);
  }
  if (drawn < 0.16) {
    return renew(input, patronId);
  }
  if (drawn < 0.18) {
    return random.chance(0.5) ? renewAll(input, patronId) : renewChosen(input, patronId);
  }
  if (drawn < 0.26) {
    return fetchHold(input, patronId);
  }
  const returns = loans > nearLimit ? 0.45 : 0.15;
  return random.chance(returns) ? checkIn(input, patronId) : checkOut(input, patronId);
}

function checkOut(input: ChoiceInput, patronId: string): Action | null {
  const { records, group, random } = input;
  const free = group.itemNumbers.filter((number) => records.item(number)?.state === 'A');
  const isUnavailable = free.length === 0 || random.chance(0.03);
  return lending(input, patronId, random.pick(isUnavailable ? group.itemNumbers : free));
}

/** Borrows a copy from the patron's holds on the hold shelf, with any card of the patron (R25). */
function fetchHold(input: ChoiceInput, patronId: string): Action | null {
  const { records, random } = input;
  const ready = records.holdsOf(patronId).flatMap(({ itemNo }) => itemNo ?? []);
  return ready.length === 0 ? checkOut(input, patronId) : lending(input, patronId, random.pick(ready));
}

function lending(
  { records, random, station }: ChoiceInput,
  patronId: string,
  itemNumber: string,
): Action | null {
  const card = cardAtHand(records.cardsOf(patronId), random);
  const input = { credential: presentedCard(card), itemNumber };
  const isCardInUse = () =>
    records
      .cardsOf(patronId)
      .some(
        ({ cardNo, status, dateOfIssue }) =>
          cardNo === card.cardNo && status === 'ACT' && dateOfIssue === card.dateOfIssue,
      );
  return { kind: 'CHECK_OUT', field: 'checkOut', input, caller: station, patronId, isCardInUse };
}

export const checkOutOn = (card: CardRow, itemNumber: string, station: Caller): Action => ({
  kind: 'CHECK_OUT',
  field: 'checkOut',
  input: { credential: presentedCard(card), itemNumber },
  caller: station,
  ...unobserved,
});

/** Usually draws a card in use, sometimes any card. */
function cardAtHand(cards: readonly CardRow[], random: Random): CardRow {
  const inUse = cards.filter(({ status }) => status === 'ACT');
  return random.pick(inUse.length === 0 || random.chance(0.03) ? cards : inUse);
}

function checkIn({ records, random, station }: ChoiceInput, patronId: string): Action | null {
  const loans = records.loansOf(patronId);
  if (loans.length === 0) {
    return null;
  }
  const input = { itemNumber: random.pick(loans).itemNo };
  return { kind: 'CHECK_IN', field: 'checkIn', input, caller: station, ...unobserved };
}

function renew({ records, random, station }: ChoiceInput, patronId: string): Action | null {
  const loans = records.loansOf(patronId);
  if (loans.length === 0) {
    return null;
  }
  const loan = random.pick(loans);
  // A renewal of a new loan would not extend it, so nothing would be sent.
  if (random.chance(0.7)) {
    records.makeRenewable(loan);
  }
  const loanId = loan.loanNo;
  const card = cardAtHand(records.cardsOf(patronId), random);
  const byPin = { cardAndPin: { libraryCardNumber: card.cardNo, pin: '1234' } };
  const [reader, caller] = random.chance(0.3) ? [byPin, station] : [{ patronId }, patron(patronId)];
  return { kind: 'RENEW_LOAN', field: 'renewLoan', input: { reader, loanId }, caller, ...unobserved };
}

const renewAll = (_: ChoiceInput, patronId: string): Action => ({
  kind: 'RENEW_ALL_LOANS',
  field: 'renewAllLoans',
  input: { reader: { patronId } },
  caller: patron(patronId),
  ...unobserved,
});

/** Renews some of the patron's loans, one loan of any patron, and one loan that doesn't exist. */
function renewChosen({ records, group, random }: ChoiceInput, patronId: string): Action {
  const own = records.loansOf(patronId).filter(() => random.chance(0.5));
  const others = records.loansOf(random.pick(group.patronIds)).slice(0, 1);
  const loanIds = [...new Set([...own, ...others].map(({ loanNo }) => loanNo)), 'L99999999'];
  return {
    kind: 'RENEW_LOANS',
    field: 'renewLoans',
    input: { reader: { patronId }, loanIds },
    caller: patron(patronId),
    ...unobserved,
  };
}

function placeHold({ records, group, random }: ChoiceInput, patronId: string): Action {
  const { cardNo } = cardAtHand(records.cardsOf(patronId), random);
  const input = {
    reader: { patronId },
    libraryCardNumber: cardNo,
    titleNumber: random.pick(group.titleNumbers),
    pickupBranch: 'STCL',
  };
  return { kind: 'PLACE_HOLD', field: 'placeHold', input, caller: patron(patronId), ...unobserved };
}

function cancelHold({ records, random }: ChoiceInput, patronId: string): Action | null {
  const holds = records.holdsOf(patronId);
  if (holds.length === 0) {
    return null;
  }
  const input = { reader: { patronId }, holdId: random.pick(holds).holdNo };
  return { kind: 'CANCEL_HOLD', field: 'cancelHold', input, caller: patron(patronId), ...unobserved };
}

/** The issuer of all tokens of a run. */
export const issuer = 'https://id.example';

/** A signed-in caller. `patronId` is null for callers who are not patrons. */
export const callerOf = (
  subject: string,
  scopes: readonly string[],
  patronId: string | null = null,
): Caller => ({
  ...anonymous,
  authenticated: true,
  issuer,
  subject,
  patronId,
  audience: null,
  scopes: new Set(scopes),
});

const patron = (patronId: string): Caller => callerOf(patronId, [], patronId);

/** The caller of a self-service station. */
export const stationCaller = (name: string): Caller => callerOf(name, ['station']);
