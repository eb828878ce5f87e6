/** A subscription's stream of events, independent of the protocol in which clients get it. */
import type { GraphQLResult } from '../request.ts';

/** The result of a request for a subscription. */
export type Subscribed =
  | { readonly kind: 'refused'; readonly result: GraphQLResult }
  | {
      readonly kind: 'stream';
      /**
       * The events, for one consumer at most. The stream ends when the consumer calls `return`, or when the stream's
       * signal aborts. No event follows an event of the kind `end`. Never rejects.
       */
      readonly events: AsyncIterable<StreamEvent>;
      /** The coordinate of the root field, such as `Subscription.bookAdded`. */
      readonly rootField: string;
      /** The subgraph that has the root field. */
      readonly subgraph: string;
      /** The estimated cost of one event. Opening the stream costs the same. */
      readonly cost: number;
    };

/** A message of a stream to its client. */
export type StreamEvent =
  /**
   * An event. Clients that share a subgraph's stream get the same `result` object, so a writer may cache its text by
   * this object.
   */
  | { readonly kind: 'next'; readonly result: GraphQLResult }
  /**
   * Events were dropped here. The client must read everything again, or continue from the cursor: the position after
   * the last event that the client got. The cursor is null if the subgraph has given no cursor.
   */
  | { readonly kind: 'lagged'; readonly message: string; readonly cursor: string | null }
  /**
   * The stream has ended. `code` is null if the subgraph completed it. `retryAfterMs` is null if the time is unknown.
   */
  | {
      readonly kind: 'end';
      readonly code: string | null;
      readonly message: string | null;
      readonly retryAfterMs: number | null;
    };
