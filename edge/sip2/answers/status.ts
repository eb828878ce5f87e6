import { momentOf } from '../protocol/dates.ts';
import type { RequestCode } from '../protocol/request.ts';
import type { Answer, Session } from '../session.ts';
import { refusals } from './refusals.ts';

/** A terminal should wait three seconds (in tenths of a second), and retry three times. */
const timeout = '030';
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

/** Returns one letter for each message: `N` if it is refused, otherwise `Y`. */
const supportedBy = (answers: AnswerByCode): string =>
  positions.map((code) => (code in refusals && answers[code] === refusalByCode[code] ? 'N' : 'Y')).join('');

/**
 * Answers 99 with 98: the messages that this server supports. `answers` is the table of the terminal's profile. The
 * graph is not asked, because every other answer shows whether the library's systems work.
 */
export function answerStatus(
  { terminal, institution, libraryName, now }: Session,
  answers: AnswerByCode,
): Answer {
  const lends = terminal.profile === 'station' ? 'Y' : 'N';
  return {
    isFinal: true,
    isRefused: false,
    response: {
      code: '98',
      // The positions: online, check-in, check-out, renewal, status update, offline, time-out, retries, time, version.
      fixed: ['Y', lends, lends, lends, 'N', 'N', timeout, retries, momentOf(now()), protocolVersion],
      fields: [
        ['AO', institution],
        ['AM', libraryName],
        ['BX', supportedBy(answers)],
      ],
    },
  };
}
