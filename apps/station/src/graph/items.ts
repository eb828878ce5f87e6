/** Borrows or returns one item, until the operation is settled. */
import { type Graph, type GraphAnswer, newReference, type SettledPayload } from '@patron-graph/kit';
import {
  CheckInDocument,
  type CheckInMutation,
  CheckOutDocument,
  type CheckOutMutation,
  type CredentialPresented,
} from '../operations.generated.ts';
import type { ItemAnswer, SendItem } from '../scans/queue.ts';
import { isRejected, settleSoon } from './settle.ts';

export const checkOut =
  (graph: Graph, credential: CredentialPresented): SendItem =>
  (itemNumber, options) => {
    const input = { reference: newReference(), credential, itemNumber };
    return untilSettled(
      () => graph.ask(CheckOutDocument, { input }),
      (data) => data.checkOut,
      checkOutAnswer,
      options,
    );
  };

export const checkIn =
  (graph: Graph): SendItem =>
  (itemNumber, options) => {
    const input = { reference: newReference(), itemNumber };
    return untilSettled(
      () => graph.ask(CheckInDocument, { input }),
      (data) => data.checkIn,
      checkInAnswer,
      options,
    );
  };

/**
 * Sends a request until it is settled. If the graph rejects the request as a whole, the result has the state `refused`.
 * Rejects if the outcome is unknown.
 */
async function untilSettled<Data, Payload extends SettledPayload>(
  send: () => Promise<GraphAnswer<Data>>,
  payloadOf: (data: Data) => Payload | null,
  answerOf: (payload: Payload) => ItemAnswer,
  { onUnsettled, signal }: Parameters<SendItem>[1],
): ReturnType<SendItem> {
  try {
    const payload = await settleSoon(send, payloadOf, {
      signal,
      onUnsettled: (unsettled) => onUnsettled(answerOf(unsettled)),
    });
    const state = payload.operation.state === 'DONE' ? 'done' : 'refused';
    return { state, answer: answerOf(payload) };
  } catch (error) {
    if (isRejected(error)) {
      return { state: 'refused', answer: { ...noAnswer, missing: error.missing } };
    }
    throw error;
  }
}

/** An answer without any fact about the item. */
export const noAnswer: ItemAnswer = {
  title: null,
  dueOn: null,
  code: null,
  itemState: null,
  sentTo: null,
  problems: [],
  missing: [],
  remaining: null,
};

const checkOutAnswer = ({
  operation,
  loan,
  quota,
  problems,
}: NonNullable<CheckOutMutation['checkOut']>): ItemAnswer => ({
  ...noAnswer,
  title: loan?.item.title ?? null,
  dueOn: loan?.dueOn ?? null,
  code: operation.code,
  problems,
  remaining: quota?.remaining ?? null,
});

const checkInAnswer = ({
  operation,
  item,
  destination,
  problems,
}: NonNullable<CheckInMutation['checkIn']>): ItemAnswer => ({
  ...noAnswer,
  title: item?.title ?? null,
  code: operation.code,
  itemState: item?.state ?? null,
  sentTo: destination?.isHere === false ? (destination.location?.name ?? destination.branch) : null,
  problems,
});
