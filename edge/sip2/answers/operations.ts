import { z } from 'zod';
import type { GraphOperation } from '../../graph/client.ts';

const problem = z.object({ code: z.string(), message: z.string() });
const operation = z.object({ state: z.enum(['DONE', 'REFUSED', 'UNSETTLED']), code: z.string() });
const loan = z.object({
  id: z.string(),
  dueOn: z.string(),
  overdue: z.boolean(),
  item: z.object({ itemNumber: z.string(), title: z.string() }),
});
const loanFields = 'id dueOn overdue item { itemNumber title }';
const hold = z.object({
  id: z.string(),
  titleNumber: z.string(),
  title: z.string(),
  state: z.string(),
  pickupBranch: z.string(),
  queuePosition: z.int().nullable(),
  copy: z.object({ itemNumber: z.string() }).nullish(),
});
const destination = z.object({
  shelf: z.enum(['HOLD_SHELF', 'OPEN_SHELVES']),
  branch: z.string().nullable(),
  location: z.object({ name: z.string() }).nullable(),
  isHere: z.boolean().nullable(),
});
const owed = z.object({ cents: z.int(), currency: z.string() });
const holdFields = 'id titleNumber title state pickupBranch queuePosition';

/** The fields in the answer to each change: the operation's state and code, and the reasons for a refusal. */
const change = { operation, problems: z.array(problem) };
const changeFields = 'operation { state code } problems { code message }';

const patronFields = `
  name { given }
  status
  loanQuota { limit used }
  borrowing { allowed reasons { code message } }`;
const shownPatron = z.object({
  name: z.object({ given: z.string() }).nullable(),
  status: z.string().nullable(),
  loanQuota: z.object({ limit: z.int(), used: z.int() }).nullable(),
  borrowing: z.object({ allowed: z.boolean(), reasons: z.array(problem) }).nullable(),
});
const patron = shownPatron.nullable();
const cardFields = `__typename status patron { ${patronFields} }`;
const card = z.object({ __typename: z.string(), status: z.string().nullable(), patron });

export type Problem = z.infer<typeof problem>;
export type Loan = z.infer<typeof loan>;
export type Hold = z.infer<typeof hold>;
export type Destination = z.infer<typeof destination>;
/** An amount of money in hundredths of the currency's unit. */
export type Owed = z.infer<typeof owed>;
export type Card = z.infer<typeof card>;

function define<Shape extends z.ZodRawShape>(
  document: string,
  shape: Shape,
): GraphOperation<z.infer<z.ZodObject<Shape>>> {
  return { document, data: z.object(shape) };
}

const loansOf = z.object({ edges: z.array(z.object({ node: loan })) }).nullable();
/**
 * The reader's own loans and holds. The copies of ready holds cost one call to circulation for each title, so they are
 * read only for a list that shows them.
 */
const readersOwn = `
  readerLoans(reader: $reader, first: 100) { edges { node { ${loanFields} } } }
  readerHolds(reader: $reader) { ${holdFields} copy @include(if: $copies) { itemNumber } }`;

export const cardByNumber = define(
  `query SipCard($number: ID!) { credential(libraryCardNumber: $number) { ${cardFields} } }`,
  { credential: card.nullable() },
);

export const cardBySmartId = define(
  `query SipSmartId($presented: SmartIdPresented!) { smartId(presented: $presented) { ${cardFields} } }`,
  { smartId: card.nullable() },
);

export const cardAndReader = define(
  `query SipReader($number: ID!, $reader: CardAndPin!, $copies: Boolean!) {
    credential(libraryCardNumber: $number) { ${cardFields} }
    readerPatron(reader: $reader) { ${patronFields} owes { cents currency } }
    ${readersOwn}
  }`,
  {
    credential: card.nullable(),
    readerPatron: shownPatron.extend({ owes: owed.nullable() }).nullable(),
    readerLoans: loansOf,
    readerHolds: z.array(hold).nullable(),
  },
);

/**
 * Gets the id of the patron to whom the number and the PIN belong. With this id, a station proves that the reader gave
 * both at the station.
 */
export const readerToPay = define(
  `query SipReaderToPay($reader: CardAndPin!) { readerPatron(reader: $reader) { id } }`,
  { readerPatron: z.object({ id: z.string() }).nullable() },
);

export const loansOfReader = define(
  `query SipLoans($reader: CardAndPin!) {
    readerLoans(reader: $reader, first: 100) { edges { node { ${loanFields} } } }
  }`,
  { readerLoans: loansOf },
);

export const holdsOfReader = define(
  `query SipHolds($reader: CardAndPin!) { readerHolds(reader: $reader) { ${holdFields} } }`,
  { readerHolds: z.array(hold).nullable() },
);

const itemFields = 'itemNumber titleNumber title branch material state';
const item = z.object({
  itemNumber: z.string(),
  titleNumber: z.string(),
  title: z.string(),
  branch: z.string().nullable(),
  material: z.string().nullable(),
  state: z.string().nullable(),
});

export const itemByNumber = define(
  `query SipItem($number: ID!) { item(itemNumber: $number) { ${itemFields} } }`,
  { item: item.nullable() },
);

/** Shows whether the graph and circulation answer. */
export const anyItem = define(`query SipOnLine($number: ID!) { item(itemNumber: $number) { itemNumber } }`, {
  item: z.object({ itemNumber: z.string() }).nullable(),
});

/** Like `itemByNumber`, with more data, for stations. */
export const itemAtStation = define(
  `query SipItemAtStation($number: ID!) {
    item(itemNumber: $number) {
      ${itemFields} dueOn work { queueLength } destination { shelf branch location { name } isHere readyUntil }
    }
  }`,
  {
    item: item
      .extend({
        dueOn: z.string().nullable(),
        work: z.object({ queueLength: z.int().nullable() }).nullable(),
        destination: destination.extend({ readyUntil: z.string().nullable() }).nullable(),
      })
      .nullable(),
  },
);

export const checkOut = define(
  `mutation SipCheckOut($input: CheckOutInput!) {
    checkOut(input: $input) { ${changeFields} loan { ${loanFields} } isFinding }
  }`,
  { checkOut: z.object({ ...change, loan: loan.nullable(), isFinding: z.boolean() }).nullable() },
);

export const checkIn = define(
  `mutation SipCheckIn($input: CheckInInput!) {
    checkIn(input: $input) {
      ${changeFields}
      item { title branch state }
      destination { shelf branch location { name } isHere }
    }
  }`,
  {
    checkIn: z
      .object({
        ...change,
        item: z
          .object({ title: z.string(), branch: z.string().nullable(), state: z.string().nullable() })
          .nullable(),
        destination: destination.nullable(),
      })
      .nullable(),
  },
);

export const renewLoan = define(
  `mutation SipRenew($input: RenewLoanInput!) {
    renewLoan(input: $input) { ${changeFields} loan { ${loanFields} } }
  }`,
  { renewLoan: z.object({ ...change, loan: loan.nullable() }).nullable() },
);

export const renewAllLoans = define(
  `mutation SipRenewAll($input: RenewAllLoansInput!) {
    renewAllLoans(input: $input) { ${changeFields} outcomes { state loan { ${loanFields} } } }
  }`,
  {
    renewAllLoans: z
      .object({ ...change, outcomes: z.array(z.object({ state: z.string(), loan })) })
      .nullable(),
  },
);

export const placeHold = define(
  `mutation SipHold($input: PlaceHoldInput!) { placeHold(input: $input) { ${changeFields} hold { ${holdFields} } } }`,
  { placeHold: z.object({ ...change, hold: hold.nullable() }).nullable() },
);

export const cancelHold = define(
  `mutation SipCancelHold($input: CancelHoldInput!) {
    cancelHold(input: $input) { ${changeFields} hold { ${holdFields} } }
  }`,
  { cancelHold: z.object({ ...change, hold: hold.nullable() }).nullable() },
);

const stationPayment = z.object({ id: z.string(), state: z.string() });
export type StationPayment = z.infer<typeof stationPayment>;
const paid = z.object({ ...change, payment: stationPayment.nullable() }).nullable();
const paidFields = 'operation { state code } problems { code: reason message } payment { id state }';

export const payAtStation = define(
  `mutation SipPay($input: PayAtStationInput!) { payAtStation(input: $input) { ${paidFields} } }`,
  { payAtStation: paid },
);

export const cancelPaymentAtStation = define(
  `mutation SipCancelPayment($input: CancelPaymentAtStationInput!) {
    cancelPaymentAtStation(input: $input) { ${paidFields} }
  }`,
  { cancelPaymentAtStation: paid },
);

export const verifyPatron = define(
  `mutation SipVerify($input: VerifyPatronInput!) { verifyPatron(input: $input) { verified pseudonym problems { reason } } }`,
  {
    verifyPatron: z
      .object({
        verified: z.boolean(),
        pseudonym: z.string().nullable(),
        problems: z.array(z.object({ reason: z.string() })),
      })
      .nullable(),
  },
);
