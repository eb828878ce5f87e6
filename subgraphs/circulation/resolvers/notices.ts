/** Notices that could not be delivered to an endpoint. Staff can list them, and have them sent again. */
import type { NoticeKind, UndeliveredNotice, UndeliveredPosition } from '../../../store/journal/port.ts';
import { hongKongInstant } from '../../library/calendar.ts';
import { recordOperationsReading } from '../../operations/reading-audit.ts';
import { badInput, type CountedPage, type PageInput, parsePage, toPage } from '../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../context.ts';
import { type CirculationProblem, problemOf } from '../rules/problems.ts';

/** The names of the kinds in the graph. */
const kindNames = {
  'loan.due-in-3-days': 'LOAN_DUE_IN_3_DAYS',
  'loan.due-in-1-day': 'LOAN_DUE_IN_1_DAY',
  'loan.overdue': 'LOAN_OVERDUE',
  'hold.ready': 'HOLD_READY',
  'hold.lapsing': 'HOLD_LAPSING',
  'card.issued': 'CARD_ISSUED',
  'application.decided': 'APPLICATION_DECIDED',
  'loss.reported': 'LOSS_REPORTED',
} as const satisfies Record<NoticeKind, string>;

/**
 * A page of the undelivered notices. An audit record for each patron is written before the answer, as for operations
 * (R27).
 */
export async function undeliveredNotices(
  _: unknown,
  args: PageInput,
  context: CirculationContext,
): Promise<CountedPage<UndeliveredNotice>> {
  requireScope(context, ['circulation:read']);
  const page = parsePage(args);
  const position = page.after === null ? null : parsePosition(page.after);
  const found = await context.services.notices.undeliveredNotices(position, page.first + 1);
  const shown = found.slice(0, page.first);
  await recordOperationsReading(
    context.services,
    context.caller,
    shown.map(({ patronId }) => patronId),
  );
  const bounds = { hasNextPage: found.length > page.first, hasPreviousPage: position !== null };
  return {
    ...toPage(shown, positionText, bounds),
    totalCount: async () => (await context.services.notices.countDeliveries()).undelivered,
  };
}

interface ResendNoticeInput {
  readonly noticeId: string;
  readonly endpoint: string;
}

/** `ResendNoticePayload` of the schema. */
interface ResendNoticePayload {
  readonly isSentAgain: boolean;
  readonly problems: readonly CirculationProblem[];
}

/**
 * Sends a notice again. This needs no operation in the journal: it changes only our own table of deliveries, and may be
 * repeated.
 */
export async function resendNotice(
  _: unknown,
  { input: { noticeId, endpoint } }: { readonly input: ResendNoticeInput },
  context: CirculationContext,
): Promise<ResendNoticePayload> {
  requireScope(context, ['circulation:write']);
  const { notices } = context.services;
  const notice = await notices.findUndelivered(noticeId, endpoint);
  await recordOperationsReading(context.services, context.caller, [notice?.patronId ?? null]);
  const isSentAgain = notice !== null && (await notices.resendNotice(noticeId, endpoint));
  return { isSentAgain, problems: isSentAgain ? [] : [problemOf('NOTICE_NOT_FOUND')] };
}

export const noticeResolvers = {
  noticeId: ({ id }: UndeliveredNotice) => id,
  kind: ({ kind }: UndeliveredNotice) => kindNames[kind],
  patron: ({ patronId }: UndeliveredNotice) => ({ id: patronId }),
  madeAt: ({ madeAt }: UndeliveredNotice) => hongKongInstant(madeAt),
  givenUpAt: ({ givenUpAt }: UndeliveredNotice) => hongKongInstant(givenUpAt),
};

/** The text of a position, for a cursor. */
const positionText = ({ givenUpAt, id, endpoint }: UndeliveredPosition): string =>
  `${givenUpAt.toISOString()} ${id} ${endpoint}`;

function parsePosition(text: string): UndeliveredPosition {
  const [, instant = '', id = '', endpoint = ''] = /^(\S{24}) ([0-9A-Za-z]{22}) (\S{1,64})$/.exec(text) ?? [];
  const givenUpAt = new Date(instant);
  if (Number.isNaN(Number(givenUpAt))) {
    throw badInput('`after` must be a `cursor` of an earlier page.');
  }
  return { givenUpAt, id, endpoint };
}
