/** What a client of a WebSocket says where HTTP has headers and bodies. */
import type { SubscribePayload } from 'graphql-ws';
import { parametersOf, type SentParameters } from '../../../engine/request.ts';

/**
 * Returns what a client sends in the place of the header `Authorization`, because a browser can add no header to a WebSocket:
 * `{ "authorization": "Bearer …" }`, or the same below `headers`. Undefined if there is none.
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
 * Reads the parameters of an operation. The protocol requires a text. A client that names its document by an id sends an empty
 * one.
 * @throws HttpError 400
 */
export const parametersIn = (payload: SubscribePayload): SentParameters =>
  parametersOf(payload.query === '' ? { ...payload, query: undefined } : payload);
