import type { Application } from '../../adapters/credentials/port.ts';
import type { ApplicationReading } from '../../store/index/port.ts';
import { certificateNumberOf, identityNumberOf } from './card-and-identity-numbers.ts';

/**
 * The index's row of an application. The numbers of documents are in the registry's form, by which the application is
 * found.
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
