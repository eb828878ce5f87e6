import { GraphQLError } from 'graphql';
import type { Credit, Payment } from '../../../adapters/charges/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { sortBy } from '../../library/sort-by.ts';
import { openReference, shownId, type VisitedPatron } from '../../operations/visits/proof.ts';
import { requireRead, requireReadOrPin } from '../../runtime/caller.ts';
import { parseFirst } from '../../runtime/pagination.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { ChargesContext } from '../context.ts';
import { startKinds } from '../paying/kinds.ts';
import { makePayCode, openPayCode } from '../paying/pay-code.ts';
import { type Account, type AccountCharge, accountOf, paymentIdsOf } from '../rules/account.ts';
import { payableLines, sumOf } from '../rules/paying.ts';
import { inHongKongDollars } from './money.ts';
import { loadPayments } from './payment.ts';
import { paymentIdOf } from './results.ts';

/**
 * A patron, as the gateway sends it in a representation. `cardNumbers` is null if the *credentials* subgraph failed to
 * return them.
 */
interface PatronReference extends VisitedPatron {
  readonly cardNumbers?: readonly string[] | null;
}

const accountScopes: readonly Scope[] = ['charges:read'];
/**
 * Callers with one of these scopes may read the sum that a patron owes. `circulation:read` is among them, because with
 * it they may read all of a patron's charges in circulation.
 */
const sumScopes: readonly Scope[] = ['circulation:read', 'charges:read'];

export const patronResolvers = {
  __resolveReference: openReference,
  id: shownId,
  account: (patron: PatronReference, _args: unknown, context: ChargesContext) =>
    openAccount(patron, accountScopes, context),
  // At a station, a reader gives number and PIN. The station may then read the sum, and nothing else (R29).
  owes: async (patron: PatronReference, _args: unknown, context: ChargesContext) => {
    requireReadOrPin(context.caller, patron, sumScopes);
    const { read } = await openedAccount(patron, context);
    return inHongKongDollars((await read()).outstandingCents);
  },
};

/**
 * An account whose audit record is already written. `read` reads the account when a field first needs it. While the
 * payment system is closed at the end of the day, only the fields `payment` and `payCode` work.
 */
interface OpenedAccount {
  readonly patronId: string;
  readonly read: () => Promise<Account>;
}

const field =
  <Value>(show: (account: Account) => Value) =>
  async ({ read }: OpenedAccount): Promise<Value> =>
    show(await read());

export const accountResolvers = {
  asOf: field(({ asOf }) => hongKongInstant(new Date(asOf))),
  outstanding: field(({ outstandingCents }) => inHongKongDollars(outstandingCents)),
  paid: field(({ paidCents }) => inHongKongDollars(paidCents)),
  waived: field(({ waivedCents }) => inHongKongDollars(waivedCents)),
  charges: async (
    { read }: OpenedAccount,
    { includeSettled }: { readonly includeSettled?: boolean | null },
  ) => {
    const { charges } = await read();
    return includeSettled === true ? charges : charges.filter(isOutstanding);
  },
  credits: field(({ credits }) => credits),
  notices: field(({ notices }) => notices),
  payments,
  payment: paymentOf,
  payCode: async ({ patronId }: OpenedAccount, _args: unknown, { services, clock }: ChargesContext) => {
    const { code, validUntil } = await makePayCode(services, patronId, clock());
    return { code, validUntil: hongKongInstant(validUntil) };
  },
};

/** The sum that can be paid with a code. Null for a code that is not valid. */
export async function payable(
  _: unknown,
  { patronId, code }: { readonly patronId: string; readonly code: string },
  context: ChargesContext,
) {
  requireRead(context.caller, patronId, []);
  const owner = await openPayCode(context.services, code, context.clock());
  if (owner === null) {
    return null;
  }
  const statements = await statementsOf(await recordsOf(owner, context), context);
  const lines = payableLines(statements.filter((statement) => statement !== null))?.lines ?? [];
  return inHongKongDollars(sumOf(lines));
}

export const creditResolvers = {
  amount: ({ cents }: Credit) => inHongKongDollars(cents),
  raisedAt: ({ raisedAt }: Credit) => hongKongInstant(new Date(raisedAt)),
  remaining: ({ remainingCents }: Credit) => inHongKongDollars(remainingCents),
};

const isOutstanding = ({ outstandingCents }: AccountCharge): boolean => outstandingCents > 0;

/** The number of payments to return if the query has no `first`. The schema has the same default. */
const paymentsPerPage = 10;

async function payments(
  { read, patronId }: OpenedAccount,
  page: { readonly first?: number | null },
  context: ChargesContext,
): Promise<readonly Payment[]> {
  const first = parseFirst(page, paymentsPerPage);
  const { charges } = await read();
  const ofCharges = paymentIdsOf(charges).slice(0, first);
  const others = await startedPayments(patronId, ofCharges, context);
  const [shown, started] = await Promise.all([
    loadPayments(patronId, ofCharges, context),
    loadPayments(patronId, others, context),
  ]);
  const late = started.filter(({ state }) => state === 'PAID_LATE');
  return sortBy([...shown, ...late], ({ id }) => id)
    .reverse()
    .slice(0, first);
}

/** The maximum number of payments that are searched for late money. One call to the payment system returns that many. */
const maxSearched = 25;

/**
 * The newest payments that were started for the patron, without those in `known`. If money for a payment came late, no
 * charge shows the payment, so it is found by the operation that started it. An operation is kept for 30 days.
 */
async function startedPayments(
  patronId: string,
  known: readonly string[],
  context: ChargesContext,
): Promise<readonly string[]> {
  const records = await recordsOf(patronId, context);
  const { adoptedOperations } = context.services;
  const operations = await Promise.all(
    records.map((id) => adoptedOperations.adoptedOfPatron(id, startKinds, maxSearched)),
  );
  const ids = operations
    .flat()
    .filter(({ state }) => state === 'DONE')
    .map(paymentIdOf);
  return [...new Set(ids.filter((id) => id !== null))]
    .filter((id) => !known.includes(id))
    .slice(0, maxSearched);
}

/** A payment of the patron, in any state. Null if the payment is somebody else's. */
async function paymentOf(
  { patronId }: Pick<OpenedAccount, 'patronId'>,
  { id }: { readonly id: string },
  context: ChargesContext,
): Promise<Payment | null> {
  const [payment = null] = await loadPayments(patronId, [id], context);
  return payment;
}

/**
 * Opens the account. An audit record of the reading is written before the answer (R27).
 * @throws GraphQLError UNAUTHENTICATED or FORBIDDEN
 */
async function openAccount(
  patron: PatronReference,
  scopes: readonly Scope[],
  context: ChargesContext,
): Promise<OpenedAccount> {
  requireRead(context.caller, patron.id, scopes);
  return await openedAccount(patron, context);
}

/** Opens the account for a caller whose right to read the account or its sum was checked before. */
async function openedAccount(patron: PatronReference, context: ChargesContext): Promise<OpenedAccount> {
  await context.recordOpening('LOANS', patron.id);
  return {
    patronId: patron.id,
    async read() {
      if (patron.cardNumbers === null) {
        throw new GraphQLError(
          "The patron's cards are not known, so nothing can be said of what is on them.",
          {
            extensions: { code: 'UPSTREAM_UNAVAILABLE' },
          },
        );
      }
      if (patron.cardNumbers !== undefined) {
        context.cardNumbers.set(patron.id, patron.cardNumbers);
      }
      return await accountOfPatron(patron.id, context);
    },
  };
}

/** The patron's account. It is read only once in a request. */
export function accountOfPatron(patronId: string, context: ChargesContext): Promise<Account> {
  const account = context.accounts.get(patronId) ?? readAccount(patronId, context);
  context.accounts.set(patronId, account);
  return account;
}

async function readAccount(patronId: string, context: ChargesContext): Promise<Account> {
  // Circulation is read before the payment system. So a charge that only circulation has is one that has not yet
  // arrived in the payment system.
  const numbers = await cardNumbersOf(patronId, context);
  const told = await Promise.all(numbers.map((number) => context.chargesByCard.load(number)));
  const statements = await statementsOf(await recordsOf(patronId, context), context);
  return accountOf(patronId, statements, told.flat(), context.clock());
}

/** The patron's record, and the records that were merged into it. The payment system has charges under each number. */
export async function recordsOf(patronId: string, { merges }: ChargesContext): Promise<readonly string[]> {
  const { from } = await merges.load(patronId);
  return [patronId, ...from];
}

export const statementsOf = (records: readonly string[], { statements }: ChargesContext) =>
  Promise.all(records.map((id) => statements.load(id)));

/** The numbers of all cards of the patron's records. The gateway may have sent them with the request. */
export async function cardNumbersOf(patronId: string, context: ChargesContext): Promise<readonly string[]> {
  const given = context.cardNumbers.get(patronId);
  if (given !== undefined) {
    return given;
  }
  const records = await recordsOf(patronId, context);
  const cards = await Promise.all(records.map((id) => context.cardsOfRecord.load(id)));
  return cards.flat().map(({ libraryCardNumber }) => libraryCardNumber);
}
