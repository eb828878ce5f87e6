import type { NewOperation, Operation } from '../../../store/journal/port.ts';
import type { Caller } from '../../runtime/caller.ts';
import { beginOnce, checkReference, fingerprintOf, type OperationLedger, signedInKey } from '../ledger.ts';

type AdoptedOperation = Pick<
  NewOperation,
  'reference' | 'details' | 'patronId' | 'sendWithinMs' | 'arriveWithinMs' | 'reconcileAfterMs'
> & { readonly request: object };

/**
 * Begins the operation of a change in an adopted system: a system besides the three core ones. The caller's key
 * contains the system's name. So lists of the caller's operations in circulation don't show this operation.
 * @throws GraphQLError as `beginOperation` does; StoreUnavailable
 */
export async function beginAdopted(
  { journal, fingerprintKey }: OperationLedger,
  kind: string,
  by: Caller,
  { request, ...operation }: AdoptedOperation,
): Promise<{ readonly operation: Operation; readonly isNew: boolean }> {
  checkReference(operation.reference);
  const fingerprint = fingerprintOf(fingerprintKey, kind, request);
  const caller = adoptedKey(fingerprintKey, kind, by);
  return await beginOnce(journal, { ...operation, kind, caller, fingerprint, isUnlisted: true });
}

/**
 * The caller's key for operations in one adopted system. `kind` is any kind of operation of that system. The key is the
 * value of `Operation.caller`.
 */
export const adoptedKey = (fingerprintKey: Uint8Array, kind: string, caller: Caller): string =>
  fingerprintOf(fingerprintKey, 'caller', [kind.split('_')[0], signedInKey(caller)]);

/**
 * The caller's own operation with this reference. Null if there is none. All `kinds` must be of the same adopted
 * system.
 * @throws GraphQLError FORBIDDEN for a token without a `sub`; StoreUnavailable
 */
export async function findAdopted(
  { journal, fingerprintKey }: OperationLedger,
  kinds: readonly [string, ...string[]],
  caller: Caller,
  reference: string,
): Promise<Operation | null> {
  checkReference(reference);
  const operation = await journal.find(adoptedKey(fingerprintKey, kinds[0], caller), reference);
  return operation !== null && kinds.includes(operation.kind) ? operation : null;
}
