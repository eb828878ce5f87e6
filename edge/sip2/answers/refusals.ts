/**
 * Refusals of messages. A terminal waits for an answer to each message of the protocol, even to a message that this
 * server doesn't support.
 */
import { momentOf } from '../protocol/dates.ts';
import type { SipRequest } from '../protocol/request.ts';
import { screenMessage } from '../screen-messages.ts';
import type { Answer, Session } from '../session.ts';
import { numberOf } from './languages.ts';
import { nothingAllowed } from './patron/flags.ts';

type Refusal = (request: SipRequest, session: Session) => Answer;

/** The fields that a refusal copies from the message. Other required fields are empty. */
const repeated: ReadonlySet<string> = new Set(['AA', 'AB']);

/**
 * Makes a refusal. `code` is the code of the answer, and `fixed` are its fixed fields before the transaction date.
 * `ids` are the variable fields that the protocol requires in the answer.
 */
function refuse(code: string, fixed: readonly string[], ids: readonly string[]): Refusal {
  return ({ fields }, { institution, now, terminal: { language } }) => ({
    isFinal: true,
    isRefused: true,
    response: {
      code,
      fixed: [...fixed, momentOf(now())],
      fields: [
        ['AO', institution],
        ...ids.map((id) => [id, repeated.has(id) ? (fields.get(id) ?? '') : ''] as const),
        ['AF', screenMessage('NOT_SUPPORTED', language)],
      ],
    },
  });
}

/** Answers that the patron has no rights. This changes nothing about the card itself. */
const refusePatron =
  (code: string): Refusal =>
  (request, session) =>
    refuse(code, [nothingAllowed, numberOf(session.terminal.language)], ['AA', 'AE'])(request, session);

export const refusals = {
  '01': refusePatron('24'),
  // The fixed fields: ok, resensitize, magnetic media (unknown), alert, as after every check-in that was not done.
  '09': refuse('10', ['0', 'N', 'U', 'Y'], ['AB', 'AQ']),
  // The fixed fields: ok, renewed, magnetic media (unknown), desensitize.
  '11': refuse('12', ['0', 'N', 'U', 'N'], ['AA', 'AB', 'AJ', 'AH']),
  // The fixed fields: ok, available.
  '15': refuse('16', ['0', 'N'], ['AA']),
  '19': refuse('20', ['0'], ['AB']),
  '25': refusePatron('26'),
  '29': refuse('30', ['0', 'N', 'U', 'N'], ['AA', 'AB', 'AJ', 'AH']),
  '37': refuse('38', ['N'], ['AA']),
  // The protocol text doesn't define 55. The answer has only the fields that every refusal has.
  '55': refuse('56', ['0'], []),
  // The fixed fields: ok, number of renewed loans, number of other loans.
  '65': refuse('66', ['0', '0000', '0000'], []),
} as const satisfies Readonly<Record<string, Refusal>>;
