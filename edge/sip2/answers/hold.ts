import { momentOf } from '../protocol/dates.ts';
import type { SipRequest } from '../protocol/request.ts';
import { oneOrZero, yesOrNo } from '../protocol/response.ts';
import { messageForError } from '../screen-messages.ts';
import type { Answer, Session } from '../session.ts';
import type { Station } from '../terminals/terminals.ts';
import { askForChange, notDone, type Outcome, unknownChange } from './change.ts';
import { cancelHold, type Hold, holdsOfReader, itemByNumber, placeHold } from './operations.ts';
import { readerOf } from './reader.ts';

type Reader = NonNullable<ReturnType<typeof readerOf>>;

type HoldOutcome = Outcome & { readonly payload: { readonly hold: Hold | null } | null };

/**
 * Answers 15 with 16: places a hold on the title of an item (`+`), or cancels the hold (`-`). Both need a card number and
 * a PIN. Circulation can't change a hold, so `*` is refused.
 */
export async function answerHold(request: SipRequest<'15'>, session: Session<Station>): Promise<Answer> {
  const { institution, now } = session;
  const { isDone, payload, message, isFinal } = await change(request, session);
  const hold = payload?.hold;
  return {
    isFinal,
    isRefused: !isDone,
    response: {
      code: '16',
      fixed: [oneOrZero(isDone), yesOrNo(hold?.state === 'READY'), momentOf(now())],
      fields: [
        ['BS', hold?.pickupBranch],
        ['AO', institution],
        ['AA', request.fields.get('AA') ?? ''],
        ['AB', request.fields.get('AB')],
        ['AJ', hold?.title],
        ['BR', hold?.queuePosition == null ? null : String(hold.queuePosition)],
        ['AF', message],
      ],
    },
  };
}

async function change(request: SipRequest<'15'>, session: Session<Station>): Promise<HoldOutcome> {
  const { language } = session.terminal;
  const reader = readerOf(request.fields);
  if (reader === null) {
    return notDone('PIN_NEEDED', language, true);
  }
  if (request.fixed.holdMode !== '+' && request.fixed.holdMode !== '-') {
    return notDone('NOT_SUPPORTED', language, true);
  }
  const number = request.fields.get('AB') ?? '';
  const found = await session.ask(itemByNumber, { number }, language);
  const item = found?.data?.item;
  if (item == null) {
    const isUnknown = found !== null && found.errors.length === 0;
    return notDone(isUnknown ? 'ITEM_UNKNOWN' : 'NOT_KNOWN', language, isUnknown);
  }
  return request.fixed.holdMode === '+'
    ? place(request, session, reader, item.titleNumber)
    : cancel(session, reader, item.titleNumber);
}

async function place(
  request: SipRequest<'15'>,
  session: Session<Station>,
  reader: Reader,
  titleNumber: string,
): Promise<HoldOutcome> {
  const { language } = session.terminal;
  const pickupBranch = request.fields.get('BS') ?? '';
  if (pickupBranch === '') {
    return notDone('BRANCH_NEEDED', language, true);
  }
  const input = { reader: { cardAndPin: reader }, titleNumber, pickupBranch };
  return askForChange(session, placeHold, input, (data) => data.placeHold, unknownChange);
}

async function cancel(session: Session<Station>, reader: Reader, titleNumber: string): Promise<HoldOutcome> {
  const { language } = session.terminal;
  const holds = await session.ask(holdsOfReader, { reader }, language);
  const all = holds?.data?.readerHolds;
  if (all == null) {
    return notDone(messageForError(holds?.errors[0]?.code), language, false);
  }
  const hold = all.find((candidate) => candidate.titleNumber === titleNumber);
  if (hold === undefined) {
    return notDone('NOT_RESERVED', language, false);
  }
  const input = { reader: { cardAndPin: reader }, holdId: hold.id };
  const outcome = await askForChange(session, cancelHold, input, (data) => data.cancelHold, unknownChange);
  return { ...outcome, payload: { hold: outcome.payload?.hold ?? hold } };
}
