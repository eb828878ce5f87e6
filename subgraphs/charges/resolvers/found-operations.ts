import type { Operation } from '../../../store/journal/port.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { findAdopted } from '../../operations/adopted/begin-adopted.ts';
import { recordOperationsReading } from '../../operations/reading-audit.ts';
import { requireRead } from '../../runtime/caller.ts';
import { badInput, parseFirst } from '../../runtime/pagination.ts';
import type { ChargesContext } from '../context.ts';
import { kindPrefix, paymentKinds, stationKinds } from '../paying/kinds.ts';
import { payByCode } from '../paying/pay-by-code.ts';
import { chargeOf, paymentOf, resultResolvers } from './results.ts';

const isPaymentKind = (kind: string): boolean => paymentKinds.some((one) => one === kind);

interface FoundArguments {
  readonly filter: {
    readonly code?: string | null;
    readonly merchantRef?: string | null;
    readonly patronId?: string | null;
  };
  readonly first?: number | null;
}

/**
 * The maximum number of operations that are read by their code or by patron. The filter's other criteria are applied to
 * these.
 */
const maxFound = 100;

/**
 * Operations that anybody has requested in the payment system, for staff. An audit record for each patron is written
 * before the answer (R27).
 * @throws GraphQLError UNAUTHENTICATED, FORBIDDEN or BAD_USER_INPUT
 */
export async function paymentOperations(
  _: unknown,
  { filter, ...page }: FoundArguments,
  context: ChargesContext,
): Promise<readonly Operation[]> {
  const { caller, services } = context;
  requireRead(caller, null, ['charges:read']);
  const first = parseFirst(page);
  const { code = null, merchantRef = null, patronId = null } = filter;
  if (patronId !== null && !isVendorNumber(patronId)) {
    throw badInput('`filter.patronId` must be a patron number, as in `P0000001`.');
  }
  const found = await find({ code, merchantRef, patronId }, context);
  const all = found.filter(
    (operation) =>
      (merchantRef === null || operation.id === merchantRef) &&
      (patronId === null || operation.patronId === patronId),
  );
  const shown = all.slice(0, first);
  const patronIds = patronId === null ? shown.map((operation) => operation.patronId) : [patronId];
  await recordOperationsReading(services, caller, patronIds);
  return shown;
}

/** @throws GraphQLError BAD_USER_INPUT if `code` can't be an operation's code, or if there is no criterion */
async function find(
  { code, merchantRef, patronId }: Record<'code' | 'merchantRef' | 'patronId', string | null>,
  { services: { journal, adoptedOperations } }: ChargesContext,
): Promise<readonly Operation[]> {
  if (code !== null) {
    const found = await adoptedOperations.adoptedByCode(code, paymentKinds, maxFound);
    if (found === null) {
      throw badInput(errorTexts.OPERATION_CODE_FORM);
    }
    return found;
  }
  if (merchantRef !== null) {
    const operation = /^[0-9A-Za-z]{22}$/.test(merchantRef) ? await journal.findById(merchantRef) : null;
    return operation !== null && isPaymentKind(operation.kind) ? [operation] : [];
  }
  if (patronId !== null) {
    return await adoptedOperations.adoptedOfPatron(patronId, paymentKinds, maxFound);
  }
  throw badInput('`filter` needs `code`, `merchantRef` or `patronId`.');
}

/** The caller's own operation with this reference; null if there is none. */
export async function paymentOperation(
  _: unknown,
  { reference }: { readonly reference: string },
  { caller, services }: ChargesContext,
): Promise<Operation | null> {
  if (!caller.authenticated) {
    requireRead(caller, null, []);
  }
  return await findAdopted(services, paymentKinds, caller, reference);
}

type PaymentOf = (operation: Operation, args: unknown, context: ChargesContext) => unknown;

/** A resolver that resolves to the payment for some kinds of operations, and to null for the other kinds. */
const forKinds =
  (isShown: (kind: string) => boolean, payment: PaymentOf): PaymentOf =>
  (operation, args, context) =>
    isShown(operation.kind) ? payment(operation, args, context) : null;
const isByCode = (kind: string): boolean => kind === payByCode.kind;
const isAtStation = (kind: string): boolean => stationKinds.includes(kind);
const { StartPaymentPayload, PayByCodePayload, PayAtStationPayload } = resultResolvers;

export const ownOperationResolvers = {
  operation: (operation: Operation) => operation,
  kind: ({ kind }: Operation) => kind.slice(kindPrefix.length),
  payment: forKinds((kind) => !isByCode(kind) && !isAtStation(kind), StartPaymentPayload.payment),
  codePayment: forKinds(isByCode, PayByCodePayload.payment),
  stationPayment: forKinds(isAtStation, PayAtStationPayload.payment),
  charge: chargeOf,
  closedUntil: StartPaymentPayload.closedUntil,
  problems: StartPaymentPayload.problems,
};

export const foundOperationResolvers = {
  operation: (operation: Operation) => operation,
  kind: ({ kind }: Operation) => kind.slice(kindPrefix.length),
  merchantRef: ({ id }: Operation) => id,
  patron: ({ patronId }: Operation) => (patronId === null ? null : { id: patronId }),
  payment: paymentOf,
  charge: chargeOf,
};
