/** Mutations of a station, until they are settled. */
import { GraphError, type SettledPayload, type SettleOptions, settle, wait } from '@patron-graph/kit';

/** A station asks every two seconds (docs/guides/stations-and-telephone.md): somebody stands there. */
const pauseMs = 2_000;

/**
 * As `settle`, at the pace of a station. What is recorded once, it asks for until the visit ends, whatever comes in between.
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
  const pause = () => wait(pauseMs, signal);
  for (;;) {
    try {
      return await settle(send, payloadOf, { signal, pause, onUnsettled: told });
    } catch (error) {
      if (!isRecorded || signal.aborted) {
        throw error;
      }
    }
    await pause();
  }
}

/** Whether the graph has rejected a request as a whole, so that nothing was done. Where it has not answered, nobody knows. */
export const isRejected = (error: unknown): error is GraphError =>
  error instanceof GraphError && error.isRejected;
