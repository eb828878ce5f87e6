import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphAnswer, GraphOperation, Language } from '../../graph/client.ts';
import { messageForError, type ScreenMessage, screenMessage } from '../screen-messages.ts';
import type { Session } from '../session.ts';
import type { Problem } from './operations.ts';

/** The fields that the payloads of all mutations have. */
interface Payload {
  readonly operation: { readonly state: 'DONE' | 'REFUSED' | 'UNSETTLED'; readonly code: string };
  readonly problems: readonly Problem[];
}

/** The outcome of a change, as a terminal can show it: done or not done. */
export interface Outcome {
  readonly isDone: boolean;
  /** The message to show; null if the change is done. */
  readonly message: string | null;
  /** Whether the same message may get the same answer again, without another request to the graph. */
  readonly isFinal: boolean;
}

/** The messages that a terminal shows when the graph has not confirmed whether a change was made. */
interface UnknownOutcome {
  /** The message for an operation that is recorded, but not settled yet. */
  readonly unsettled: ScreenMessage;
  /** The message for a change to which the graph gave no answer. The change may not even be recorded. */
  readonly unanswered: ScreenMessage;
}

/** The messages for renewals, holds and the cancelling of payments. */
export const unknownChange: UnknownOutcome = {
  unsettled: 'CHANGE_UNSETTLED',
  unanswered: 'CHANGE_UNSETTLED',
};

/**
 * Requests a change from the graph. While time remains, repeats the request if the outcome is unknown, or if the reason
 * of a refusal is temporary. If the outcome stays unknown, the terminal gets `not done`. A repeated request has the
 * same reference, so the change isn't made twice. After a refusal, it has a new reference.
 */
export async function askForChange<Data, Of extends Payload>(
  session: Session,
  operation: GraphOperation<Data>,
  input: Readonly<Record<string, unknown>>,
  payloadOf: (data: Data) => Of | null,
  texts: UnknownOutcome,
): Promise<Outcome & { readonly payload: Of | null }> {
  const { language } = session.terminal;
  for (let attempt = 0; ; attempt += 1) {
    const variables = { input: { ...input, reference: session.reference.current } };
    const answer = await session.ask(operation, variables, language);
    const payload = answer?.data == null ? null : payloadOf(answer.data);
    const isTransient = payload === null ? isPassing(answer) : isToTryAgain(payload);
    if (payload !== null && isTransient && payload.operation.state === 'REFUSED') {
      session.reference.renew();
    }
    const pauseMs = Math.min(firstPauseMs * 2 ** attempt, longestPauseMs);
    if (!isTransient || session.remainingMs() < pauseMs + leastToAskMs) {
      return outcomeOf(answer, payload, texts, language);
    }
    await sleep(pauseMs);
  }
}

/** Pauses before the graph is called again, in ms. */
const firstPauseMs = 250;
const longestPauseMs = 1_000;
/** The graph isn't called again if less time than this remains, in ms. */
const leastToAskMs = 250;

/** Whether a later call may succeed: the graph didn't answer, or one of the library's systems didn't answer the graph. */
const isPassing = (answer: GraphAnswer<unknown> | null): boolean =>
  answer === null || answer.errors.some(({ code }) => passingErrors.has(code));

const passingErrors: ReadonlySet<string> = new Set([
  'UPSTREAM_UNAVAILABLE',
  'SUBGRAPH_UNAVAILABLE',
  'JOURNAL_UNAVAILABLE',
  'UNAVAILABLE',
]);

/** Whether a later request may have another outcome. */
const isToTryAgain = ({ operation: { state }, problems }: Payload): boolean =>
  state === 'UNSETTLED' ||
  (state === 'REFUSED' && problems.length > 0 && problems.every(({ code }) => passingProblems.has(code)));

/** Refusals for a temporary reason that concerns neither the reader nor the item. */
const passingProblems: ReadonlySet<string> = new Set([
  'PLACE_PENDING',
  'ANOTHER_OPERATION_OPEN',
  'SYSTEM_UNAVAILABLE',
]);

/** The outcome of a change. `payload` is null if the graph returned none. */
function outcomeOf<Of extends Payload>(
  answer: GraphAnswer<unknown> | null,
  payload: Of | null,
  { unsettled, unanswered }: UnknownOutcome,
  language: Language,
): Outcome & { readonly payload: Of | null } {
  if (payload === null) {
    return notDone(messageForError(answer?.errors[0]?.code, unanswered), language, false);
  }
  const { operation, problems } = payload;
  switch (operation.state) {
    case 'DONE':
      return { isDone: true, payload, message: null, isFinal: true };
    case 'REFUSED':
      return { isDone: false, payload, message: textOf(problems), isFinal: !isToTryAgain(payload) };
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
