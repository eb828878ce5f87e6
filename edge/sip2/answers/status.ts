import { momentOf } from '../protocol/dates.ts';
import type { Answer, Session } from '../session.ts';

/** In tenths of a second: a terminal waits three seconds, and asks three times. */
const timeout = '030';
const retries = '003';
const protocolVersion = '2.00';

/**
 * Which messages are answered (BX), in the protocol's order: patron status, checkout, checkin, block patron, status, resend,
 * login, patron information, end of session, fee paid, item information, item status update, patron enable, hold, renew, renew
 * all.
 */
const supported = { station: 'YYYNYYYYYNYNYYYY', 'e-book': 'YNNNYYYYYNYNNNNN' } as const;

/** 99 to 98: what this server supports. It doesn't ask the graph: each other answer shows whether the library's systems work. */
export function answerStatus(_request: unknown, session: Session): Answer {
  const { terminal, institution, libraryName, now } = session;
  const lends = terminal.profile === 'station' ? 'Y' : 'N';
  return {
    isFinal: true,
    response: {
      code: '98',
      // on line, check-in, check-out, renewal, no status update, off-line allowed
      fixed: ['Y', lends, lends, lends, 'N', 'N', timeout, retries, momentOf(now()), protocolVersion],
      fields: [
        ['AO', institution],
        ['AM', libraryName],
        ['BX', supported[terminal.profile]],
      ],
    },
  };
}
