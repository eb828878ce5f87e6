/** Mutations whose outcome is known in the end, whatever happens on the way. */
import { type GraphAnswer, GraphError } from './graph.ts';

/** What a mutation's payload must ask for. */
export interface SettledPayload {
  readonly operation: { readonly state: 'DONE' | 'REFUSED' | 'UNSETTLED' };
}

/**
 * Nobody here knows what became of a mutation: an attempt had no answer, or was answered `UNSETTLED`, and then came what can't be
 * waited for, such as the end of the session. Sent again with the same reference, it is done once. `cause` is the last error.
 */
export class OutcomeUnknown extends GraphError {
  /** The last payload, which was `UNSETTLED`: staff find the operation by its code. Null where none came. */
  readonly payload: SettledPayload | null;

  constructor(cause: unknown, payload: SettledPayload | null) {
    // As after no answer: neither rejected nor forbidden.
    super('the outcome of the mutation is not known', { cause });
    this.name = 'OutcomeUnknown';
    this.payload = payload;
  }
}

/** An idempotency key: a new one for each operation, the same one each time that operation is sent. */
export const newReference = (): string => globalThis.crypto.randomUUID();

export interface SettleOptions<Payload> {
  /** Told each time that it is not settled: show that it was recorded, and is being processed. */
  onUnsettled?(payload: Payload): void;
  /** Whether it was sent before with this reference, and nobody knows what became of that: then no error tells that nothing was done. */
  readonly isSentAgain?: boolean;
  /** Ends the waiting. The operation goes on. */
  readonly signal?: AbortSignal;
  /** Waits before it is sent again, for as many ms. */
  pause?(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

const firstPauseMs = 2_000;
const longestPauseMs = 30_000;
/** How often in a row it may have no answer: for a little more than a minute. */
const maxFailures = 6;

/**
 * Sends a mutation until it is settled: again, with the same reference, while there is no answer, or one that says `UNSETTLED`.
 * The graph does it once, however often it is sent. Resolves to the payload, which is `DONE` or `REFUSED`.
 *
 * ```ts
 * const input = { reference: newReference(), reader: { patronId }, loanId };
 * const { operation } = await settle(() => graph.ask(RenewDocument, { input }), ({ renewLoan }) => renewLoan);
 * ```
 *
 * @param send sends it, always with the same reference
 * @param payloadOf the payload in the data
 * @throws GraphError where it is rejected, so that nothing was done; OutcomeUnknown where it may have been done, as after six attempts
 *   in a row without an answer; the signal's reason where that aborts.
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
    let retryAfterMs = 0;
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
      if (!(error instanceof GraphError) || !error.isTemporary || failures === maxFailures) {
        throw mayBeDone ? new OutcomeUnknown(error, unsettled) : error;
      }
      retryAfterMs = error.retryAfterMs ?? 0;
    }
    await pause(Math.max(pauseMs, retryAfterMs), signal);
  }
}

/** Resolves after as many ms; rejects with the signal's reason where that aborts before. */
export function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const abort = () => {
    clearTimeout(timer);
    reject(signal?.reason);
  };
  const timer = setTimeout(() => {
    signal?.removeEventListener('abort', abort);
    resolve();
  }, ms);
  signal?.addEventListener('abort', abort, { once: true });
  return promise;
}
