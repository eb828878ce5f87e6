import type { Applicant } from '../../../adapters/credentials/port.ts';
import type { PatronRegistry } from '../../../adapters/patrons/port.ts';
import type { DocumentHolders } from '../rules/applications/identity.ts';

/** Whom the registry has by the documents of an application (R7). */
export async function holdersOf(
  patrons: PatronRegistry,
  { identityNumber, birthCertificateNumber }: Applicant,
  signal: AbortSignal,
): Promise<DocumentHolders> {
  const holder = async (kind: 'HKID' | 'BIRTH_CERTIFICATE', number: string | null) =>
    number === null ? null : ((await patrons.findByDocument({ kind, number }, signal))?.number ?? null);
  const [byIdentityNumber, byCertificate] = await Promise.all([
    holder('HKID', identityNumber),
    holder('BIRTH_CERTIFICATE', birthCertificateNumber),
  ]);
  return { identityNumber: byIdentityNumber, birthCertificateNumber: byCertificate };
}
