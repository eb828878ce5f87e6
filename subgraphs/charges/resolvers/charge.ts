import { GraphQLError } from 'graphql';
import { requireRead } from '../../runtime/caller.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { ChargesContext } from '../context.ts';
import { type AccountCharge, shownCharge } from '../rules/account.ts';
import { accountOfPatron, cardNumbersOf, recordsOf, statementsOf } from './account.ts';
import { inHongKongDollars } from './money.ts';
import { loadPayments } from './payment.ts';

/** A charge of the *circulation* subgraph. `patronId` is null if the patron of the charge's card is not known. */
interface ChargeReference {
  readonly id: string;
  readonly patronId: string | null;
}

export const chargeResolvers = {
  __resolveReference: (reference: ChargeReference) => reference,
  kind: sharedField(({ kind }) => kind),
  amount: sharedField(({ cents }) => inHongKongDollars(cents)),
  raisedOn: sharedField(({ raisedOn }) => raisedOn),
  loanId: sharedField(({ loanId }) => loanId),
  state: field(({ state }) => state),
  paid: field(({ paidCents }) => inHongKongDollars(paidCents)),
  waived: field(({ waivedCents }) => inHongKongDollars(waivedCents)),
  outstanding: field(({ outstandingCents }) => inHongKongDollars(outstandingCents)),
  description: field(({ description }) => description),
  dueOn: field(({ dueOn }) => dueOn),
  credential: field(async (charge, context) => {
    const libraryCardNumber = await ownCardOf(charge, context);
    return libraryCardNumber === null ? null : { libraryCardNumber };
  }),
  pendingPayment: field(async ({ patronId, pendingPaymentId }, context) => {
    const ids = pendingPaymentId === null ? [] : [pendingPaymentId];
    const [payment = null] = await loadPayments(patronId, ids, context);
    return payment;
  }),
  // `circulation:read` is required, because the title shows what the patron has on loan.
  title: field(titleOf, ['circulation:read']),
};

/** The resolver of a field that *circulation* does not have. The field is null if the charge is not found. */
function field<Value>(
  read: (charge: AccountCharge, context: ChargesContext) => Value | Promise<Value>,
  scopes: readonly Scope[] = ['charges:read'],
) {
  return async (
    charge: ChargeReference | AccountCharge,
    _args: unknown,
    context: ChargesContext,
  ): Promise<Value | null> => {
    requireRead(context.caller, charge.patronId, scopes);
    const whole = 'state' in charge ? charge : await openCharge(charge, context);
    return whole === null ? null : await read(whole, context);
  };
}

/**
 * The resolver of a field that *circulation* has, too. Every caller who may read the charge may read the field.
 * @throws GraphQLError UPSTREAM_INVALID_RESPONSE if the charge is not found
 */
function sharedField<Value>(read: (charge: AccountCharge) => Value) {
  return async (
    charge: ChargeReference | AccountCharge,
    _args: unknown,
    context: ChargesContext,
  ): Promise<Value> => {
    const whole = 'state' in charge ? charge : await openCharge(charge, context);
    if (whole === null) {
      throw new GraphQLError('Neither the payment system nor circulation has this charge of the patron.', {
        extensions: { code: 'UPSTREAM_INVALID_RESPONSE' },
      });
    }
    return read(whole);
  };
}

/** The charge. Null if neither the payment system nor circulation has it as a charge of this patron. */
async function openCharge(
  { id, patronId }: ChargeReference,
  context: ChargesContext,
): Promise<AccountCharge | null> {
  if (patronId === null) {
    return null;
  }
  const [charge] = await Promise.all([
    findCharge(id, patronId, context),
    context.recordOpening('LOANS', patronId),
  ]);
  return charge;
}

/**
 * The charge with this id. Null if it is not found. Circulation is called only for a charge that the payment system
 * doesn't have.
 */
async function findCharge(
  id: string,
  patronId: string,
  context: ChargesContext,
): Promise<AccountCharge | null> {
  const statements = await statementsOf(await recordsOf(patronId, context), context);
  const known = statements.flatMap((statement) => statement?.charges ?? []).find((one) => one.id === id);
  if (known !== undefined) {
    return shownCharge(patronId, known);
  }
  const { charges } = await accountOfPatron(patronId, context);
  return charges.find((one) => one.id === id) ?? null;
}

/** The card that the charge is on. Null if it has none, or if the payment system names a card of somebody else. */
async function ownCardOf(
  { patronId, libraryCardNumber }: AccountCharge,
  context: ChargesContext,
): Promise<string | null> {
  if (libraryCardNumber === null) {
    return null;
  }
  const numbers = await cardNumbersOf(patronId, context);
  return numbers.includes(libraryCardNumber) ? libraryCardNumber : null;
}

/**
 * The title of the loan that led to the charge. Null if circulation doesn't have the loan, for example after the item's
 * return.
 */
async function titleOf(charge: AccountCharge, context: ChargesContext): Promise<string | null> {
  const { loanId } = charge;
  const libraryCardNumber = loanId === null ? null : await ownCardOf(charge, context);
  if (libraryCardNumber === null) {
    return null;
  }
  const loans = await context.loansByCard.load(libraryCardNumber);
  return loans.find(({ id }) => id === loanId)?.title ?? null;
}
