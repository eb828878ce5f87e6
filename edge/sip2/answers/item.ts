import { momentOf } from '../protocol/dates.ts';
import type { SipRequest } from '../protocol/request.ts';
import { screenMessage } from '../screen-messages.ts';
import type { Answer, Session } from '../session.ts';
import { itemByNumber } from './operations.ts';

/** The circulation status in SIP2 for each `ItemState` of the graph. */
const statuses: Readonly<Record<string, string>> = {
  AVAILABLE: '03',
  ON_LOAN: '04',
  ON_HOLD_SHELF: '08',
  MISSING: '13',
};
const otherStatus = '01';

/** The media type in SIP2 for each `Material` of the graph. */
const mediaTypes: Readonly<Record<string, string>> = { BOOK: '001', AUDIO_VISUAL: '006', DISC: '006' };
const otherMedia = '000';

/** Answers 17 with 18: describes an item of the catalogue. */
export async function answerItem(request: SipRequest<'17'>, session: Session): Promise<Answer> {
  const { institution, now, terminal } = session;
  const number = request.fields.get('AB') ?? '';
  const answer = await session.ask(itemByNumber, { number }, terminal.language);
  const item = answer?.data?.item;
  const isKnown = answer !== null && answer.errors.length === 0;
  const message = isKnown ? 'ITEM_UNKNOWN' : 'NOT_KNOWN';
  return {
    isFinal: isKnown,
    isRefused: false,
    response: {
      code: '18',
      // The positions: circulation status, security marker (other), fee type (other), transaction date.
      fixed: [statuses[item?.state ?? ''] ?? otherStatus, '00', '01', momentOf(now())],
      fields: [
        ['AO', institution],
        ['AB', number],
        ['AJ', item?.title ?? ''],
        ['CK', item == null ? null : (mediaTypes[item.material ?? ''] ?? otherMedia)],
        ['AQ', item?.branch],
        ['AF', item == null ? screenMessage(message, terminal.language) : null],
      ],
    },
  };
}
