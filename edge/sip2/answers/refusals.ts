/** Messages that are understood and refused: a terminal waits for an answer to each message of the protocol. */
import { momentOf } from '../protocol/dates.ts';
import type { SipRequest } from '../protocol/request.ts';
import { screenMessage } from '../screen-messages.ts';
import type { Answer, Session } from '../session.ts';
import { numberOf } from './languages.ts';
import { nothingAllowed } from './patron/flags.ts';

type Refusal = (request: SipRequest, session: Session) => Answer;

/** The fields that an answer copies from the message. Other required fields are empty. */
const repeated: ReadonlySet<string> = new Set(['AA', 'AB']);

/** `fixed`: what stands before the transaction date. `ids`: the fields that the protocol requires. */
function refuse(code: string, fixed: readonly string[], ids: readonly string[]): Refusal {
  return ({ fields }, { institution, now, terminal: { language } }) => ({
    isFinal: true,
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

/** Answers that everything is denied. Nothing is done to the card. */
const refusePatron =
  (code: string): Refusal =>
  (request, session) =>
    refuse(code, [nothingAllowed, numberOf(session.terminal.language)], ['AA', 'AE'])(request, session);

/** By the message that is refused. */
export const refusals = {
  '01': refusePatron('24'),
  // ok, resensitize, magnetic media unknown, alert
  '09': refuse('10', ['0', 'N', 'U', 'N'], ['AB', 'AQ']),
  // ok, renewed, magnetic media unknown, desensitize
  '11': refuse('12', ['0', 'N', 'U', 'N'], ['AA', 'AB', 'AJ', 'AH']),
  // ok, available
  '15': refuse('16', ['0', 'N'], ['AA']),
  '19': refuse('20', ['0'], ['AB']),
  '25': refusePatron('26'),
  '29': refuse('30', ['0', 'N', 'U', 'N'], ['AA', 'AB', 'AJ', 'AH']),
  '37': refuse('38', ['N'], ['AA']),
  // ok, renewed, not renewed
  '65': refuse('66', ['0', '0000', '0000'], []),
} as const satisfies Readonly<Record<string, Refusal>>;
