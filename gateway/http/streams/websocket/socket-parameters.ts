/** Reads the data that a client of a WebSocket sends in place of HTTP headers and bodies. */
import type { SubscribePayload } from 'graphql-ws';
import { parametersOf, type SentParameters } from '../../../engine/request.ts';

/**
 * Returns the value that a client sends in place of the header `Authorization`: `{ "authorization": "Bearer …" }`, or
 * the same below `headers`. A browser can't add a header to a WebSocket. Undefined if there is no such value.
 */
export function authorizationIn(parameters: Readonly<Record<string, unknown>>): string | undefined {
  const { headers = {} } = parameters;
  for (const [name, value] of Object.entries({ ...Object(headers), ...parameters })) {
    if (name.toLowerCase() === 'authorization' && typeof value === 'string') {
      return value;
    }
  }
  return undefined;
}

/**
 * Reads the parameters of an operation. The protocol requires a document as text. A client that names its document by
 * an id sends an empty text.
 * @throws HttpError 400
 */
export const parametersIn = (payload: SubscribePayload): SentParameters =>
  parametersOf(payload.query === '' ? { ...payload, query: undefined } : payload);
