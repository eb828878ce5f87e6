import { perClass } from '../../../adapters/soap/port.ts';
import { verificationFloorMs } from '../../operations/pin-attempts.ts';
import type { ServicesOf } from '../../runtime/call-class.ts';
import type { OperationsConfig } from '../../runtime/operations-config.ts';
import type { CredentialServices } from '../procedures/services.ts';
import { pseudonymKeyOf } from './pseudonym.ts';

/**
 * Adds what answers to partners need, the pseudonym key and the minimum time of an answer (R28), to the services that all
 * subgraphs share.
 * @throws Error in production where no PSEUDONYM_SECRET is set.
 */
export function withPartnerServices(
  servicesOf: ServicesOf<Omit<CredentialServices, 'pseudonymKey' | 'verificationFloorMs'>>,
  config: OperationsConfig,
): ServicesOf<CredentialServices> {
  return perClass((callClass) => {
    const services = servicesOf(callClass);
    const pseudonymKey = pseudonymKeyOf(config, services.fingerprintKey);
    return { ...services, pseudonymKey, verificationFloorMs };
  });
}
