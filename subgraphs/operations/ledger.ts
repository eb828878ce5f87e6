import { createHash, createHmac } from 'node:crypto';
import type { Journal, Json, NewOperation, Operation, OperationState } from '../../adapters/journal/port.ts';
import { hongKongInstant } from '../library/calendar.ts';
import { type Caller, requireSubject } from '../runtime/caller.ts';
import { badInput } from '../runtime/connection.ts';

/** Where operations are written down, and the key that inputs are fingerprinted with: they hold numbers that can be guessed. */
export interface OperationLedger {
  readonly journal: Journal;
  readonly fingerprintKey: Uint8Array;
}

/** An operation as a caller asks for it. */
export interface RequestedOperation {
  readonly kind: string;
  /** All of it but the caller's reference tells whether the same is asked for again. */
  readonly input: { readonly reference: string };
  readonly details?: Json;
  /** As in `NewOperation`. */
  readonly sendWithinMs: number | null;
  readonly reconcileAfterMs: number;
}

/**
 * Writes the operation down before anything is done; where its caller has asked for the same under that reference before,
 * that is the one, and nothing is to be done. Throws BAD_USER_INPUT where the reference has no form or was used for
 * something else, and where the input is longer than any that means something; FORBIDDEN for a token without a `sub`.
 */
export async function beginOperation(
  { journal, fingerprintKey }: OperationLedger,
  caller: Caller,
  { kind, input, details = null, sendWithinMs, reconcileAfterMs }: RequestedOperation,
): Promise<{ readonly operation: Operation; readonly isNew: boolean }> {
  const { reference, ...asked } = input;
  checkReference(reference);
  checkSize(asked);
  const fingerprint = fingerprintOf(fingerprintKey, kind, asked);
  const begun = await journal.begin({
    caller: callerKey(caller, fingerprint),
    reference,
    kind,
    fingerprint,
    details,
    sendWithinMs,
    reconcileAfterMs,
  });
  if (begun.operation.fingerprint !== fingerprint) {
    throw badInput('`reference` was used for another operation: give each a new one.');
  }
  return begun;
}

/** An operation within another, known by its own reference there: the one that stands, where it has been begun before. */
export function beginPart(
  { journal, fingerprintKey }: OperationLedger,
  whole: Operation,
  part: Pick<NewOperation, 'kind' | 'reference' | 'sendWithinMs' | 'arriveWithinMs' | 'reconcileAfterMs'>,
  details: Json = null,
): Promise<{ readonly operation: Operation; readonly isNew: boolean }> {
  const fingerprint = fingerprintOf(fingerprintKey, part.kind, {});
  return journal.begin({ ...part, caller: partsKey(whole), fingerprint, details });
}

export function findPart(
  { journal }: OperationLedger,
  whole: Operation,
  reference: string,
): Promise<Operation | null> {
  return journal.find(partsKey(whole), reference);
}

/**
 * The caller's own operation under that reference; null where there is none, and for who has not signed in: theirs are not
 * known by a reference alone. Throws FORBIDDEN for a token without a `sub`.
 */
export async function findOperation(
  { journal }: OperationLedger,
  caller: Caller,
  reference: string,
): Promise<Operation | null> {
  checkReference(reference);
  return caller.authenticated ? await journal.find(signedInKey(caller), reference) : null;
}

/** An operation in the graph's words. */
export interface OperationView {
  readonly reference: string;
  readonly state: OperationState;
  readonly requestedAt: string;
  readonly settledAt: string | null;
}

export function viewOf({ reference, state, requestedAt, settledAt }: Operation): OperationView {
  return {
    reference,
    state,
    requestedAt: hongKongInstant(requestedAt),
    settledAt: settledAt === null ? null : hongKongInstant(settledAt),
  };
}

/**
 * References are a caller's own, so that two callers' never meet. Who has not signed in shares them with everybody, and so
 * theirs count for one input alone: only who has sent the same sends it again.
 */
function callerKey(caller: Caller, fingerprint: string): string {
  return caller.authenticated ? signedInKey(caller) : `anonymous ${fingerprint}`;
}

/** Throws FORBIDDEN for a token without a `sub`. */
export function signedInKey(caller: Caller): string {
  const { issuer, subject } = requireSubject(caller);
  const key = `subject ${JSON.stringify([issuer, subject])}`;
  return key.length <= longestKey ? key : `hash ${createHash('sha256').update(key).digest('base64url')}`;
}

/** In characters: the journal takes no longer callers. */
const longestKey = 200;

const partsKey = ({ id }: Operation): string => `operation ${id}`;

function checkReference(reference: string): void {
  const { length } = reference;
  if (length < 1 || length > 128 || /\p{C}/u.test(reference)) {
    throw badInput('`reference` must have 1 to 128 characters, none of them a control character.');
  }
}

/** Of an input as JSON. What goes on with it is kept beside it, and the journal takes 64 KiB. */
const longestInputBytes = 16_384;

function checkSize(asked: object): void {
  if (Buffer.byteLength(JSON.stringify(asked)) > longestInputBytes) {
    throw badInput(`The input must have ${longestInputBytes} bytes of JSON at most.`);
  }
}

function fingerprintOf(key: Uint8Array, kind: string, asked: object): string {
  return createHmac('sha256', key)
    .update(JSON.stringify([kind, asked], inOrder))
    .digest('base64url');
}

/** With the keys of each object in one order, however they were written. */
function inOrder(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
