import type { GraphAnswer, Language } from '../../graph/client.ts';
import { messageForError, type ScreenMessage, screenMessage } from '../screen-messages.ts';
import type { Problem } from './operations.ts';

/** What the payloads of all mutations have in common. */
interface Payload {
  readonly operation: { readonly state: 'DONE' | 'REFUSED' | 'UNSETTLED'; readonly code: string };
  readonly problems: readonly Problem[];
}

/** The outcome of a change, for a terminal that knows only yes and no. */
export interface Outcome {
  readonly isDone: boolean;
  /** What to show; null where all is well. */
  readonly message: string | null;
  /** Whether the outcome can't change any more. */
  readonly isFinal: boolean;
}

/** What a terminal shows where the outcome is unknown. */
interface UnknownOutcome {
  /** The operation is recorded, and will be settled. */
  readonly unsettled: ScreenMessage;
  /** There is no answer: perhaps nothing was even recorded. */
  readonly unanswered: ScreenMessage;
}

/** For renewals and reservations. */
export const unknownChange: UnknownOutcome = {
  unsettled: 'CHANGE_UNSETTLED',
  unanswered: 'CHANGE_UNSETTLED',
};

/**
 * The outcome of a change. `payload`: null where the graph gave none. An unsettled change is *not done* for the terminal. If the
 * terminal sends it again, it has the same reference, so nothing is done twice.
 */
export function outcomeOf<Of extends Payload>(
  answer: GraphAnswer<unknown> | null,
  payload: Of | null | undefined,
  { unsettled, unanswered }: UnknownOutcome,
  language: Language,
): Outcome & { readonly payload: Of | null } {
  if (payload == null) {
    return notDone(messageForError(answer?.errors[0]?.code, unanswered), language, false);
  }
  const { operation, problems } = payload;
  switch (operation.state) {
    case 'DONE':
      return { isDone: true, payload, message: null, isFinal: true };
    case 'REFUSED':
      return { isDone: false, payload, message: textOf(problems), isFinal: true };
    case 'UNSETTLED': {
      const text = screenMessage(unsettled, language);
      const code = `${screenMessage('ASK_STAFF_WITH_CODE', language)}${operation.code}`;
      return { isDone: false, payload, message: `${text} ${code}`, isFinal: false };
    }
  }
}

export const notDone = (
  message: ScreenMessage,
  language: Language,
  isFinal: boolean,
): Outcome & { readonly payload: null } => ({
  isDone: false,
  payload: null,
  message: screenMessage(message, language),
  isFinal,
});

const textOf = (problems: readonly Problem[]): string | null =>
  problems.length === 0 ? null : problems.map(({ message }) => message).join(' ');
