import type { CallClass } from '../../platform/priority/call-classes.ts';
import type { Caller } from './caller.ts';
import type { OperationKind } from './serve.ts';

/** The services of each call class: over ports whose calls are all of that class. */
export type ServicesOf<Services> = (callClass: CallClass) => Services;

/**
 * The class of all SOAP calls that a request makes: the gateway knows the whole operation, and says it. Where an older gateway says
 * none, while processes are replaced, it is told by the caller and the kind of the request.
 */
export function classOf({ callClass, authenticated }: Caller, operation: OperationKind): CallClass {
  return callClass ?? (!authenticated ? 'anonymous' : operation === 'mutation' ? 'lending' : 'reader');
}
