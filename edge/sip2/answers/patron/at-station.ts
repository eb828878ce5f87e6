import type { GraphAnswer, Language } from '../../../graph/client.ts';
import { messageForError, screenMessage } from '../../screen-messages.ts';
import type { Session } from '../../session.ts';
import type { Station } from '../../terminals/terminals.ts';
import { type Card, cardAndReader, cardByNumber, cardBySmartId } from '../operations.ts';
import { presentedCard } from '../presented-card.ts';
import { readerOf } from '../reader.ts';
import { flagsOf } from './flags.ts';
import type { PatronRequest, ViewPatron } from './index.ts';
import { needsCopies, nobody, type PatronView } from './view.ts';

/**
 * After an error with one of these fields of `Query`, it is unknown whether the card exists. The same holds after an
 * error without a path (`undefined`).
 */
const cardFields: ReadonlySet<string | number | undefined> = new Set(['credential', 'smartId', undefined]);

/**
 * What a station learns about a patron: the given name, the standing and the quota. If the PIN is right, also the
 * reader's loans and holds, and what the reader owes (R29).
 */
export const viewAtStation: ViewPatron<Station> = async (request, language, session) => {
  const { answer, card, isCardItself, pin, own } = await askFor(request, session, language);
  if (card == null) {
    const isUnknown = card === null && !answer?.errors.some(({ path }) => cardFields.has(path[0]));
    return nobody(isUnknown ? 'CARD_UNKNOWN' : 'NOT_KNOWN', isUnknown ? false : null, language);
  }
  const { patron } = card;
  // R11: nobody can borrow with only the number of a smart identity card. Renewals and holds need only the number and the
  // PIN.
  const lends = isCardItself || card.__typename === 'LibraryCard';
  return {
    flags: flagsOf(card, lends, lends || pin.isRight === true),
    name: patron?.name?.given ?? '',
    isValid: true,
    isPinRight: pin.isRight,
    charged: patron?.loanQuota?.used ?? null,
    chargedLimit: patron?.loanQuota?.limit ?? null,
    own,
    message: pin.message ?? messageOf(card, lends, language),
    language,
    profileFields: [],
    isFinal: (answer?.errors.length ?? 1) === 0,
  };
};

interface Asked {
  readonly answer: GraphAnswer<unknown> | null;
  /** Null if the graph returned no card. Undefined if the graph returned no data. */
  readonly card: Card | null | undefined;
  /** Whether a card reader has read the card itself. If false, only the card's number is known. */
  readonly isCardItself: boolean;
  readonly pin: { readonly isRight: boolean | null; readonly message: string | null };
  readonly own: PatronView['own'];
}

const withoutPin = { pin: { isRight: null, message: null }, own: null } as const;

async function askFor(
  { fields, summary }: PatronRequest,
  session: Session<Station>,
  language: Language,
): Promise<Asked> {
  const shown = presentedCard(fields, session);
  if (shown.kind === 'smart-id') {
    const answer = await session.ask(cardBySmartId, { presented: shown.smartId }, language);
    return { answer, card: answer?.data?.smartId, isCardItself: true, ...withoutPin };
  }
  const { number } = shown;
  const reader = readerOf(fields);
  if (reader === null) {
    const answer = await session.ask(cardByNumber, { number }, language);
    return { answer, card: answer?.data?.credential, isCardItself: false, ...withoutPin };
  }
  const copies = needsCopies(summary, session.terminal.lists);
  const answer = await session.ask(cardAndReader, { number, reader, copies }, language);
  const { credential, readerPatron = null, readerLoans, readerHolds } = answer?.data ?? {};
  const own =
    readerLoans && readerHolds
      ? {
          loans: readerLoans.edges.map(({ node }) => node),
          holds: readerHolds,
          owes: readerPatron?.owes ?? null,
        }
      : null;
  // The number of a smart identity card identifies the patron only if the PIN is right (R10, R11).
  const card = credential && { ...credential, patron: credential.patron ?? readerPatron };
  return { answer, card, isCardItself: false, pin: pinOf(answer, own !== null, language), own };
}

/**
 * Returns whether the PIN is right, and the message for the screen. `readerLoans` needs the PIN, so an error of this
 * field may show that the PIN is wrong. `isRight` is null if the error doesn't show whether the PIN is right.
 */
function pinOf(answer: GraphAnswer<unknown> | null, isRight: boolean, language: Language): Asked['pin'] {
  if (isRight) {
    return { isRight: true, message: null };
  }
  const code = answer?.errors.find(({ path }) => path[0] === 'readerLoans')?.code;
  const message = messageForError(code);
  return { isRight: message === 'NOT_KNOWN' ? null : false, message: screenMessage(message, language) };
}

/** The reasons why the reader can't borrow. Null if the reader can borrow. */
function messageOf({ status, patron }: Card, lends: boolean, language: Language): string | null {
  const borrowing = patron?.borrowing;
  if (status !== null && status !== 'ACTIVE') {
    return screenMessage('CARD_NOT_IN_USE', language);
  }
  if (!lends) {
    return screenMessage('CARD_MUST_BE_READ', language);
  }
  if (borrowing == null) {
    return screenMessage('NOT_KNOWN', language);
  }
  return borrowing.allowed ? null : borrowing.reasons.map(({ message }) => message).join(' ');
}
