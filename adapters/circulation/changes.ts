import type { ResponseTo, SoapCalls } from '../soap/client.ts';
import { isXmlText } from '../soap/contract/simple-types.ts';
import { UpstreamError } from '../soap/port.ts';
import type * as circ from './contract.generated.ts';
import type { ChangeResult, Circulation, CirculationRefusal, Hold, Loan } from './port.ts';
import { expired, type InSession, sessionUnknown } from './session-calls.ts';
import { checkReference, holdOf, invalid, isCardOrItemNumber, loanOf } from './translation.ts';

type Client = SoapCalls<circ.Operations>;
type Changes = Pick<
  Circulation,
  'checkOut' | 'checkIn' | 'renew' | 'placeHold' | 'cancelHold' | 'registerCard' | 'blockCard' | 'unblockCard'
>;

export function changesOf(client: Client, inSession: InSession): Changes {
  const ask = asking(client, inSession);
  return { ...lending(ask), ...reserving(ask), ...admitting(ask) };
}

function lending(ask: Ask): Pick<Changes, 'checkOut' | 'checkIn' | 'renew'> {
  return {
    async checkOut(number, itemNumber, reference, signal, maySend) {
      checkReference(reference);
      if (!isCardOrItemNumber(number)) {
        return { refused: 'CARD_UNKNOWN' };
      }
      if (!isCardOrItemNumber(itemNumber)) {
        return { refused: 'ITEM_UNKNOWN' };
      }
      const done = (reply: circ.CheckOutResponse) =>
        loanIn(reply, (loan) => loan.libraryCardNumber === number && loan.itemNumber === itemNumber);
      return await ask(
        'CheckOut',
        (SID) => ({ SID, CardNo: number, ItemNo: itemNumber, Ref: reference }),
        done,
        { signal, maySend },
      );
    },
    async checkIn(itemNumber, reference, signal, maySend) {
      checkReference(reference);
      if (!isCardOrItemNumber(itemNumber)) {
        return { refused: 'ITEM_UNKNOWN' };
      }
      const done = (reply: circ.CheckInResponse) => loanIn(reply, (loan) => loan.itemNumber === itemNumber);
      return await ask(
        'CheckIn',
        (SID) => ({ SID, ItemNo: itemNumber, Ref: reference }),
        done,
        { signal, maySend },
        {
          50: 'ITEM_NOT_ON_LOAN',
        },
      );
    },
    async renew(loanId, reference, signal, maySend) {
      checkReference(reference);
      if (!isXmlText(loanId)) {
        return { refused: 'LOAN_UNKNOWN' };
      }
      const done = (reply: circ.RenewResponse) => loanIn(reply, (loan) => loan.id === loanId);
      return await ask('Renew', (SID) => ({ SID, LoanNo: loanId, Ref: reference }), done, {
        signal,
        maySend,
      });
    },
  };
}

function reserving(ask: Ask): Pick<Changes, 'placeHold' | 'cancelHold'> {
  return {
    async placeHold(number, titleNumber, pickupBranch, reference, signal, maySend) {
      checkReference(reference);
      if (!isCardOrItemNumber(number)) {
        return { refused: 'CARD_UNKNOWN' };
      }
      if (!isXmlText(titleNumber)) {
        return { refused: 'TITLE_UNKNOWN' };
      }
      const request = (SID: string) => ({
        SID,
        CardNo: number,
        BibNo: titleNumber,
        PickupBranch: pickupBranch,
        Ref: reference,
      });
      const done = (reply: circ.PlaceHoldResponse) =>
        holdIn(reply, (hold) => hold.libraryCardNumber === number && hold.titleNumber === titleNumber);
      return await ask('PlaceHold', request, done, { signal, maySend }, { 30: 'TITLE_UNKNOWN' });
    },
    async cancelHold(holdId, reference, signal, maySend) {
      checkReference(reference);
      if (!isXmlText(holdId)) {
        return { refused: 'HOLD_UNKNOWN' };
      }
      const done = (reply: circ.CancelHoldResponse) => holdIn(reply, (hold) => hold.id === holdId);
      return await ask('CancelHold', (SID) => ({ SID, HoldNo: holdId, Ref: reference }), done, {
        signal,
        maySend,
      });
    },
  };
}

function admitting(ask: Ask): Pick<Changes, 'registerCard' | 'blockCard' | 'unblockCard'> {
  const of =
    (name: 'RegisterCard' | 'BlockCard' | 'UnblockCard'): Changes['registerCard'] =>
    async (number, reference, signal, maySend) => {
      checkReference(reference);
      if (!isCardOrItemNumber(number)) {
        return { refused: 'CARD_UNKNOWN' };
      }
      const done = () => ({ done: true }) as const;
      return await ask(name, (SID) => ({ SID, CardNo: number, Ref: reference }), done, { signal, maySend });
    };
  return { registerCard: of('RegisterCard'), blockCard: of('BlockCard'), unblockCard: of('UnblockCard') };
}

function loanIn(
  { Loan: found }: { readonly Loan?: circ.Loan },
  isAsked: (loan: Loan) => boolean,
): { readonly loan: Loan } {
  if (found === undefined) {
    throw invalid('done, but no loan');
  }
  const loan = loanOf(found);
  if (!isAsked(loan)) {
    throw invalid('another loan');
  }
  return { loan };
}

function holdIn(
  { Hold: found }: { readonly Hold?: circ.Hold },
  isAsked: (hold: Hold) => boolean,
): { readonly hold: Hold } {
  if (found === undefined) {
    throw invalid('done, but no hold');
  }
  const hold = holdOf(found);
  if (!isAsked(hold)) {
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

interface Sending {
  readonly signal: AbortSignal;
  readonly maySend: (() => boolean) | undefined;
}

/** `meanings`: of codes that mean something else here than elsewhere. */
type Ask = <Name extends ChangeName, Done>(
  name: Name,
  request: (SID: string) => circ.Operations[Name]['request'],
  done: (reply: circ.Operations[Name]['reply']) => Done,
  sending: Sending,
  meanings?: Readonly<Record<number, CirculationRefusal>>,
) => Promise<ChangeResult<Done>>;

const refusals: Readonly<Record<number, CirculationRefusal>> = {
  20: 'CARD_UNKNOWN',
  21: 'CARD_BLOCKED',
  30: 'ITEM_UNKNOWN',
  31: 'ITEM_NOT_AVAILABLE',
  33: 'ITEM_NOT_FOR_LOAN',
  40: 'CARD_LIMIT_REACHED',
  41: 'NO_RENEWALS_LEFT',
  42: 'WANTED_BY_ANOTHER',
  50: 'LOAN_UNKNOWN',
  60: 'HOLD_LIMIT_REACHED',
  61: 'ALREADY_HELD',
  70: 'HOLD_UNKNOWN',
};

const asking =
  (client: Client, inSession: InSession): Ask =>
  async (name, request, done, { signal, maySend }, meanings = {}) => {
    const inWords = (answer: ResponseTo<circ.Operations[typeof name]>) => {
      // CIRC itself never sends one.
      if (answer.kind === 'fault') {
        throw invalid('a fault');
      }
      const { RC } = answer.reply;
      if (RC === 0) {
        return done(answer.reply);
      }
      if (RC === sessionUnknown) {
        return expired;
      }
      return { refused: meanings[RC] ?? refusals[RC] ?? noRefusal(RC) };
    };
    let isSentAgain = false;
    return await inSession(async (SID, joined) => {
      const asked = request(SID);
      if (isSentAgain) {
        await refuseIfDone(client, SID, asked.Ref, joined);
      }
      isSentAgain = true;
      return await client.change(name, asked, inWords, joined, maySend);
    }, signal);
  };

/**
 * What comes in no session is not done; but a proxy may have delivered it once before, in one. Throws `outcome-unknown` where
 * the reference has led to something, or that can't be told.
 */
async function refuseIfDone(client: Client, SID: string, Ref: string, signal: AbortSignal): Promise<void> {
  const unknown = (detail: string) => new UpstreamError('circulation', 'outcome-unknown', detail);
  try {
    const reply = await client.call('FindByRef', { SID, Ref }, signal);
    if (reply.RC === 0 && reply.Event.length === 0) {
      return;
    }
  } catch (error) {
    if (error instanceof UpstreamError) {
      throw unknown(`FindByRef: ${error.reason}`);
    }
    throw error;
  }
  throw unknown('told of no session, and done before');
}

/** 90 is `busy` before it comes here. With 99, and with a code that the contract does not know, who knows what was done. */
function noRefusal(code: number): never {
  if (code === 11) {
    throw new UpstreamError('circulation', 'unauthorized', 'it answers so');
  }
  if (code === 80) {
    throw new UpstreamError('circulation', 'rejected', 'too many keys');
  }
  throw invalid('neither done nor refused');
}
