import { endOfDay, momentOf } from '../protocol/dates.ts';
import type { SipRequest } from '../protocol/request.ts';
import { count, oneOrZero, yesOrNo } from '../protocol/response.ts';
import { messageForError } from '../screen-messages.ts';
import type { Answer, Session } from '../session.ts';
import type { Station } from '../terminals/terminals.ts';
import { askForChange, notDone, type Outcome, unknownChange } from './change.ts';
import { type Loan, loansOfReader, renewAllLoans, renewLoan } from './operations.ts';
import { readerOf } from './reader.ts';

type Renewal = Outcome & { readonly payload: { readonly loan: Loan } | null };

/** Answers 29 with 30: renews the reader's loan of an item. The renewal needs the PIN (R29). */
export async function answerRenew(request: SipRequest<'29'>, session: Session<Station>): Promise<Answer> {
  const { institution, now } = session;
  const itemNumber = request.fields.get('AB') ?? '';
  const { isDone, payload, message, isFinal } = await renew(request, itemNumber, session);
  return {
    isFinal,
    isRefused: !isDone,
    response: {
      code: '30',
      // The fixed fields: ok, renewed, magnetic media (unknown), desensitize, transaction date.
      fixed: [oneOrZero(isDone), yesOrNo(isDone), 'U', 'N', momentOf(now())],
      fields: [
        ['AO', institution],
        ['AA', request.fields.get('AA') ?? ''],
        ['AB', itemNumber],
        ['AJ', payload?.loan.item.title ?? ''],
        ['AH', payload === null ? '' : endOfDay(payload.loan.dueOn)],
        ['AF', message],
      ],
    },
  };
}

async function renew(
  request: SipRequest<'29'>,
  itemNumber: string,
  session: Session<Station>,
): Promise<Renewal> {
  const { language } = session.terminal;
  const reader = readerOf(request.fields);
  if (reader === null) {
    return notDone('PIN_NEEDED', language, true);
  }
  const loans = await session.ask(loansOfReader, { reader }, language);
  const edges = loans?.data?.readerLoans?.edges;
  if (edges === undefined) {
    return notDone(messageForError(loans?.errors[0]?.code), language, false);
  }
  const loan = edges.map(({ node }) => node).find(({ item }) => item.itemNumber === itemNumber);
  if (loan === undefined) {
    return notDone('NOT_ON_LOAN', language, false);
  }
  const input = { reader: { cardAndPin: reader }, loanId: loan.id };
  const outcome = await askForChange(session, renewLoan, input, (data) => data.renewLoan, unknownChange);
  return { ...outcome, payload: { loan: outcome.payload?.loan ?? loan } };
}

/**
 * Answers 65 with 66: renews all of the reader's loans for which circulation gives a later due date. Needs the PIN (R29).
 */
export async function answerRenewAll(request: SipRequest<'65'>, session: Session<Station>): Promise<Answer> {
  const { terminal, institution, now } = session;
  const reader = readerOf(request.fields);
  const outcome =
    reader === null
      ? notDone('PIN_NEEDED', terminal.language, true)
      : await askForChange(
          session,
          renewAllLoans,
          { reader: { cardAndPin: reader } },
          (data) => data.renewAllLoans,
          unknownChange,
        );
  const loans = outcome.payload?.outcomes ?? [];
  const renewed = loans.filter(({ state }) => state === 'DONE');
  const others = loans.filter(({ state }) => state !== 'DONE');
  const isFinal = outcome.isFinal && loans.every(({ state }) => state !== 'UNSETTLED');
  return {
    isFinal,
    isRefused: !outcome.isDone,
    response: {
      code: '66',
      fixed: [oneOrZero(outcome.isDone), count(renewed.length), count(others.length), momentOf(now())],
      fields: [
        ['AO', institution],
        ...renewed.map(({ loan }) => ['BM', loan.item.itemNumber] as const),
        ...others.map(({ loan }) => ['BN', loan.item.itemNumber] as const),
        ['AF', outcome.message],
      ],
    },
  };
}
