/** The messages of a client of a WebSocket: how large they may be, and how many. */
import type { RawData } from 'ws';
import { isJsonObject, parseJson } from '../../../engine/request.ts';

/**
 * The largest message that is neither an operation nor `connection_init`, in bytes. The payload of a ping needs no
 * more.
 */
const maxSmallBytes = 4 * 1024;
/**
 * The largest `connection_init`, in bytes, and the largest message of any type before `connection_init` is accepted.
 * Node allows as much for the headers of a request.
 */
const maxInitBytes = 16 * 1024;
/** The longest id of an operation, in characters. The id is kept until the operation ends, and graphql-ws sends 36. */
const maxIdCharacters = 256;

/**
 * The messages of one socket, in units: one for each message, and one for each 8 KiB. A client may open all its streams at once,
 * and send one operation of 2 MiB. One socket's messages then take a few percent of a processor.
 */
export const messageRate = { unitsPerSecond: 100, burst: 300 };
const bytesOfUnit = 8 * 1024;

export const unitsOfMessage = ({ length }: Buffer): number => 1 + length / bytesOfUnit;

/** The bytes of a message. With the default `binaryType`, ws gives a `Buffer`. */
export const bytesOf = (data: RawData): Buffer => (Buffer.isBuffer(data) ? data : Buffer.from(String(data)));

/**
 * Reads a message. Long numbers keep their digits. Returns null if it is no object of JSON, or is too large for its type: the
 * library closes the socket of a null with 4400.
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
  // The server has the bound of an operation: it is that of any request.
  return isOperation(message) || bytes <= (type === 'connection_init' ? maxInitBytes : maxSmallBytes);
}
