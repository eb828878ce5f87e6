import type { Origin, WalletProvider } from '../../../adapters/charges/port.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import { mayRead, requireRead } from '../../runtime/caller.ts';
import { badInput } from '../../runtime/pagination.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { ChargesContext } from '../context.ts';
import { cancelPayment } from '../paying/cancel-payment.ts';
import { clerkOrigin, readerOrigin } from '../paying/clerk.ts';
import { payByCode } from '../paying/pay-by-code.ts';
import { openPayCode } from '../paying/pay-code.ts';
import { refundPayment } from '../paying/refund-payment.ts';
import { type AskedMethod, startPayment } from '../paying/start-payment.ts';
import { waiveCharge } from '../paying/waive-charge.ts';
import { maxCharges } from '../rules/paying.ts';
import { stationMutations } from './at-station.ts';
import { payerKey } from './code-payment.ts';
import { mutation, startAs, startAsClerk } from './start-change.ts';

/** With these scopes, staff make and cancel payments of any patron. Patrons need no scope for their own. */
const payScopes: readonly Scope[] = ['charges:write'];
/** With these scopes, staff waive charges and refund payments. */
const waiveScopes: readonly Scope[] = ['charges:waive'];

/** The longest reason of a waiver or a refund, in characters (contract, `WaiveCharge`). */
const maxReasonLength = 200;

interface Input {
  readonly reference: string;
  readonly patronId: string;
}
interface MethodInput {
  readonly method: 'FPS' | 'CARD' | 'WALLET' | 'COUNTER';
  readonly branch?: string | null;
  readonly walletProvider?: WalletProvider | null;
  readonly returnOrigin?: string | null;
}
type StartPaymentInput = Input & MethodInput & { readonly charges: readonly string[] };
type PayByCodeInput = Input & MethodInput & { readonly code: string };
interface WaiveChargeInput extends Input {
  readonly charge: string;
  readonly cents?: number | null;
  readonly reason: string;
}
interface RefundPaymentInput extends Input {
  readonly paymentId: string;
  readonly charges?: readonly string[] | null;
  readonly reason: string;
}

export const mutations = {
  ...stationMutations,
  startPayment: mutation<StartPaymentInput>((input, context) => {
    const { patronId, charges } = input;
    requireRead(context.caller, patronId, payScopes);
    checkPatron(patronId);
    const method = methodOf(input, context);
    const request = { patronId, chargeIds: checkCharges(charges), method };
    const origin = method.kind === 'COUNTER' ? staffOrigin(context) : originFor(patronId, context);
    return startAs(context, startPayment, input.reference, request, origin);
  }),
  payByCode: mutation<PayByCodeInput>(async (input, context) => {
    // Every signed-in caller may pay with a code. The answer never shows who owes the charges.
    requireRead(context.caller, input.patronId, []);
    const patronId = await openPayCode(context.services, input.code, context.clock());
    const request = { patronId, method: methodOf(input, context) };
    return await startAs(context, payByCode, input.reference, request, readerOrigin);
  }),
  cancelPayment: mutation<Input & { readonly paymentId: string }>(({ reference, ...request }, context) => {
    requireRead(context.caller, request.patronId, payScopes);
    const { patronId } = request;
    checkPatron(patronId);
    const payer = context.caller.patronId === patronId ? payerKey(context) : null;
    const origin = originFor(patronId, context);
    return startAs(context, cancelPayment, reference, { ...request, payer }, origin);
  }),
  waiveCharge: mutation<WaiveChargeInput>(({ reference, patronId, charge, cents, reason }, context) => {
    requireRead(context.caller, null, waiveScopes);
    checkPatron(patronId);
    if (cents != null && cents < 1) {
      throw badInput('`cents` must be 1 at least.');
    }
    const request = { patronId, chargeId: charge, cents: cents ?? null, reason: checkReason(reason) };
    return startAsClerk(context, waiveCharge, reference, request);
  }),
  refundPayment: mutation<RefundPaymentInput>(
    ({ reference, patronId, paymentId, charges, reason }, context) => {
      requireRead(context.caller, null, waiveScopes);
      checkPatron(patronId);
      const chargeIds = charges == null ? null : checkCharges(charges);
      return startAsClerk(context, refundPayment, reference, {
        patronId,
        paymentId,
        chargeIds,
        reason: checkReason(reason),
      });
    },
  ),
};

const staffOrigin = ({ services, caller }: ChargesContext): Origin => clerkOrigin(services, caller);

/** What the payment system logs about who makes a change: the patron of the account, or else staff. */
const originFor = (patronId: string, context: ChargesContext): Origin =>
  context.caller.patronId === patronId ? readerOrigin : staffOrigin(context);

/**
 * The method of a new payment.
 * @throws GraphQLError BAD_USER_INPUT if the input doesn't fit the method, or if a caller who is not staff pays at a
 *   counter.
 */
function methodOf(
  { method, branch, walletProvider, returnOrigin = null }: MethodInput,
  { caller, services, branches }: ChargesContext,
): AskedMethod {
  const { returnOrigins } = services.payments;
  if (returnOrigin !== null && returnOrigins.length > 0 && !returnOrigins.includes(returnOrigin)) {
    throw badInput('`returnOrigin` must be an origin that the library has set.');
  }
  switch (method) {
    case 'FPS':
      return { kind: method };
    case 'CARD':
      return { kind: method, returnOrigin };
    case 'WALLET':
      if (walletProvider == null) {
        throw badInput('`walletProvider` is wanted for `WALLET`.');
      }
      return { kind: method, provider: walletProvider, returnOrigin };
    case 'COUNTER':
      return atCounter(branch, caller, branches);
  }
}

function atCounter(
  branch: MethodInput['branch'],
  caller: ChargesContext['caller'],
  branches: ChargesContext['branches'],
): AskedMethod {
  if (!mayRead(caller, null, payScopes)) {
    throw badInput('`method` can be `COUNTER` only at a counter.');
  }
  if (branch == null || branch.trim() === '' || !isVendorNumber(branch)) {
    throw badInput('`branch` is wanted for `COUNTER`: the code of the branch.');
  }
  if (!branches.allows(branch)) {
    throw badInput('`branch` must be the code of a branch, as in `HKCL`: `branches` lists them.');
  }
  return { kind: 'COUNTER', branch, tender: null };
}

/** @throws GraphQLError BAD_USER_INPUT for a text that can't be a patron number */
function checkPatron(patronId: string): void {
  if (!isVendorNumber(patronId)) {
    throw badInput('`patronId` must be a patron number, as in `P0000001`.');
  }
}

function checkCharges(charges: readonly string[]): readonly string[] {
  if (charges.length < 1 || charges.length > maxCharges || new Set(charges).size < charges.length) {
    throw badInput(`\`charges\` must have 1 to ${maxCharges} charges, each once.`);
  }
  return charges;
}

function checkReason(reason: string): string {
  if (reason.trim() === '' || [...reason].length > maxReasonLength) {
    throw badInput(`\`reason\` must have 1 to ${maxReasonLength} characters, and not be blank.`);
  }
  return reason;
}
