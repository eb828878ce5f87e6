/** Mutations of a station, until they are settled. */
import { GraphError, type SettledPayload, type SettleOptions, settle, wait } from '@patron-graph/kit';

/** A station asks every two seconds (docs/guides/stations-and-telephone.md): somebody stands there. */
const pauseMs = 2_000;

/** As `settle`, at the pace of a station. */
export const settleSoon = <Data, Payload extends SettledPayload>(
  send: Parameters<typeof settle<Data, Payload>>[0],
  payloadOf: (data: Data) => Payload | null | undefined,
  options: Pick<SettleOptions<Payload>, 'signal' | 'onUnsettled'>,
): Promise<Payload> => settle(send, payloadOf, { ...options, pause: (_ms, signal) => wait(pauseMs, signal) });

/** Whether the graph has rejected a request as a whole, so that nothing was done. Where it has not answered, nobody knows. */
export const isRejected = (error: unknown): error is GraphError =>
  error instanceof GraphError && error.status !== null && !error.isTemporary;
