import type { CallClass } from '../../adapters/soap/port.ts';
import type { Caller } from './caller.ts';
import type { OperationKind } from './serve.ts';

/** What a subgraph works with, over ports whose calls are of one class. */
export type ServicesOf<Services> = (callClass: CallClass) => Services;

/** What reaches over all patrons (R27), and so can ask for much. */
const overAllPatrons: readonly string[] = [
  'patrons:read',
  'patrons:write',
  'identity:read',
  'credentials:read',
  'credentials:write',
  'applications:decide',
  'circulation:read',
  'circulation:write',
];
/** What serves the one reader who stands or calls there. */
const servesOneReader: readonly string[] = ['station', 'telephone'];

/**
 * The class of all calls that a request leads to. Who has signed in and makes a change waits for it with a book or a card in
 * hand; but partners only ask, though by a mutation.
 */
export function classOf({ patronId, scopes }: Caller, operation: OperationKind): CallClass {
  const hasOneOf = (wanted: readonly string[]) => wanted.some((scope) => scopes.has(scope));
  const isStaff = hasOneOf(overAllPatrons);
  const isReader = patronId !== null || hasOneOf(servesOneReader);
  if (operation === 'mutation' && (isStaff || isReader)) {
    return 'lending';
  }
  if (isStaff || scopes.has('partner:verify')) {
    return 'staff';
  }
  return isReader ? 'reader' : 'anonymous';
}
