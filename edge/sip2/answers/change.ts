import type { GraphAnswer, Language } from '../../graph/client.ts';
import { messageForError, type ScreenMessage, screenMessage } from '../screen-messages.ts';
import type { Problem } from './operations.ts';

/** The fields that the payloads of all mutations have. */
interface Payload {
  readonly operation: { readonly state: 'DONE' | 'REFUSED' | 'UNSETTLED'; readonly code: string };
  readonly problems: readonly Problem[];
}

/** The outcome of a change, for a terminal that knows only yes and no. */
export interface Outcome {
  readonly isDone: boolean;
  /** The message to show; null if the change is done. */
  readonly message: string | null;
  /** Whether the outcome can't change any more. */
  readonly isFinal: boolean;
}

/** The messages that a terminal shows when it isn't known whether a change was made. */
interface UnknownOutcome {
  /** The message for an operation that is recorded, and will be settled. */
  readonly unsettled: ScreenMessage;
  /** The message for a change without an answer. The change may not even be recorded. */
  readonly unanswered: ScreenMessage;
}

/** The messages for renewals and holds. */
export const unknownChange: UnknownOutcome = {
  unsettled: 'CHANGE_UNSETTLED',
  unanswered: 'CHANGE_UNSETTLED',
};

/**
 * The outcome of a change. `payload` is null if the graph returned none. For the terminal, an unsettled change is not
 * done. If the terminal sends the change again, it has the same reference, so it isn't made twice.
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
