import type { GraphOperation } from '../../graph/client.ts';
import { endOfDay, momentOf } from '../protocol/dates.ts';
import type { SipRequest } from '../protocol/request.ts';
import { screenMessage } from '../screen-messages.ts';
import type { Answer, Session } from '../session.ts';
import type { itemAtStation, itemByNumber } from './operations.ts';

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

/** An item, as the graph returns it. E-book services get only the catalogue's data and the item's state. */
type AskedItem = Partial<NonNullable<DataOf<typeof itemAtStation>['item']>> &
  NonNullable<DataOf<typeof itemByNumber>['item']>;
type DataOf<Operation> = Operation extends GraphOperation<infer Data> ? Data : never;

/** Answers 17 with 18: describes an item with the data that `operation` selects. */
export const answerItem =
  (operation: GraphOperation<{ readonly item: AskedItem | null }>) =>
  async (request: SipRequest<'17'>, session: Session): Promise<Answer> => {
    const { institution, now, terminal } = session;
    const number = request.fields.get('AB') ?? '';
    const answer = await session.ask(operation, { number }, terminal.language);
    const item = answer?.data?.item ?? null;
    const hasErrors = (answer?.errors.length ?? 1) > 0;
    return {
      isFinal: item !== null || !hasErrors,
      isRefused: false,
      response: {
        code: '18',
        // The fixed fields: circulation status, security marker (other), fee type (other), transaction date.
        fixed: [statuses[item?.state ?? ''] ?? otherStatus, '00', '01', momentOf(now())],
        fields: [
          ['CF', item?.work?.queueLength == null ? null : String(item.work.queueLength)],
          ['AH', item?.dueOn == null ? null : endOfDay(item.dueOn)],
          ['CM', waitsUntil(item)],
          ['AO', institution],
          ['AB', number],
          ['AJ', item?.title ?? ''],
          ['CK', item === null ? null : (mediaTypes[item.material ?? ''] ?? otherMedia)],
          ['AQ', item?.branch],
          ['CT', goesTo(item)],
          [
            'AF',
            item === null ? screenMessage(hasErrors ? 'NOT_KNOWN' : 'ITEM_UNKNOWN', terminal.language) : null,
          ],
        ],
      },
    };
  };

/** The branch to which the item goes. Null if it goes to the open shelves here, or if its destination is unknown. */
function goesTo(item: AskedItem | null): string | null {
  const { shelf = null, branch = null, isHere = null } = item?.destination ?? {};
  return shelf === 'HOLD_SHELF' || isHere === false ? branch : null;
}

/**
 * The last day on which a reader can collect the item from the hold shelf. The answer doesn't show who that reader is
 * (R29).
 */
function waitsUntil(item: AskedItem | null): string | null {
  const readyUntil = item?.destination?.readyUntil ?? null;
  return readyUntil === null ? null : endOfDay(readyUntil);
}
