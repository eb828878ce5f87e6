import { hash } from 'node:crypto';
import { z } from 'zod';
import { hmacSha256 } from '../../platform/hmac.ts';
import { addedSystems, variablePrefix } from '../../platform/systems.ts';
import type { Journal, Json, NewOperation, Operation } from '../../store/journal/port.ts';
import { isVendorNumber } from '../library/card-and-identity-numbers.ts';
import { type Caller, requireSubject } from '../runtime/caller.ts';
import { badInput } from '../runtime/pagination.ts';
import type { Subject } from './subject.ts';

/**
 * The journal of operations, and the HMAC key for fingerprints of inputs. Inputs contain short numbers, which a plain
 * hash would not hide.
 */
export interface OperationLedger {
  readonly journal: Journal;
  readonly fingerprintKey: Uint8Array;
}

export interface RequestedOperation
  extends Pick<NewOperation, 'kind' | 'sendWithinMs' | 'arriveWithinMs' | 'reconcileAfterMs'> {
  /** The input. All of it except the reference is fingerprinted, so that a repeated request is recognised. */
  readonly input: { readonly reference: string };
  readonly details?: Json;
  /** The patron of the operation, if the input names them. The caller must be allowed to act for this patron. */
  readonly patronId: string | null;
}

/**
 * The patron, the card and the copy of an operation, as far as its steps have found them. The journal stores them. So
 * staff can find the operation by its patron, even if it is refused or can't be sent (R24).
 */
export class OperationPatron {
  #id: string | null;
  #about: Subject = {};

  constructor(id: string | null) {
    this.#id = id;
  }

  get id(): string | null {
    return this.#id;
  }

  get about(): Subject {
    return this.#about;
  }

  /** Sets the patron, unless the patron is already set, and adds the subject of the operation. */
  learn(patronId: string, about: Subject = {}): void {
    this.#id ??= patronId;
    this.#about = { ...this.#about, ...about };
  }
}

/** The caller who requested an operation. The journal stores the caller, so that any process can audit the changes. */
export interface Requester {
  readonly caller: string;
  readonly clientId: string | null;
  readonly callerPatronId: string | null;
  readonly signInId: string | null;
}

export const requesterFrom = ({ subject, clientId, patronId, signInId }: Caller): Requester => ({
  caller: subject ?? 'anonymous',
  clientId,
  callerPatronId: patronId,
  signInId,
});

/**
 * Records the operation before anything is done. If the caller has sent the same request with this reference before,
 * returns the earlier operation, and `isNew` is false. That operation must not be carried out again.
 *
 * Example: the first `checkOut(reference: "a", item: 1)` records a new operation. The second one returns the same
 * operation, with `isNew` false. After that, `checkOut(reference: "a", item: 2)` throws BAD_USER_INPUT.
 *
 * @throws GraphQLError BAD_USER_INPUT if the reference is malformed or was used for another request, or if the input
 *   exceeds 16 KiB of JSON; FORBIDDEN for a token without a `sub`.
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
  return await beginOnce(journal, {
    ...kindAndTimes,
    caller: callerKey(caller, fingerprint),
    reference,
    fingerprint,
    details,
    patronId,
    isUnlisted: false,
  });
}

/**
 * Stores the operation, or finds the earlier one with its caller and reference. A text that can't be a patron number is
 * not stored.
 * @throws GraphQLError BAD_USER_INPUT if the earlier operation had another input; StoreUnavailable
 */
export async function beginOnce(
  journal: Pick<Journal, 'begin'>,
  { patronId, ...operation }: NewOperation,
): Promise<{ readonly operation: Operation; readonly isNew: boolean }> {
  const begun = await journal.begin({
    ...operation,
    patronId: patronId !== null && isVendorNumber(patronId) ? patronId : null,
  });
  if (begun.operation.fingerprint !== operation.fingerprint) {
    throw badInput('`reference` was used for another operation: give each a new one.');
  }
  return begun;
}

/** Begins a child operation. If the parent has already begun one with this reference, returns the existing one. */
export function beginChild(
  { journal, fingerprintKey }: OperationLedger,
  parent: Pick<Operation, 'id'>,
  child: Pick<NewOperation, 'kind' | 'reference' | 'sendWithinMs' | 'arriveWithinMs' | 'reconcileAfterMs'>,
  details: Json = null,
): Promise<{ readonly operation: Operation; readonly isNew: boolean }> {
  const fingerprint = fingerprintOf(fingerprintKey, child.kind, {});
  const caller = childCallerKey(parent);
  return journal.begin({ ...child, caller, fingerprint, details, patronId: null, isUnlisted: true });
}

/** The child operation with this reference; null if the parent has not begun one. */
export function findChild(
  { journal }: OperationLedger,
  parent: Pick<Operation, 'id'>,
  reference: string,
): Promise<Operation | null> {
  return journal.find(childCallerKey(parent), reference);
}

/**
 * The caller's own operation with this reference; null if there is none. Also null for anonymous callers: a reference
 * alone does not find their operations.
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

/** Whether this caller requested the operation. */
export const isCallersOwn = (caller: Caller, operation: Operation): boolean =>
  caller.authenticated && operation.caller === signedInKey(caller);

/**
 * The caller's key in the journal. References belong to a caller, so the references of two callers never collide.
 * Anonymous callers share one name space. So their key contains the input's fingerprint, and only a repetition of the
 * same input finds the operation.
 */
function callerKey(caller: Caller, fingerprint: string): string {
  return caller.authenticated ? signedInKey(caller) : `anonymous ${fingerprint}`;
}

/**
 * The key of a signed-in caller in the journal.
 * @throws GraphQLError FORBIDDEN for a token without a `sub`.
 */
export function signedInKey(caller: Pick<Caller, 'issuer' | 'subject'>): string {
  const { issuer, subject } = requireSubject(caller);
  const key = `subject ${JSON.stringify([issuer, subject])}`;
  return key.length <= longestKey ? key : `hash ${hash('sha256', key, 'base64url')}`;
}

/** The maximum length of a caller's key in the journal, in characters. */
const longestKey = 200;

/**
 * The `sub` of the caller who requested the operation. Null for an anonymous caller, for a child operation, and for a
 * name that was too long to be kept.
 */
export function requesterOf({ caller }: Operation): string | null {
  const signedIn = /^subject (.+)$/.exec(caller)?.[1];
  return signedIn === undefined ? null : z.tuple([z.string(), z.string()]).parse(JSON.parse(signedIn))[1];
}

const childCallerKey = ({ id }: Pick<Operation, 'id'>): string => `operation ${id}`;

/** The id of the parent of a child operation. Empty for any other operation. */
export const parentIdOf = ({ caller }: Operation): string => /^operation (.+)$/.exec(caller)?.[1] ?? '';

/** Whether operations of this kind are in an adopted system. Such a kind begins with the system's id. */
export const isOfAdoptedSystem = (kind: string): boolean =>
  addedSystems.some((system) => kind.startsWith(`${variablePrefix(system)}_`));

/**
 * The operation that a caller requested. `id` is its own id, or the id of an operation that was begun within it, at any
 * depth. Null if the journal does not have it. Also null for an operation of an adopted system, because the schema has
 * no type for it.
 */
export async function findRequested(
  { journal }: Pick<OperationLedger, 'journal'>,
  id: string,
): Promise<Operation | null> {
  const operation = await journal.findById(id);
  if (operation === null || isOfAdoptedSystem(operation.kind)) {
    return null;
  }
  const parentId = parentIdOf(operation);
  return parentId === '' ? operation : await findRequested({ journal }, parentId);
}

/** @throws GraphQLError BAD_USER_INPUT if the journal can't have such a reference */
export function checkReference(reference: string, argument = 'reference'): void {
  const { length } = reference;
  if (length < 1 || length > 128 || /\p{C}/u.test(reference)) {
    throw badInput(`\`${argument}\` must have 1 to 128 characters, none of them a control character.`);
  }
}

/** The maximum size of an input as JSON, in bytes. The journal accepts 64 KiB for an input and its plan. */
const maxInputBytes = 16_384;

function checkSize(request: object): void {
  if (Buffer.byteLength(JSON.stringify(request)) > maxInputBytes) {
    throw badInput(`The input must have ${maxInputBytes} bytes of JSON at most.`);
  }
}

/**
 * The HMAC-SHA-256 of the canonical input, by which a repeated request is recognised. `request` is the input without
 * its reference.
 */
export function fingerprintOf(key: Uint8Array, kind: string, request: object): string {
  return hmacSha256(key)
    .update(JSON.stringify([kind, request], withSortedKeys))
    .digest('base64url');
}

/** Sorts the keys of each object, so that their order in a client's request does not matter. */
function withSortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return value;
  }
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
