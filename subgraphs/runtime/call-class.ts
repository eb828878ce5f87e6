import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { Caller } from './caller.ts';
import type { OperationType } from './serve.ts';

/**
 * The services of each call class. All calls that these services make to systems and to the journal have that class.
 */
export type ServicesOf<Services> = (callClass: CallClass) => Services;

/**
 * The class of all SOAP calls of a request. The gateway knows the whole operation, and sends the class. While processes
 * are replaced, an older gateway may send none. The class is then derived from the caller and the kind of the request.
 */
export function classOf({ callClass, authenticated }: Caller, operation: OperationType): CallClass {
  return callClass ?? (!authenticated ? 'anonymous' : operation === 'mutation' ? 'lending' : 'reader');
}
