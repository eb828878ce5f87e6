/** The messages of a client of a WebSocket: how large they may be, and how many. */
import type { RawData } from 'ws';
import { isJsonObject, parseJson } from '../../../engine/request.ts';

/**
 * The largest message that is neither an operation nor `connection_init`, in bytes. The payload of a ping needs no
 * more.
 */
const maxSmallBytes = 4 * 1024;
/**
 * The largest `connection_init`, in bytes. Until the client is known, the same limit applies to messages of any type.
 * Node allows the same size for the headers of a request.
 */
const maxInitBytes = 16 * 1024;
/** The longest id of an operation, in characters. The id is kept until the operation ends, and graphql-ws sends 36. */
const maxIdCharacters = 256;

/**
 * The allowed rate of one socket's messages, in units. A message takes one unit, and one more for each 8 KiB. The burst
 * is enough to open all streams at once, or to send one operation of 2 MiB. At this rate, the messages of one socket
 * take a few percent of a processor.
 */
export const messageRate = { unitsPerSecond: 100, burst: 300 };
const bytesOfUnit = 8 * 1024;

export const unitsOfMessage = ({ length }: Buffer): number => 1 + length / bytesOfUnit;

/** The bytes of a message. With the default `binaryType`, ws gives a `Buffer`. */
export const bytesOf = (data: RawData): Buffer => (Buffer.isBuffer(data) ? data : Buffer.from(String(data)));

/**
 * Reads a message. Long numbers keep their digits. Returns null if the message is no JSON object, or is too large for its
 * type. The library then closes the socket with 4400.
 */
export function messageIn(data: Buffer, isClientKnown: boolean): Readonly<Record<string, unknown>> | null {
  if (!isClientKnown && data.length > maxInitBytes) {
    return null;
  }
  try {
    const message = parseJson(data);
    return isJsonObject(message) && isSmallEnough(message, data.length) ? message : null;
  } catch {
    return null;
  }
}

export const isOperation = (message: Readonly<Record<string, unknown>> | null): boolean =>
  message?.type === 'subscribe';

function isSmallEnough(message: Readonly<Record<string, unknown>>, bytes: number): boolean {
  const { id, type } = message;
  if (typeof id === 'string' && id.length > maxIdCharacters) {
    return false;
  }
  // Operations need no limit here: the server's `maxPayload` limits them.
  return isOperation(message) || bytes <= (type === 'connection_init' ? maxInitBytes : maxSmallBytes);
}
