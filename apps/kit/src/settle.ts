import { type GraphAnswer, GraphError } from './graph.ts';

/** The fields that `settle` reads. Every mutation that is passed to `settle` must select them. */
export interface SettledPayload {
  readonly operation: { readonly state: 'DONE' | 'PARTLY_DONE' | 'REFUSED' | 'UNSETTLED' };
}

/**
 * Thrown if nobody knows whether a mutation was done. At least one attempt had no answer, or the answer `UNSETTLED`.
 * Then an error, such as an expired session, ended the attempts. If you send the mutation again with the same
 * reference, it is still done only once. `cause` is the last error.
 */
export class OutcomeUnknown extends GraphError {
  /**
   * The last payload, which was `UNSETTLED`. Null if no payload came. The payload's operation code lets staff find the
   * operation.
   */
  readonly payload: SettledPayload | null;

  constructor(cause: unknown, payload: SettledPayload | null) {
    // `missing` and `status` of `cause` are not copied. With them, `isRejected` or `isForbidden` could be true, and
    // claim that the mutation was not done.
    const retryAfterMs = cause instanceof GraphError ? cause.retryAfterMs : null;
    super('the outcome of the mutation is not known', { cause, retryAfterMs: retryAfterMs ?? undefined });
    this.name = 'OutcomeUnknown';
    this.payload = payload;
  }
}

/** Makes a new idempotency key. Each operation has its own key. If the operation is sent again, it keeps its key. */
export const newReference = (): string => globalThis.crypto.randomUUID();

export interface SettleOptions<Payload> {
  /** Called for each answer that is `UNSETTLED`. Show that the operation is recorded and being processed. */
  onUnsettled?(payload: Payload): void;
  /**
   * Whether an earlier attempt with this reference had an unknown outcome. If so, the operation may have been done even
   * if this attempt is rejected.
   */
  readonly isSentAgain?: boolean;
  /** When the signal aborts, the waiting ends. The operation itself continues. */
  readonly signal?: AbortSignal;
  /**
   * Waits for `ms` before the mutation is sent again. `requestedMs` is the delay that the graph requests, or 0 if it
   * requests none. `ms` is at least `requestedMs`.
   */
  pause?(ms: number, signal: AbortSignal | undefined, requestedMs: number): Promise<void>;
}

const firstPauseMs = 2_000;
const longestPauseMs = 30_000;
/**
 * If the graph requests a longer delay than this, in ms, `settle` gives up, because somebody is waiting for the
 * outcome.
 */
const maxRequestedMs = 60_000;
/**
 * After this many failed attempts in a row, `settle` gives up. The five pauses between six attempts are at least 26.4 s
 * together (2 + 3 + 4.5 + 6.8 + 10.1).
 */
const maxFailures = 6;

/**
 * Sends a mutation until it is settled. Without an answer, or after `UNSETTLED`, the mutation is sent again with the same
 * reference. The graph does the mutation only once. Resolves to the payload, which is `DONE`, `PARTLY_DONE` or `REFUSED`.
 * If the graph requests a delay, the mutation is not sent again before the delay has passed.
 *
 * ```ts
 * const input = { reference: newReference(), reader: { patronId }, loanId };
 * const { operation } = await settle(() => graph.ask(RenewDocument, { input }), ({ renewLoan }) => renewLoan);
 * ```
 *
 * @param send sends the mutation, always with the same reference
 * @param payloadOf returns the payload in the data
 * @throws GraphError if the mutation is rejected, so that nothing was done; or the error of a callback
 * @throws OutcomeUnknown if the mutation may have been done, for example after six attempts in a row without an answer.
 * One of these two errors is also thrown if the graph requests a delay of more than a minute (`GraphError.retryAfterMs`).
 * @throws the signal's reason if the signal aborts
 */
export async function settle<Data, Payload extends SettledPayload>(
  send: () => Promise<GraphAnswer<Data>>,
  payloadOf: (data: Data) => Payload | null | undefined,
  { onUnsettled, isSentAgain = false, signal, pause = wait }: SettleOptions<Payload> = {},
): Promise<Payload> {
  let failures = 0;
  let mayBeDone = isSentAgain;
  let unsettled: Payload | null = null;
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 1.5, longestPauseMs)) {
    signal?.throwIfAborted();
    let requestedMs = 0;
    try {
      const { data, missing } = await send();
      const payload = payloadOf(data);
      if (payload == null) {
        throw new GraphError(missing[0]?.message ?? 'the mutation has no payload', { missing, status: 200 });
      }
      failures = 0;
      if (payload.operation.state !== 'UNSETTLED') {
        return payload;
      }
      mayBeDone = true;
      unsettled = payload;
      onUnsettled?.(payload);
    } catch (error) {
      failures += 1;
      mayBeDone ||= error instanceof GraphError && !error.isRejected;
      requestedMs = (error instanceof GraphError ? error.retryAfterMs : null) ?? 0;
      const mayHelp = error instanceof GraphError && error.isTemporary && requestedMs <= maxRequestedMs;
      if (!mayHelp || failures === maxFailures) {
        throw mayBeDone ? new OutcomeUnknown(error, unsettled) : error;
      }
    }
    await pause(Math.max(pauseMs, requestedMs), signal, requestedMs);
  }
}

/** Resolves after `ms`. Rejects with the signal's reason if the signal aborts first. */
export function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  // `Promise.withResolvers` is newer than ES2022, for which the package is compiled.
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason);
      return;
    }
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
