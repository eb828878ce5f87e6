import { momentOf } from '../protocol/dates.ts';
import type { Answer, Session } from '../session.ts';

/** A terminal should wait three seconds (in tenths of a second), and retry three times. */
const timeout = '030';
const retries = '003';
const protocolVersion = '2.00';

/**
 * The messages that are answered (BX), in the protocol's order: patron status, checkout, checkin, block patron, status,
 * resend, login, patron information, end of session, fee paid, item information, item status update, patron enable,
 * hold, renew, renew all.
 */
const supported = { station: 'YYYNYYYYYNYNYYYY', 'e-book': 'YNNNYYYYYNYNNNNN' } as const;

/**
 * Answers 99 with 98: the messages that this server supports. It doesn't ask the graph, because every other answer
 * shows whether the library's systems work.
 */
export function answerStatus(_request: unknown, session: Session): Answer {
  const { terminal, institution, libraryName, now } = session;
  const lends = terminal.profile === 'station' ? 'Y' : 'N';
  return {
    isFinal: true,
    response: {
      code: '98',
      // The positions: online, check-in, check-out, renewal, status update, offline, time-out, retries, time, version.
      fixed: ['Y', lends, lends, lends, 'N', 'N', timeout, retries, momentOf(now()), protocolVersion],
      fields: [
        ['AO', institution],
        ['AM', libraryName],
        ['BX', supported[terminal.profile]],
      ],
    },
  };
}
