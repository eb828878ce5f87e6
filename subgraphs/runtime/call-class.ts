import type { CallClass } from '../../adapters/soap/port.ts';
import type { Caller } from './caller.ts';
import { allScopes, type Reach, reachOf } from './scopes.ts';
import type { OperationKind } from './serve.ts';

/** The services of each call class: over ports whose calls are all of that class. */
export type ServicesOf<Services> = (callClass: CallClass) => Services;

/**
 * The class of all SOAP calls that a request makes. Readers, stations and staff who make a change wait for it with a book or
 * a card in hand, so it is `lending`, the most urgent. A partner's mutation changes nothing, so it has the class of a query.
 */
export function classOf({ patronId, scopes }: Caller, operation: OperationKind): CallClass {
  const reaches = (reach: Reach) => allScopes.some((scope) => reachOf[scope] === reach && scopes.has(scope));
  const isStaff = reaches('all patrons');
  const isReader = patronId !== null || reaches('one reader');
  if (operation === 'mutation' && (isStaff || isReader)) {
    return 'lending';
  }
  if (isStaff || reaches('partner')) {
    return 'staff';
  }
  return isReader ? 'reader' : 'anonymous';
}
