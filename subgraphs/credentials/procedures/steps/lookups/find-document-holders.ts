import type { Applicant } from '../../../../../adapters/credentials/port.ts';
import type { IdentityDocument, PatronRegistry } from '../../../../../adapters/patrons/port.ts';
import type { DocumentHolders } from '../../../rules/applications/document-holders.ts';

/** Finds the patron who is registered under each document of an application (R7). */
export async function findDocumentHolders(
  patrons: PatronRegistry,
  { identityNumber, birthCertificateNumber }: Applicant,
  signal: AbortSignal,
): Promise<DocumentHolders> {
  const holderOf = async (kind: IdentityDocument['kind'], number: string | null) =>
    number === null ? null : ((await patrons.findByDocument({ kind, number }, signal))?.number ?? null);
  const [identityNumberHolder, certificateHolder] = await Promise.all([
    holderOf('HKID', identityNumber),
    holderOf('BIRTH_CERTIFICATE', birthCertificateNumber),
  ]);
  return { identityNumber: identityNumberHolder, birthCertificateNumber: certificateHolder };
}
