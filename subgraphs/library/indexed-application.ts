import type { Application } from '../../adapters/credentials/port.ts';
import type { ApplicationReading } from '../../store/index/port.ts';
import { certificateNumberOf, identityNumberOf } from './card-and-identity-numbers.ts';

/** What the index has of an application: it is found by the applicant's documents in the form that the library writes them in. */
export function indexedApplication(application: Application): ApplicationReading {
  const { id, patronId, channel, status, submittedAt, decidedAt, applicant } = application;
  const { identityNumber, birthCertificateNumber } = applicant;
  const documents = [
    ...(identityNumber === null ? [] : [identityNumberOf(identityNumber)]),
    ...(birthCertificateNumber === null ? [] : [certificateNumberOf(birthCertificateNumber)]),
  ];
  return { id, patronId, channel, status, submittedAt, decidedAt, documents };
}
