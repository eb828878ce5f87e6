import { perClass } from '../../../platform/priority/call-classes.ts';
import type { ServicesOf } from '../../runtime/call-class.ts';
import type { CredentialServices } from '../procedures/services.ts';

/** Adds the pseudonym key, for answers to partners (R28), to the services that all subgraphs share. */
export function withPartnerServices(
  servicesOf: ServicesOf<Omit<CredentialServices, 'pseudonymKey'>>,
  pseudonymKey: Uint8Array,
): ServicesOf<CredentialServices> {
  return perClass((callClass) => ({ ...servicesOf(callClass), pseudonymKey }));
}
