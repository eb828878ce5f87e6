import { perClass } from '../../../platform/priority/call-classes.ts';
import type { ServicesOf } from '../../runtime/call-class.ts';
import type { ResolverServices } from '../context.ts';

/** Adds the key for pseudonyms to the services that all subgraphs share. Answers to partners need it (R28). */
export function withPartnerServices(
  servicesOf: ServicesOf<Omit<ResolverServices, 'pseudonymKey'>>,
  pseudonymKey: Uint8Array,
): ServicesOf<ResolverServices> {
  return perClass((callClass) => ({ ...servicesOf(callClass), pseudonymKey }));
}
