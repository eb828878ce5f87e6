import type { GraphQLFormattedError } from 'graphql';
import type { GraphQLResult } from '../../engine/request.ts';
import type { HttpStreamProtocol } from '../negotiation/accepted-stream.ts';

/** A format in which the events of a stream are written into the body of an HTTP response. */
export interface StreamFormat {
  readonly mediaType: string;
  /** The beginning of the body. It is written at once, because some browsers wait for the first byte of a body. */
  readonly opening: string;
  next(result: GraphQLResult): string;
  /** Ends the stream. `errors` is null if the stream was completed. */
  end(errors: readonly GraphQLFormattedError[] | null): string;
  /** A text that is written when nothing else was written for a while. */
  readonly heartbeat: string;
}

const comment = ':\n\n';

/**
 * Server-Sent Events in the mode of distinct connections (graphql-sse, PROTOCOL.md). The protocol has no event for an
 * error that ends the stream. So the error is sent as a result before `complete`.
 */
const serverSentEvents: StreamFormat = {
  mediaType: 'text/event-stream; charset=utf-8',
  opening: comment,
  next: nextEvent,
  end: (errors) => `${errors === null ? '' : nextEvent({ errors })}event: complete\ndata:\n\n`,
  heartbeat: comment,
};

function nextEvent(result: GraphQLResult): string {
  return `event: next\ndata: ${textOf(result)}\n\n`;
}

/** Returns a whole answer as Server-Sent Events. */
export const wholeAnswerAsEvents = (result: GraphQLResult): string =>
  `${nextEvent(result)}${serverSentEvents.end(null)}`;

const boundary = 'graphql';
const part = (json: string): string =>
  `\r\ncontent-type: application/json; charset=utf-8\r\n\r\n${json}\r\n--${boundary}`;

/**
 * Apollo's multipart protocol for subscriptions. The next boundary is written together with each part, because only the
 * boundary shows a client that the part is complete.
 */
const multipart: StreamFormat = {
  mediaType: `multipart/mixed; boundary="${boundary}"; subscriptionSpec="1.0"`,
  opening: `\r\n--${boundary}${part('{}')}`,
  next: (result) => part(`{"payload":${textOf(result)}}`),
  end: (errors) => `${errors === null ? '' : part(JSON.stringify({ payload: null, errors }))}--\r\n`,
  heartbeat: part('{}'),
};

export const streamFormats: Readonly<Record<HttpStreamProtocol, StreamFormat>> = {
  sse: serverSentEvents,
  multipart,
};

const texts = new WeakMap<GraphQLResult, string>();

/** Returns the result as JSON. Several streams may share one result object. The text is then made only once. */
function textOf(result: GraphQLResult): string {
  let text = texts.get(result);
  if (text === undefined) {
    text = JSON.stringify(result);
    texts.set(result, text);
  }
  return text;
}
