import { perClass } from '../../../platform/priority/call-classes.ts';
import { verificationFloorMs } from '../../operations/attempts/pin-attempts.ts';
import type { ServicesOf } from '../../runtime/call-class.ts';
import type { CredentialServices } from '../procedures/services.ts';

/**
 * Adds the services for answers to partners (R28) to the services that all subgraphs share: the pseudonym key, and the
 * minimum duration of an answer.
 */
export function withPartnerServices(
  servicesOf: ServicesOf<Omit<CredentialServices, 'pseudonymKey' | 'verificationFloorMs'>>,
  pseudonymKey: Uint8Array,
): ServicesOf<CredentialServices> {
  return perClass((callClass) => ({ ...servicesOf(callClass), pseudonymKey, verificationFloorMs }));
}
