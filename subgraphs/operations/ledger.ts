import { createHash, createHmac } from 'node:crypto';
import type { Journal, Json, NewOperation, Operation } from '../../store/journal/port.ts';
import { isVendorNumber } from '../library/card-and-identity-numbers.ts';
import { type Caller, requireSubject } from '../runtime/caller.ts';
import { badInput } from '../runtime/pagination.ts';

/**
 * The journal of operations, and the key of the HMAC that inputs are fingerprinted with: inputs hold short numbers, which a
 * plain hash would not hide.
 */
export interface OperationLedger {
  readonly journal: Journal;
  readonly fingerprintKey: Uint8Array;
}

/** An operation as a caller requests it. */
export interface RequestedOperation
  extends Pick<NewOperation, 'kind' | 'sendWithinMs' | 'arriveWithinMs' | 'reconcileAfterMs'> {
  /** Everything but the reference is fingerprinted, to recognise the same request when it is sent again. */
  readonly input: { readonly reference: string };
  readonly details?: Json;
  /** Whose operation it is; null where the input does not tell. The caller must be allowed to act for that patron. */
  readonly patronId: string | null;
}

/**
 * The patron whose operation it is, as far as the steps have found out. Staff find the operation by that patron, even if it is
 * refused or can't be sent.
 */
export class OperationPatron {
  #id: string | null;

  constructor(id: string | null) {
    this.#id = id;
  }

  get id(): string | null {
    return this.#id;
  }

  /** The first patron stays. */
  learn(patronId: string): void {
    this.#id ??= patronId;
  }
}

/**
 * Records the operation before anything is done. Where the caller has sent the same request under this reference before,
 * returns that operation, and `isNew` is false: nothing must be done then.
 *
 * First `checkOut(reference: "a", item: 1)`: a new operation. Again, the same: the same operation, `isNew` false. Then
 * `checkOut(reference: "a", item: 2)`: BAD_USER_INPUT.
 *
 * @throws GraphQLError BAD_USER_INPUT where the reference is malformed or was used for another request, or the input exceeds
 * 16 KiB of JSON; FORBIDDEN for a token without a `sub`.
 */
export async function beginOperation(
  { journal, fingerprintKey }: OperationLedger,
  caller: Caller,
  { input, details = null, patronId, ...kindAndTimes }: RequestedOperation,
): Promise<{ readonly operation: Operation; readonly isNew: boolean }> {
  const { reference, ...request } = input;
  checkReference(reference);
  checkSize(request);
  const fingerprint = fingerprintOf(fingerprintKey, kindAndTimes.kind, request);
  const begun = await journal.begin({
    ...kindAndTimes,
    caller: callerKey(caller, fingerprint),
    reference,
    fingerprint,
    details,
    patronId: patronId !== null && isVendorNumber(patronId) ? patronId : null,
    isPart: false,
  });
  if (begun.operation.fingerprint !== fingerprint) {
    throw badInput('`reference` was used for another operation: give each a new one.');
  }
  return begun;
}

/** Begins an operation within another; resolves to the existing one if its parent has begun one under that reference. */
export function beginChild(
  { journal, fingerprintKey }: OperationLedger,
  parent: Operation,
  child: Pick<NewOperation, 'kind' | 'reference' | 'sendWithinMs' | 'arriveWithinMs' | 'reconcileAfterMs'>,
  details: Json = null,
): Promise<{ readonly operation: Operation; readonly isNew: boolean }> {
  const fingerprint = fingerprintOf(fingerprintKey, child.kind, {});
  const caller = childCallerKey(parent);
  return journal.begin({ ...child, caller, fingerprint, details, patronId: null, isPart: true });
}

/** Null where the parent has begun none under that reference. */
export function findChild(
  { journal }: OperationLedger,
  parent: Operation,
  reference: string,
): Promise<Operation | null> {
  return journal.find(childCallerKey(parent), reference);
}

/**
 * The caller's own operation under that reference; null where there is none, and for anonymous callers, whose operations
 * can't be found by a reference alone.
 * @throws GraphQLError FORBIDDEN for a token without a `sub`.
 */
export async function findOperation(
  { journal }: OperationLedger,
  caller: Caller,
  reference: string,
): Promise<Operation | null> {
  checkReference(reference);
  return caller.authenticated ? await journal.find(signedInKey(caller), reference) : null;
}

/** Whether it was the caller who asked for the operation. */
export const isCallersOwn = (caller: Caller, operation: Operation): boolean =>
  caller.authenticated && operation.caller === signedInKey(caller);

/**
 * References belong to a caller, so two callers' references never collide. Anonymous callers share one name space. Their key
 * contains the input's fingerprint, so that only a repetition of the same input finds the operation.
 */
function callerKey(caller: Caller, fingerprint: string): string {
  return caller.authenticated ? signedInKey(caller) : `anonymous ${fingerprint}`;
}

/** @throws GraphQLError FORBIDDEN for a token without a `sub`. */
export function signedInKey(caller: Pick<Caller, 'issuer' | 'subject'>): string {
  const { issuer, subject } = requireSubject(caller);
  const key = `subject ${JSON.stringify([issuer, subject])}`;
  return key.length <= longestKey ? key : `hash ${createHash('sha256').update(key).digest('base64url')}`;
}

/** In characters: the journal takes no longer callers. */
const longestKey = 200;

const childCallerKey = ({ id }: Operation): string => `operation ${id}`;

function checkReference(reference: string): void {
  const { length } = reference;
  if (length < 1 || length > 128 || /\p{C}/u.test(reference)) {
    throw badInput('`reference` must have 1 to 128 characters, none of them a control character.');
  }
}

/** The maximum size of an input as JSON, in bytes. It is stored with a plan, and the journal takes 64 KiB of both. */
const maxInputBytes = 16_384;

function checkSize(request: object): void {
  if (Buffer.byteLength(JSON.stringify(request)) > maxInputBytes) {
    throw badInput(`The input must have ${maxInputBytes} bytes of JSON at most.`);
  }
}

/** HMAC-SHA-256 of the canonical input: recognises a request that is sent again. `request`: the input without its reference. */
export function fingerprintOf(key: Uint8Array, kind: string, request: object): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([kind, request], withSortedKeys))
    .digest('base64url');
}

/** Sorts the keys of each object, so that the order in which a client writes them does not matter. */
function withSortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
