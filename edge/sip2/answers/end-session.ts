import { momentOf } from '../protocol/dates.ts';
import type { SipRequest } from '../protocol/request.ts';
import type { Answer, Session } from '../session.ts';

/** Answers 35 with 36. The server keeps nothing about a reader between two messages, so it has nothing to forget. */
export function answerEndOfSession({ fields }: SipRequest<'35'>, { institution, now }: Session): Answer {
  return {
    isFinal: true,
    isRefused: false,
    response: {
      code: '36',
      fixed: ['Y', momentOf(now())],
      fields: [
        ['AO', institution],
        ['AA', fields.get('AA') ?? ''],
      ],
    },
  };
}
