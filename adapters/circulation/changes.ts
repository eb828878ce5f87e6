import type { ResponseTo, SoapCalls } from '../soap/client.ts';
import { isXmlText } from '../soap/contract/simple/xml-text.ts';
import { UpstreamError } from '../soap/port.ts';
import type * as circ from './contract.generated.ts';
import type { ChangeResult, Circulation, Hold, Loan, MaySend } from './port.ts';
import { meaningOf } from './return-codes.ts';
import { checkReference, holdOf, invalid, isCardOrItemNumber, loanOf } from './translation.ts';
import { sessionExpired, type WithSession } from './with-session.ts';

type Client = SoapCalls<circ.Operations>;
type Changes = Pick<
  Circulation,
  'checkOut' | 'checkIn' | 'renew' | 'placeHold' | 'cancelHold' | 'registerCard' | 'blockCard' | 'unblockCard'
>;

/**
 * The port's methods that change something. A number or id that CIRC can't have is refused as unknown, without a call:
 * CIRC would answer it with `RC` 99, which leaves the outcome open.
 */
export function changesOf(client: Client, withSession: WithSession): Changes {
  const send = createSend(client, withSession);
  return { ...loanChanges(send), ...holdChanges(send), ...cardChanges(send) };
}

function loanChanges(send: Send): Pick<Changes, 'checkOut' | 'checkIn' | 'renew'> {
  return {
    async checkOut(number, itemNumber, reference, signal, maySend) {
      checkReference(reference);
      if (!isCardOrItemNumber(number)) {
        return { refused: 'CARD_UNKNOWN' };
      }
      if (!isCardOrItemNumber(itemNumber)) {
        return { refused: 'ITEM_UNKNOWN' };
      }
      return await send('CheckOut', {
        request: { CardNo: number, ItemNo: itemNumber, Ref: reference },
        resultOf: (reply) =>
          loanIn(reply, (loan) => loan.libraryCardNumber === number && loan.itemNumber === itemNumber),
        signal,
        maySend,
      });
    },
    async checkIn(itemNumber, reference, signal, maySend) {
      checkReference(reference);
      if (!isCardOrItemNumber(itemNumber)) {
        return { refused: 'ITEM_UNKNOWN' };
      }
      return await send('CheckIn', {
        request: { ItemNo: itemNumber, Ref: reference },
        resultOf: (reply) => loanIn(reply, (loan) => loan.itemNumber === itemNumber),
        signal,
        maySend,
      });
    },
    async renew(loanId, reference, signal, maySend) {
      checkReference(reference);
      if (!isXmlText(loanId)) {
        return { refused: 'LOAN_UNKNOWN' };
      }
      return await send('Renew', {
        request: { LoanNo: loanId, Ref: reference },
        resultOf: (reply) => loanIn(reply, (loan) => loan.id === loanId),
        signal,
        maySend,
      });
    },
  };
}

function holdChanges(send: Send): Pick<Changes, 'placeHold' | 'cancelHold'> {
  return {
    async placeHold(number, titleNumber, pickupBranch, reference, signal, maySend) {
      checkReference(reference);
      if (!isCardOrItemNumber(number)) {
        return { refused: 'CARD_UNKNOWN' };
      }
      if (!isXmlText(titleNumber)) {
        return { refused: 'TITLE_UNKNOWN' };
      }
      return await send('PlaceHold', {
        request: { CardNo: number, BibNo: titleNumber, PickupBranch: pickupBranch, Ref: reference },
        resultOf: (reply) =>
          holdIn(reply, (hold) => hold.libraryCardNumber === number && hold.titleNumber === titleNumber),
        signal,
        maySend,
      });
    },
    async cancelHold(holdId, reference, signal, maySend) {
      checkReference(reference);
      if (!isXmlText(holdId)) {
        return { refused: 'HOLD_UNKNOWN' };
      }
      return await send('CancelHold', {
        request: { HoldNo: holdId, Ref: reference },
        resultOf: (reply) => holdIn(reply, (hold) => hold.id === holdId),
        signal,
        maySend,
      });
    },
  };
}

function cardChanges(send: Send): Pick<Changes, 'registerCard' | 'blockCard' | 'unblockCard'> {
  const cardChange =
    (operation: 'RegisterCard' | 'BlockCard' | 'UnblockCard'): Changes['registerCard'] =>
    async (number, reference, signal, maySend) => {
      checkReference(reference);
      if (!isCardOrItemNumber(number)) {
        return { refused: 'CARD_UNKNOWN' };
      }
      return await send(operation, {
        request: { CardNo: number, Ref: reference },
        resultOf: () => ({ done: true }) as const,
        signal,
        maySend,
      });
    };
  return {
    registerCard: cardChange('RegisterCard'),
    blockCard: cardChange('BlockCard'),
    unblockCard: cardChange('UnblockCard'),
  };
}

/**
 * The loan in a successful reply. Throws `invalid-response` if there is no loan, or if it is not the requested loan.
 */
function loanIn(
  reply: { readonly Loan?: circ.Loan | undefined },
  isRequested: (loan: Loan) => boolean,
): { readonly loan: Loan } {
  if (reply.Loan === undefined) {
    throw invalid('success without a loan');
  }
  const loan = loanOf(reply.Loan);
  if (!isRequested(loan)) {
    throw invalid('another loan');
  }
  return { loan };
}

/**
 * The hold in a successful reply. Throws `invalid-response` if there is no hold, or if it is not the requested hold.
 */
function holdIn(
  reply: { readonly Hold?: circ.Hold | undefined },
  isRequested: (hold: Hold) => boolean,
): { readonly hold: Hold } {
  if (reply.Hold === undefined) {
    throw invalid('success without a hold');
  }
  const hold = holdOf(reply.Hold);
  if (!isRequested(hold)) {
    throw invalid('another hold');
  }
  return { hold };
}

type ChangeName =
  | 'CheckOut'
  | 'CheckIn'
  | 'Renew'
  | 'PlaceHold'
  | 'CancelHold'
  | 'RegisterCard'
  | 'BlockCard'
  | 'UnblockCard';

interface ChangeCall<Name extends ChangeName, Done> {
  /** The request without its session id. */
  readonly request: Omit<circ.Operations[Name]['request'], 'SID'>;
  readonly resultOf: (reply: circ.Operations[Name]['reply']) => Done;
  readonly signal: AbortSignal;
  readonly maySend: MaySend | undefined;
}

type Send = <Name extends ChangeName, Done>(
  operation: Name,
  call: ChangeCall<Name, Done>,
) => Promise<ChangeResult<Done>>;

const createSend =
  (client: Client, withSession: WithSession): Send =>
  async (operation, { request, resultOf, signal, maySend }) => {
    const read = (response: ResponseTo<circ.Operations[typeof operation]>) => {
      // CIRC never sends a fault, but a proxy may.
      if (response.kind === 'fault') {
        throw invalid('a fault');
      }
      const meaning = meaningOf(operation, response.reply.RC);
      if (meaning === 'success') {
        return resultOf(response.reply);
      }
      if (meaning === 'session-unknown') {
        return sessionExpired;
      }
      if ('failed' in meaning) {
        throw new UpstreamError('circulation', meaning.failed, `${operation}: a return code`);
      }
      return meaning;
    };
    let wasSent = false;
    return await withSession(async (SID, callSignal) => {
      if (wasSent) {
        await requireNoEvents(client, SID, request.Ref, callSignal);
      }
      wasSent = true;
      // This cast is safe, because each of these requests consists of a session id and the fields of `request`.
      const whole = { SID, ...request } as circ.Operations[typeof operation]['request'];
      return await client.change(operation, whole, read, callSignal, maySend);
    }, signal);
  };

/**
 * Checks that a change was not made, before it is sent again in a new session. CIRC does nothing without a session. But
 * a proxy may have delivered the request twice, and the first time the session may still have been valid.
 *
 * @throws {UpstreamError} `outcome-unknown`: the reference has events, or they can't be read.
 */
async function requireNoEvents(client: Client, SID: string, Ref: string, signal: AbortSignal): Promise<void> {
  const unknown = (detail: string) => new UpstreamError('circulation', 'outcome-unknown', detail);
  const reply = await client.call('FindByRef', { SID, Ref }, signal).catch((error: unknown) => {
    throw error instanceof UpstreamError ? unknown(`FindByRef: ${error.reason}`) : error;
  });
  if (meaningOf('FindByRef', reply.RC) !== 'success') {
    throw unknown(`FindByRef answered ${reply.RC}`);
  }
  if (reply.Event.length > 0) {
    throw unknown('FindByRef: the reference has events, although the session was unknown');
  }
}
