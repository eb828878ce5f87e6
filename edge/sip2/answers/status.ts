import { momentOf } from '../protocol/dates.ts';
import type { RequestCode } from '../protocol/request.ts';
import { yesOrNo } from '../protocol/response.ts';
import type { Answer, Session } from '../session.ts';
import type { Terminal } from '../terminals/terminals.ts';
import { refusals } from './refusals.ts';

/** How often a terminal should send a message again: three times. */
const retries = '003';
const protocolVersion = '2.00';

/**
 * The messages in the order of BX: patron status, checkout, checkin, block patron, status, resend, login, patron
 * information, end of session, fee paid, item information, item status update, patron enable, hold, renew, renew all.
 */
const positions: readonly RequestCode[] = [
  ...(['23', '11', '09', '01', '99', '97', '93', '63'] as const),
  ...(['35', '37', '17', '19', '25', '15', '29', '65'] as const),
];

type AnswerByCode = Readonly<Partial<Record<RequestCode, unknown>>>;
const refusalByCode: AnswerByCode = refusals;

/** Returns `Y` for each message that the terminal may send, otherwise `N`. A fee (37) needs a station with a till. */
const supportedBy = (answers: AnswerByCode, terminal: Terminal): string =>
  positions
    .map((code) => {
      const isRefused = code in refusals && answers[code] === refusalByCode[code];
      const hasNoTill = code === '37' && !(terminal.profile === 'station' && terminal.takesPayments);
      return yesOrNo(!isRefused && !hasNoTill);
    })
    .join('');

/**
 * Answers 99 with 98: the supported messages, the terminal's timeout, and whether the library is on line
 * (`watchGraph`). `answers` has the profile's answer to each message.
 */
export function answerStatus(
  { terminal, institution, libraryName, isOnLine, now }: Session,
  answers: AnswerByCode,
): Answer {
  const lends = yesOrNo(terminal.profile === 'station');
  const lendsOffline = yesOrNo(terminal.profile === 'station' && terminal.lendsOffline);
  // In tenths of a second.
  const timeout = String(terminal.timeoutSeconds * 10).padStart(3, '0');
  return {
    isFinal: true,
    isRefused: false,
    response: {
      code: '98',
      // The fixed fields: online, check-in, check-out, renewal, status update, offline, timeout, retries, time, version.
      fixed: [
        ...[yesOrNo(isOnLine), lends, lends, lends, 'N', lendsOffline],
        ...[timeout, retries, momentOf(now()), protocolVersion],
      ],
      fields: [
        ['AO', institution],
        ['AM', libraryName],
        ['BX', supportedBy(answers, terminal)],
      ],
    },
  };
}
