import { momentOf } from '../protocol/dates.ts';
import type { SipRequest } from '../protocol/request.ts';
import { oneOrZero, yesOrNo } from '../protocol/response.ts';
import { screenMessage } from '../screen-messages.ts';
import type { Answer, Session } from '../session.ts';
import type { Station } from '../terminals.ts';
import { outcomeOf } from './change.ts';
import { checkIn } from './operations.ts';
import { referenceOf } from './reference.ts';

/** The type of alert (CV) for an item that another reader waits for. */
const holdAlert = '01';

const unknownOutcome = { unsettled: 'CHECK_IN_UNSETTLED', unanswered: 'CHECK_IN_UNANSWERED' } as const;

/** Answers 09 with 10: takes an item back from anybody. The answer says nothing about the patron (R29). */
export async function answerCheckIn(request: SipRequest<'09'>, session: Session<Station>): Promise<Answer> {
  const { terminal, institution, now } = session;
  const { language } = terminal;
  const itemNumber = request.fields.get('AB') ?? '';
  const answer = await session.ask(
    checkIn,
    { input: { reference: referenceOf(terminal, request), itemNumber } },
    language,
  );
  const outcome = outcomeOf(answer, answer?.data?.checkIn, unknownOutcome, language);
  const item = outcome.payload?.item ?? null;
  const isWanted = item?.state === 'ON_HOLD_SHELF';
  return {
    isFinal: outcome.isFinal,
    isRefused: !outcome.isDone,
    response: {
      code: '10',
      // The positions: ok, resensitize, magnetic media (unknown), alert, transaction date.
      fixed: [
        oneOrZero(outcome.isDone),
        yesOrNo(outcome.isDone),
        'U',
        yesOrNo(isWanted || !outcome.isDone),
        momentOf(now()),
      ],
      fields: [
        ['AO', institution],
        ['AB', itemNumber],
        ['AQ', item?.branch ?? ''],
        ['AJ', item?.title],
        ['CV', isWanted ? holdAlert : null],
        ['AF', isWanted ? screenMessage('ON_HOLD_SHELF', language) : outcome.message],
      ],
    },
  };
}
