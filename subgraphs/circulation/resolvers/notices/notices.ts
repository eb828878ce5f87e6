/** Notices that could not be delivered to an endpoint. Staff can list them and request them again. */
import type {
  DeliveryFailure,
  NoticeKind,
  OwnNotice,
  OwnNoticePosition,
  UndeliveredFilter,
  UndeliveredNotice,
  UndeliveredOrder,
  UndeliveredPosition,
} from '../../../../store/journal/port.ts';
import { hongKongInstant } from '../../../library/calendar.ts';
import { isVendorNumber } from '../../../library/card-and-identity-numbers.ts';
import { recordOperationsReading } from '../../../operations/reading-audit.ts';
import { requireRead } from '../../../runtime/caller.ts';
import {
  badInput,
  boundsOfPage,
  type CountedPage,
  type Page,
  type PageInput,
  parsePage,
  toPage,
} from '../../../runtime/pagination.ts';
import { type CirculationContext, requireScope } from '../../context.ts';
import { type CirculationProblem, problemOf } from '../../rules/problems.ts';

/** The name of each kind of notice in the graph. */
export const kindNames = {
  'loan.due-in-3-days': 'LOAN_DUE_IN_3_DAYS',
  'loan.due-in-1-day': 'LOAN_DUE_IN_1_DAY',
  'loan.overdue': 'LOAN_OVERDUE',
  'hold.ready': 'HOLD_READY',
  'hold.lapsing': 'HOLD_LAPSING',
  'card.issued': 'CARD_ISSUED',
  'application.decided': 'APPLICATION_DECIDED',
  'loss.reported': 'LOSS_REPORTED',
  'pin.changed': 'PIN_CHANGED',
  'contact.changed': 'CONTACT_CHANGED',
  'charge.raised': 'CHARGE_RAISED',
  'payment.received': 'PAYMENT_RECEIVED',
  'payment.refunded': 'PAYMENT_REFUNDED',
} as const satisfies Record<NoticeKind, string>;

type KindName = (typeof kindNames)[NoticeKind];

const allKinds = Object.keys(kindNames) as NoticeKind[];
const kindsNamed = (names: readonly KindName[]): readonly NoticeKind[] =>
  allKinds.filter((kind) => names.includes(kindNames[kind]));

interface UndeliveredInput extends PageInput {
  readonly filter?: {
    readonly endpoint?: string | null;
    readonly kind?: readonly KindName[] | null;
    readonly failure?: readonly DeliveryFailure[] | null;
  } | null;
  readonly orderBy?: UndeliveredOrder | null;
}

/** A page of the undelivered notices. Before the answer, an audit record is written for each patron on the page (R27). */
export async function undeliveredNotices(
  _: unknown,
  { filter, orderBy, ...args }: UndeliveredInput,
  context: CirculationContext,
): Promise<CountedPage<UndeliveredNotice>> {
  requireScope(context, ['circulation:read']);
  const order = orderBy ?? 'NEWEST_FIRST';
  const page = parsePage(args, `undeliveredNotices ${order}`);
  const position = page.after === null ? null : parsePosition(page.after);
  const wanted = conditionsOf(filter ?? {});
  const { notices } = context.services;
  const found = await notices.undeliveredNotices(position, page.first + 1, { ...wanted, order });
  const shown = found.slice(0, page.first);
  await recordOperationsReading(
    context.services,
    context.caller,
    shown.map(({ patronId }) => patronId),
  );
  const bounds = boundsOfPage(page, found.length);
  return { ...toPage(shown, positionText, bounds), totalCount: () => notices.countUndelivered(wanted) };
}

/** Whether a text can be an endpoint's name. A webhook's name has lower-case letters, and the mail server is `SMTP`. */
const isEndpointName = (text: string): boolean => /^[A-Za-z0-9-]{1,64}$/.test(text);

/** @throws GraphQLError BAD_USER_INPUT if `endpoint` can't be an endpoint's name */
function conditionsOf({
  endpoint = null,
  kind = null,
  failure = null,
}: NonNullable<UndeliveredInput['filter']>): UndeliveredFilter {
  if (endpoint !== null && !isEndpointName(endpoint)) {
    throw badInput('`filter.endpoint` must be the name of an endpoint, as in `SMTP`.');
  }
  return { endpoint, kinds: kind === null ? null : kindsNamed(kind), failures: failure };
}

/** The patron's own notices that some system of the library has not received yet. Only the patron sees them. */
export async function noticesOfPatron(
  { id: patronId }: { readonly id: string },
  args: PageInput,
  { services: { notices }, caller }: CirculationContext,
): Promise<Page<OwnNotice>> {
  requireRead(caller, patronId, []);
  const page = parsePage(args, 'Patron.notices');
  const position = page.after === null ? null : parseOwnPosition(page.after);
  const found = await notices.noticesOfPatron(patronId, position, page.first + 1);
  const key = ({ madeAt, id }: OwnNotice) => `${madeAt.toISOString()} ${id}`;
  return toPage(found.slice(0, page.first), key, boundsOfPage(page, found.length));
}

function parseOwnPosition(text: string): OwnNoticePosition {
  const [, instant = '', id = ''] = /^(\S{24}) ([0-9A-Za-z]{22})$/.exec(text) ?? [];
  const madeAt = new Date(instant);
  if (Number.isNaN(Number(madeAt))) {
    throw badInput('`after` must be a `cursor` of an earlier page.');
  }
  return { madeAt, id };
}

export const ownNoticeResolvers = {
  kind: ({ kind }: OwnNotice) => kindNames[kind],
  madeAt: ({ madeAt }: OwnNotice) => hongKongInstant(madeAt),
};

interface ResendNoticeInput {
  readonly noticeId: string;
  readonly endpoint: string;
}

interface ResendNoticePayload {
  readonly isSentAgain: boolean;
  readonly problems: readonly CirculationProblem[];
}

/**
 * Sends a notice again. It begins no operation in the journal, because it changes only our own table of deliveries, and
 * may be repeated.
 */
export async function resendNotice(
  _: unknown,
  { input: { noticeId, endpoint } }: { readonly input: ResendNoticeInput },
  context: CirculationContext,
): Promise<ResendNoticePayload> {
  requireScope(context, ['circulation:write']);
  const { notices } = context.services;
  const isName = isEndpointName(endpoint) && isVendorNumber(noticeId);
  const notice = isName ? await notices.findUndelivered(noticeId, endpoint) : null;
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

const positionText = ({ givenUpAt, id, endpoint }: UndeliveredPosition): string =>
  `${givenUpAt.toISOString()} ${id} ${endpoint}`;

function parsePosition(text: string): UndeliveredPosition {
  const [, instant = '', id = '', endpoint = ''] = /^(\S{24}) ([0-9A-Za-z]{22}) (\S{1,64})$/.exec(text) ?? [];
  const givenUpAt = new Date(instant);
  if (Number.isNaN(Number(givenUpAt))) {
    throw badInput('`after` must be a `cursor` of another page.');
  }
  return { givenUpAt, id, endpoint };
}
