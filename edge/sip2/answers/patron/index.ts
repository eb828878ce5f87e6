import type { Language } from '../../../graph/client.ts';
import { momentOf } from '../../protocol/dates.ts';
import type { SipRequest } from '../../protocol/request.ts';
import { type Field, yesOrNo } from '../../protocol/response.ts';
import type { Answer, Session } from '../../session.ts';
import type { Terminal } from '../../terminals/terminals.ts';
import { languageOf, numberOf } from '../languages.ts';
import { countsOf, feesOf, listOf, type PatronView } from './view.ts';

/** The fields of a message about a patron, and the lists that it requests. */
export interface PatronRequest {
  readonly fields: ReadonlyMap<string, string>;
  /** The field `summary` of message 63, with a `Y` at the position of each requested list. Empty for other messages. */
  readonly summary: string;
}

/** Reads everything that a terminal may receive about the patron whose card is in a message. */
export type ViewPatron<Kind extends Terminal> = (
  request: PatronRequest,
  language: Language,
  session: Session<Kind>,
) => Promise<PatronView>;

/** Answers 23 with 24: the state of a card. */
export const answerPatronStatus =
  <Kind extends Terminal>(view: ViewPatron<Kind>) =>
  async (request: SipRequest<'23'>, session: Session<Kind>): Promise<Answer> => {
    const language = languageOf(request.fixed.language, session.terminal.language);
    return short('24', request, session, await view(shortRequest(request), language, session));
  };

/** Answers message 25 with 26. Terminals can't enable cards here, so 26 only tells the card's state, as 24 does. */
export const answerPatronEnable =
  <Kind extends Terminal>(view: ViewPatron<Kind>) =>
  async (request: SipRequest<'25'>, session: Session<Kind>): Promise<Answer> =>
    short('26', request, session, await view(shortRequest(request), session.terminal.language, session));

const shortRequest = ({ fields }: SipRequest<'23' | '25'>): PatronRequest => ({ fields, summary: '' });

function short(
  code: '24' | '26',
  request: SipRequest<'23' | '25'>,
  { now, institution }: Session,
  patron: PatronView,
): Answer {
  return {
    isFinal: patron.isFinal,
    isRefused: code === '26',
    response: {
      code,
      fixed: [patron.flags, numberOf(patron.language), momentOf(now())],
      fields: [
        ['AO', institution],
        ['AA', request.fields.get('AA') ?? ''],
        ['AE', patron.name],
        ...validity(patron),
        ...feesOf(patron),
        ...patron.profileFields,
        ['AF', patron.message],
      ],
    },
  };
}

/** Answers 63 with 64: the state of a card, counts, and one list of loans or holds. */
export const answerPatronInformation =
  <Kind extends Terminal>(view: ViewPatron<Kind>) =>
  async (request: SipRequest<'63'>, session: Session<Kind>): Promise<Answer> => {
    const { fields, fixed } = request;
    const { terminal } = session;
    const language = languageOf(fixed.language, terminal.language);
    const patron = await view({ fields, summary: fixed.summary }, language, session);
    const wish = {
      summary: fixed.summary,
      first: fields.get('BP'),
      last: fields.get('BQ'),
      choice: terminal.profile === 'station' ? terminal.lists : null,
    };
    return {
      isFinal: patron.isFinal,
      isRefused: false,
      response: {
        code: '64',
        fixed: [patron.flags, numberOf(patron.language), momentOf(session.now()), countsOf(patron)],
        fields: [
          ['AO', session.institution],
          ['AA', fields.get('AA') ?? ''],
          ['AE', patron.name],
          ['CB', patron.chargedLimit === null ? null : String(patron.chargedLimit).padStart(4, '0')],
          ...validity(patron),
          ...feesOf(patron),
          ...listOf(patron, wish),
          ...patron.profileFields,
          ['AF', patron.message],
        ],
      },
    };
  };

const validity = ({ isValid, isPinRight }: PatronView): Field[] => [
  ['BL', isValid === null ? null : yesOrNo(isValid)],
  ['CQ', isPinRight === null ? null : yesOrNo(isPinRight)],
];
