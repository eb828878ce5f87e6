import type { Language } from '../../graph/client.ts';
import { endOfDay, momentOf } from '../protocol/dates.ts';
import type { SipRequest } from '../protocol/request.ts';
import { oneOrZero, yesOrNo } from '../protocol/response.ts';
import { screenMessage } from '../screen-messages.ts';
import type { Answer, Session } from '../session.ts';
import type { Station } from '../terminals/terminals.ts';
import { askForChange } from './change.ts';
import { checkOut } from './operations.ts';
import { presentedCard } from './presented-card.ts';

const unknownOutcome = { unsettled: 'CHECK_OUT_UNSETTLED', unanswered: 'CHECK_OUT_UNSETTLED' } as const;

/**
 * Answers 11 with 12: lends an item. The flag `no block` says that the reader left with the item while the terminal was
 * offline. The flag counts only for terminals that may lend offline. The graph applies the usual rules. If it refuses
 * the loan, it records a finding for staff, and the terminal shows a message about the finding.
 *
 * If the reader already has the item on loan, the answer is OK with the loan's due date, and the loan isn't renewed:
 * after a power cut, a terminal may repeat a check-out.
 */
export async function answerCheckOut(request: SipRequest<'11'>, session: Session<Station>): Promise<Answer> {
  const { terminal, institution, now } = session;
  const { language } = terminal;
  const itemNumber = request.fields.get('AB') ?? '';
  const card = presentedCard(request.fields, session);
  const isOffline = terminal.lendsOffline && request.fixed.noBlock === 'Y';
  const outcome = await askForChange(
    session,
    checkOut,
    {
      credential: card.kind === 'number' ? { libraryCardNumber: card.number } : { smartId: card.smartId },
      itemNumber,
      lentOffline: isOffline,
    },
    (data) => data.checkOut,
    unknownOutcome,
  );
  const loan = outcome.payload?.loan ?? null;
  const hasAlready =
    outcome.payload?.problems.some(({ code }) => code === 'ALREADY_LENT') === true && loan !== null;
  // The reader has left with the item, so nobody can take it back here. The graph has recorded a finding, from which
  // staff learn about the case.
  const isRecorded = isOffline && !hasAlready && outcome.payload?.isFinding === true;
  const isLent = outcome.isDone || hasAlready;
  const isOk = isLent || isRecorded;
  return {
    isFinal: outcome.isFinal,
    isRefused: !isOk,
    response: {
      code: '12',
      // The fixed fields: ok, renewed, magnetic media (unknown), desensitize, transaction date.
      fixed: [oneOrZero(isOk), 'N', 'U', yesOrNo(isLent), momentOf(now())],
      fields: [
        ['AO', institution],
        ['AA', request.fields.get('AA') ?? ''],
        ['AB', itemNumber],
        ['AJ', loan?.item.title ?? ''],
        ['AH', loan === null ? '' : endOfDay(loan.dueOn)],
        ['AF', messageOf(outcome.message, { hasAlready, isRecorded }, language)],
        ['AG', loan === null ? null : `${loan.item.title} - ${loan.dueOn}`],
      ],
    },
  };
}

function messageOf(
  refusal: string | null,
  { hasAlready, isRecorded }: { readonly hasAlready: boolean; readonly isRecorded: boolean },
  language: Language,
): string | null {
  if (hasAlready) {
    return screenMessage('ALREADY_LENT', language);
  }
  return isRecorded ? screenMessage('RECORDED_FOR_STAFF', language) : refusal;
}
