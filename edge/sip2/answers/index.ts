/**
 * Answers a terminal's message with the function for its code. Terminals have one of two profiles, and each profile has
 * its own table of functions.
 */
import type { AnyRequest, RequestCode, SipRequest } from '../protocol/request.ts';
import type { Answer, Session } from '../session.ts';
import type { EbookService, Station, Terminal } from '../terminals/terminals.ts';
import { answerCheckIn } from './check-in.ts';
import { answerCheckOut } from './check-out.ts';
import { answerEndOfSession } from './end-session.ts';
import { answerFeePaid } from './fee-paid.ts';
import { answerHold } from './hold.ts';
import { answerItem } from './item.ts';
import { itemAtStation, itemByNumber } from './operations.ts';
import { viewAtStation } from './patron/at-station.ts';
import { answerPatronEnable, answerPatronInformation, answerPatronStatus } from './patron/index.ts';
import { viewOfPartner } from './patron/of-partner.ts';
import { refusals } from './refusals.ts';
import { answerRenew, answerRenewAll } from './renew.ts';
import { answerStatus } from './status.ts';

/**
 * The messages that the two tables below answer. `Connection` itself answers login (93), resend (97) and the undefined
 * message 95.
 */
type AnsweredCode = Exclude<RequestCode, '93' | '95' | '97'>;
type Answers<Kind extends Terminal> = {
  readonly [Code in AnsweredCode]: (
    request: SipRequest<Code>,
    session: Session<Kind>,
  ) => Answer | Promise<Answer>;
};

const forEverybody = {
  ...refusals,
  '35': answerEndOfSession,
} as const;

const atStation: Answers<Station> = {
  ...forEverybody,
  '09': answerCheckIn,
  '11': answerCheckOut,
  '15': answerHold,
  '17': answerItem(itemAtStation),
  '23': answerPatronStatus(viewAtStation),
  '25': answerPatronEnable(viewAtStation),
  '29': answerRenew,
  '37': answerFeePaid,
  '63': answerPatronInformation(viewAtStation),
  '65': answerRenewAll,
  '99': (_request, session) => answerStatus(session, atStation),
};

const forEbookService: Answers<EbookService> = {
  ...forEverybody,
  '17': answerItem(itemByNumber),
  '23': answerPatronStatus(viewOfPartner),
  '63': answerPatronInformation(viewOfPartner),
  '99': (_request, session) => answerStatus(session, forEbookService),
};

/**
 * Answers a message. Refuses a message that the terminal's profile doesn't include.
 * @throws Error if only the connection can answer the message
 */
export async function answer(request: AnyRequest, session: Session): Promise<Answer> {
  // This cast is safe: the types of `atStation` and `forEbookService` pair each code with its request, and each profile
  // with its session.
  const answers = (session.terminal.profile === 'station'
    ? atStation
    : forEbookService) as unknown as Readonly<
    Record<string, (request: AnyRequest, session: Session) => Answer | Promise<Answer>>
  >;
  const answerOne = answers[request.code];
  if (answerOne === undefined) {
    throw new Error(`the connection answers ${request.code} itself`);
  }
  return answerOne(request, session);
}
