import type { Application } from '../../adapters/credentials/port.ts';
import type { ApplicationReading } from '../../store/index/port.ts';
import { certificateNumberOf, identityNumberOf } from './card-and-identity-numbers.ts';

/**
 * The entry of an application in the index from which staff's lists are read. Document numbers are in the registry's
 * form, so that a search by number finds the application.
 */
export function indexedApplication(application: Application): ApplicationReading {
  const { id, patronId, channel, status, submittedAt, decidedAt, applicant } = application;
  const { identityNumber, birthCertificateNumber } = applicant;
  const documents = [
    ...(identityNumber === null ? [] : [identityNumberOf(identityNumber)]),
    ...(birthCertificateNumber === null ? [] : [certificateNumberOf(birthCertificateNumber)]),
  ];
  return { id, patronId, channel, status, submittedAt, decidedAt, documents };
}
