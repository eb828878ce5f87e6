/**
 * Cursors of the log of changes. A cursor is an opaque position in the log. It is valid only for one caller and one
 * root field.
 *
 *     position (16 bytes)   number, 8 bytes · digest of the generation, 8 bytes
 *     tag (16 bytes)        HMAC-SHA-256 of binding and position
 *     cursor                base64url of tag · (position XOR HMAC-SHA-256 of tag): 43 characters
 *
 * The tag authenticates, and is the nonce of the encryption, as in RFC 5297 (SIV). So equal positions have equal
 * cursors, and a cursor doesn't reveal how many changes the library has.
 */
import { hash, timingSafeEqual } from 'node:crypto';
import { hmacSha256 } from '../../../platform/hmac.ts';
import type { Caller } from '../../runtime/caller.ts';

/**
 * A number of the log, and the generation of the log to which it belongs. A new generation begins when numbers begin
 * anew, for example after a restore.
 */
export interface LogPosition {
  readonly number: number;
  readonly generation: string;
}

/** What a cursor is valid for: one caller and one root field. */
export interface CursorUse {
  readonly caller: Pick<Caller, 'issuer' | 'subject' | 'clientId' | 'patronId'>;
  /** The field of `Subscription`, as in `myChanges`. */
  readonly field: string;
}

/**
 * The arguments with which a cursor is valid. The cursor of a list has `any`, because the client chooses the arguments
 * only when it subscribes.
 */
export type CursorArguments = 'any' | { readonly [name: string]: unknown };

export type ReadCursor =
  | { readonly kind: 'position'; readonly number: number }
  /** The cursor was given for this use, but its number is from another generation of the log. */
  | { readonly kind: 'expired' }
  /** The cursor was altered, or was given to another caller, for another field or for other arguments. */
  | { readonly kind: 'invalid' };

const half = 16;

export function writeCursor(
  key: Uint8Array,
  { number, generation }: LogPosition,
  use: CursorUse,
  args: CursorArguments,
): string {
  const position = Buffer.alloc(half);
  position.writeBigUInt64BE(BigInt(number));
  digestOf(generation).copy(position, half / 2);
  const tag = tagOf(key, position, use, args);
  return Buffer.concat([tag, masked(key, tag, position)]).toString('base64url');
}

/** @param generation the current generation of the log */
export function readCursor(
  key: Uint8Array,
  cursor: string,
  generation: string,
  use: CursorUse,
  args: CursorArguments,
): ReadCursor {
  const bytes = Buffer.from(cursor, 'base64url');
  if (bytes.length !== 2 * half || bytes.toString('base64url') !== cursor) {
    return { kind: 'invalid' };
  }
  const tag = bytes.subarray(0, half);
  const position = masked(key, tag, bytes.subarray(half));
  const isOurs = (['any', args] as const).some((one) => timingSafeEqual(tag, tagOf(key, position, use, one)));
  if (!isOurs) {
    return { kind: 'invalid' };
  }
  return digestOf(generation).equals(position.subarray(half / 2))
    ? { kind: 'position', number: Number(position.readBigUInt64BE()) }
    : { kind: 'expired' };
}

/**
 * The id of a change, 22 characters. By the id, a client recognises a change that it got before. `parts` identify the
 * change. Without the key, nobody can find the parts from the id.
 */
export const idOfChange = (key: Uint8Array, parts: readonly (string | number)[]): string =>
  hmac(key, ['id of a change', ...parts])
    .subarray(0, half)
    .toString('base64url');

function tagOf(
  key: Uint8Array,
  position: Buffer,
  { caller, field }: CursorUse,
  args: CursorArguments,
): Buffer {
  const { issuer, subject, clientId, patronId } = caller;
  const binding = [field, args, issuer, subject, clientId, patronId];
  return hmac(key, ['cursor of changes', binding, position.toString('hex')]).subarray(0, half);
}

function masked(key: Uint8Array, tag: Buffer, bytes: Buffer): Buffer {
  const mask = hmac(key, ['mask of a cursor', tag.toString('hex')]);
  return Buffer.from(bytes.map((byte, at) => byte ^ (mask[at] ?? 0)));
}

const hmac = (key: Uint8Array, parts: readonly unknown[]): Buffer =>
  hmacSha256(key).update(JSON.stringify(parts)).digest();

const digestOf = (generation: string): Buffer => hash('sha256', generation, 'buffer').subarray(0, half / 2);
