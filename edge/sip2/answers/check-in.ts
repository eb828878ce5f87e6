import type { Language } from '../../graph/client.ts';
import { momentOf } from '../protocol/dates.ts';
import type { SipRequest } from '../protocol/request.ts';
import { oneOrZero, yesOrNo } from '../protocol/response.ts';
import { screenMessage } from '../screen-messages.ts';
import type { Answer, Session } from '../session.ts';
import type { Station } from '../terminals/terminals.ts';
import { askForChange } from './change.ts';
import { checkIn, type Destination } from './operations.ts';

/**
 * The types of alert (CV) that terminals of many vendors support: the item is for a hold here, for a hold at another
 * branch, or for the shelves of another branch.
 */
const alerts = { holdHere: '01', holdElsewhere: '02', sendElsewhere: '04' } as const;

const unknownOutcome = { unsettled: 'CHECK_IN_UNSETTLED', unanswered: 'CHECK_IN_UNANSWERED' } as const;

/** Answers 09 with 10: takes an item back from anybody. The answer says nothing about the patron (R29). */
export async function answerCheckIn(request: SipRequest<'09'>, session: Session<Station>): Promise<Answer> {
  const { terminal, institution, now } = session;
  const { language } = terminal;
  const itemNumber = request.fields.get('AB') ?? '';
  const outcome = await askForChange(
    session,
    checkIn,
    { itemNumber },
    (data) => data.checkIn,
    unknownOutcome,
  );
  const item = outcome.payload?.item ?? null;
  const destination = outcome.payload?.destination ?? null;
  const isWanted = item?.state === 'ON_HOLD_SHELF';
  const alert = alertFor(destination, isWanted);
  // With this code, staff find the hold for which the item waits. The code reveals nothing about the patron (R29).
  const holdCode = isWanted ? (outcome.payload?.operation.code ?? null) : null;
  return {
    isFinal: outcome.isFinal,
    isRefused: !outcome.isDone,
    response: {
      code: '10',
      // The fixed fields: ok, resensitize, magnetic media (unknown), alert, transaction date.
      fixed: [
        oneOrZero(outcome.isDone),
        yesOrNo(outcome.isDone),
        'U',
        yesOrNo(alert !== null || !outcome.isDone),
        momentOf(now()),
      ],
      fields: [
        ['AO', institution],
        ['AB', itemNumber],
        ['AQ', item?.branch ?? ''],
        ['AJ', item?.title],
        ['CL', terminal.sortBins[binFor(alert, outcome.isDone)]],
        ['CT', alert === null ? null : destination?.branch],
        ['CV', alert],
        ['AF', alert === null ? outcome.message : textFor(alert, destination, language)],
        ['AG', alert === null ? null : slipFor(holdCode, destination, language)],
      ],
    },
  };
}

type Alert = (typeof alerts)[keyof typeof alerts];

/** The alert for a returned item. Null if it goes to the open shelves here, or if its destination is unknown. */
function alertFor(destination: Destination | null, isOnHoldShelf: boolean): Alert | null {
  const isElsewhere = destination?.isHere === false;
  if (isOnHoldShelf) {
    return isElsewhere ? alerts.holdElsewhere : alerts.holdHere;
  }
  return isElsewhere ? alerts.sendElsewhere : null;
}

/** The bin of a sorter. An item whose return was refused doesn't go to the shelves, so that staff look at it. */
function binFor(alert: Alert | null, isTakenBack: boolean): 'shelves' | 'holdShelf' | 'elsewhere' {
  if (alert === alerts.holdHere) {
    return 'holdShelf';
  }
  return alert === null && isTakenBack ? 'shelves' : 'elsewhere';
}

/** The line for a slip in the item: the hold's code, and the branch to which the item goes. */
function slipFor(holdCode: string | null, destination: Destination | null, language: Language): string {
  const code = holdCode === null ? [] : [`${screenMessage('HOLD_CODE', language)}${holdCode}`];
  const branch = destination?.location?.name ?? destination?.branch ?? null;
  return [...code, ...(branch === null ? [] : [branch])].join(' - ');
}

function textFor(alert: Alert, destination: Destination | null, language: Language): string {
  const wanted = alert === alerts.sendElsewhere ? [] : [screenMessage('ON_HOLD_SHELF', language)];
  const branch = destination?.location?.name ?? destination?.branch;
  const sent =
    alert === alerts.holdHere || branch == null
      ? []
      : [`${screenMessage('GOES_TO_BRANCH', language)}${branch}`];
  return [...wanted, ...sent].join(' ');
}
