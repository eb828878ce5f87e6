import { GraphError, type SettledPayload, type SettleOptions, settle, wait } from '@patron-graph/kit';

/**
 * The pause between two requests, in ms. It is short, because the reader waits at the station
 * (docs/guides/stations-and-telephone.md).
 */
const pauseMs = 2_000;

/**
 * Like `settle`, but each pause is `pauseMs`, or longer if the graph requests it. A recorded operation is sent again,
 * even after errors, until it is settled or the visit ends.
 */
export async function settleSoon<Data, Payload extends SettledPayload>(
  send: Parameters<typeof settle<Data, Payload>>[0],
  payloadOf: (data: Data) => Payload | null | undefined,
  { signal, onUnsettled }: Required<Pick<SettleOptions<Payload>, 'signal' | 'onUnsettled'>>,
): Promise<Payload> {
  let isRecorded = false;
  const told = (payload: Payload) => {
    isRecorded = true;
    onUnsettled(payload);
  };
  const waitFor = (requestedMs: number) => wait(Math.max(pauseMs, requestedMs), signal);
  const pause: SettleOptions<Payload>['pause'] = (_ms, _signal, requestedMs) => waitFor(requestedMs);
  for (;;) {
    try {
      return await settle(send, payloadOf, { signal, pause, onUnsettled: told });
    } catch (error) {
      if (!isRecorded || signal.aborted) {
        throw error;
      }
      await waitFor((error instanceof GraphError ? error.retryAfterMs : null) ?? 0);
    }
  }
}

/**
 * Whether the graph has rejected a request as a whole, so that nothing was done. Without an answer, the outcome is
 * unknown.
 */
export const isRejected = (error: unknown): error is GraphError =>
  error instanceof GraphError && error.isRejected;
