import { endOfDay, momentOf } from '../protocol/dates.ts';
import type { SipRequest } from '../protocol/request.ts';
import { oneOrZero } from '../protocol/response.ts';
import { screenMessage } from '../screen-messages.ts';
import type { Answer, Session } from '../session.ts';
import type { Station } from '../terminals.ts';
import { outcomeOf } from './change.ts';
import { checkOut } from './operations.ts';
import { presentedCard } from './presented-card.ts';
import { referenceOf } from './reference.ts';

const unknownOutcome = { unsettled: 'CHECK_OUT_UNSETTLED', unanswered: 'CHECK_OUT_UNSETTLED' } as const;

/**
 * Answers 11 with 12: lends an item. The flag `no block` is ignored: an item that a terminal lent while it was offline
 * may still be refused.
 *
 * If the reader already has the item, the answer is OK with the loan's due date, and the loan isn't renewed. After a
 * power cut, a terminal doesn't know that its last check-out was done.
 */
export async function answerCheckOut(request: SipRequest<'11'>, session: Session<Station>): Promise<Answer> {
  const { terminal, institution, now } = session;
  const { language } = terminal;
  const itemNumber = request.fields.get('AB') ?? '';
  const card = presentedCard(request.fields, session);
  const answer = await session.ask(
    checkOut,
    {
      input: {
        reference: referenceOf(terminal, request),
        credential: card.kind === 'number' ? { libraryCardNumber: card.number } : { smartId: card.smartId },
        itemNumber,
      },
    },
    language,
  );
  const outcome = outcomeOf(answer, answer?.data?.checkOut, unknownOutcome, language);
  const loan = outcome.payload?.loan ?? null;
  const hasAlready =
    outcome.payload?.problems.some(({ code }) => code === 'ALREADY_LENT') === true && loan !== null;
  const isOk = outcome.isDone || hasAlready;
  return {
    isFinal: outcome.isFinal,
    isRefused: !isOk,
    response: {
      code: '12',
      // The positions: ok, renewed, magnetic media (unknown), desensitize, transaction date.
      fixed: [oneOrZero(isOk), 'N', 'U', isOk ? 'Y' : 'N', momentOf(now())],
      fields: [
        ['AO', institution],
        ['AA', request.fields.get('AA') ?? ''],
        ['AB', itemNumber],
        ['AJ', loan?.item.title ?? ''],
        ['AH', loan === null ? '' : endOfDay(loan.dueOn)],
        ['AF', hasAlready ? screenMessage('ALREADY_LENT', language) : outcome.message],
      ],
    },
  };
}
