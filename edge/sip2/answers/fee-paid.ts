import { setTimeout as sleep } from 'node:timers/promises';
import { MessageReference } from '../last-message.ts';
import { momentOf } from '../protocol/dates.ts';
import type { SipRequest } from '../protocol/request.ts';
import { yesOrNo } from '../protocol/response.ts';
import { messageForError, screenMessage } from '../screen-messages.ts';
import type { Answer, Session } from '../session.ts';
import type { Station } from '../terminals/terminals.ts';
import { askForChange, notDone, type Outcome, unknownChange } from './change.ts';
import { cancelPaymentAtStation, payAtStation, readerToPay, type StationPayment } from './operations.ts';
import { readerOf } from './reader.ts';

type Paid = Outcome & { readonly payment: StationPayment | null };

/** Pause between two requests for the state of a pending payment, in ms. */
const pollMs = 1_000;
/** The part of a terminal's timeout that is reserved for cancelling an unpaid payment, in ms. */
const cancellingMs = 6_000;

/**
 * Answers 37 with 38: takes a payment. In SIP2, message 37 reports that the terminal has taken money. Here it requests
 * a payment instead: the reader pays at the payment system's till beside the station, and the answer waits for the
 * money. `Y` means that the payment system has the money. Before `N` is sent, a pending payment is cancelled, so that
 * the reader can't pay it any more. If the payment system doesn't answer, the graph goes on cancelling after the `N`.
 */
export async function answerFeePaid(request: SipRequest<'37'>, session: Session<Station>): Promise<Answer> {
  const { isDone, payment, message, isFinal } = await pay(request, session);
  return {
    isFinal,
    isRefused: !isDone,
    response: {
      code: '38',
      fixed: [yesOrNo(isDone), momentOf(session.now())],
      fields: [
        ['AO', session.institution],
        ['AA', request.fields.get('AA') ?? ''],
        ['BK', payment?.id],
        ['AF', message],
      ],
    },
  };
}

async function pay({ fixed, fields }: SipRequest<'37'>, session: Session<Station>): Promise<Paid> {
  const { language, takesPayments } = session.terminal;
  if (!takesPayments) {
    return unpaid(notDone('NOT_SUPPORTED', language, true));
  }
  const reader = readerOf(fields);
  if (reader === null) {
    return unpaid(notDone('PIN_NEEDED', language, true));
  }
  if (fixed.currencyType !== 'HKD') {
    return unpaid(notDone('OTHER_CURRENCY', language, true));
  }
  const cents = centsOf(fields.get('BV') ?? '');
  if (cents === null) {
    return unpaid(notDone('AMOUNT_NOT_UNDERSTOOD', language, true));
  }
  const found = await session.ask(readerToPay, { reader }, language);
  const patronId = found?.data?.readerPatron?.id ?? null;
  if (patronId === null) {
    return unpaid(notDone(messageForError(found?.errors[0]?.code), language, false));
  }
  const charge = (fields.get('CG') ?? '').trim();
  return await payWith({ patronId, cents, charge: charge === '' ? null : charge }, session);
}

/** Parses the amount in `BV`, in dollars, such as `12.50`. Null for any other text, and for an amount of zero. */
function centsOf(amount: string): number | null {
  const [, dollars = '', cents = ''] = /^\s*(\d{1,7})(?:\.(\d{1,2}))?\s*$/.exec(amount) ?? [];
  const sum = Number(dollars) * 100 + Number(cents.padEnd(2, '0'));
  return sum > 0 ? sum : null;
}

const unpaid = (outcome: Outcome): Paid => ({ ...outcome, payment: null });

/** The messages for an unconfirmed payment. If the graph gives no answer, the number of the payment can't be shown. */
const unknownPayment = { unsettled: 'CHANGE_UNSETTLED', unanswered: 'NOT_KNOWN' } as const;

/** Makes the payment, and waits for the money until it is time to cancel. */
async function payWith(input: Readonly<Record<string, unknown>>, session: Session<Station>): Promise<Paid> {
  const waitingMs = () => session.remainingMs() - cancellingMs;
  const made = await askForChange(
    { ...session, remainingMs: waitingMs },
    payAtStation,
    input,
    (data) => data.payAtStation,
    unknownPayment,
  );
  if (made.payload?.operation.state === 'REFUSED') {
    return unpaid(made);
  }
  if (!made.isDone) {
    const cancelled = await cancel(session);
    return cancelled.payment === null ? unpaid(made) : cancelled;
  }
  let payment = made.payload?.payment ?? null;
  while (payment === null || payment.state === 'PENDING') {
    if (waitingMs() < pollMs) {
      return await cancel(session);
    }
    await sleep(pollMs);
    const variables = { input: { ...input, reference: session.reference.current } };
    const answer = await Promise.race([
      session.ask(payAtStation, variables, session.terminal.language),
      sleep(Math.max(0, waitingMs()), null),
    ]);
    payment = answer?.data?.payAtStation?.payment ?? payment;
  }
  return ended(payment, session);
}

/** Cancels the payment. If the reader pays before the payment is cancelled, the result is the paid payment. */
async function cancel(session: Session<Station>): Promise<Paid> {
  const { payload, message } = await askForChange(
    { ...session, reference: new MessageReference() },
    cancelPaymentAtStation,
    { payment: session.reference.current },
    (data) => data.cancelPaymentAtStation,
    unknownChange,
  );
  const payment = payload?.payment ?? null;
  if (payment !== null && payment.state !== 'PENDING') {
    return ended(payment, session);
  }
  // The payment may still be paid. The graph cancels it as soon as the payment system answers.
  const { language } = session.terminal;
  return { isDone: false, isFinal: false, payment, message: message ?? screenMessage('NOT_KNOWN', language) };
}

function ended(payment: StationPayment, { terminal: { language } }: Session<Station>): Paid {
  return payment.state === 'PAID'
    ? { isDone: true, isFinal: true, payment, message: null }
    : { ...notDone('NOT_PAID', language, true), payment };
}
