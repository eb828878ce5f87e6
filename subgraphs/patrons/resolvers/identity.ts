import type { IdentityDocument } from '../../../adapters/patrons/port.ts';
import {
  certificateNumberOf,
  isCertificateNumber,
  maskIdentityNumber,
  parseIdentityNumber,
} from '../../library/numbers.ts';
import { identityNumberInvalid } from '../../library/smart-id.ts';
import { recordReading } from '../../operations/reading-audit.ts';
import { requireRead, requireSubject } from '../../runtime/caller.ts';
import { badInput } from '../../runtime/connection.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { PatronReference, PatronsContext } from '../context.ts';

/** A document, and whose it is: each reading of its number is audited. */
export interface PatronDocument extends IdentityDocument {
  readonly patronId: string;
}

const readsIdentity: readonly Scope[] = ['identity:read'];

export const identityResolvers = {
  masked: ({ number }: PatronDocument) => maskIdentityNumber(number),
  /** R27: no record, no answer. */
  number: async ({ number, patronId }: PatronDocument, _args: unknown, context: PatronsContext) => {
    requireRead(context.caller, null, readsIdentity);
    await recordReading(context.services, context.caller, { what: 'IDENTITY_NUMBER', patronId });
    return number;
  },
};

/** The patron behind a document, as at a counter (R27): also that nobody was found has been read. */
export async function patronByIdentity(
  _: unknown,
  { document }: { readonly document: IdentityDocument },
  context: PatronsContext,
): Promise<PatronReference | null> {
  requireRead(context.caller, null, readsIdentity);
  requireSubject(context.caller);
  const found = await context.services.patrons.findByDocument(asRegistered(document), context.signal);
  const patronId = found?.number ?? null;
  await recordReading(context.services, context.caller, { what: 'PATRON_BY_IDENTITY', patronId });
  if (found === null) {
    return null;
  }
  context.patrons.prime(found.number, found);
  return { id: found.number };
}

/** In the form that the registry keeps. Throws IDENTITY_NUMBER_INVALID (R8), or BAD_USER_INPUT for a birth certificate. */
function asRegistered({ kind, number }: IdentityDocument): IdentityDocument {
  if (kind === 'BIRTH_CERTIFICATE') {
    const certificateNumber = certificateNumberOf(number);
    if (isCertificateNumber(certificateNumber)) {
      return { kind, number: certificateNumber };
    }
    throw badInput('`document.number` is no number of a birth certificate: up to 20 letters and digits.');
  }
  const identityNumber = parseIdentityNumber(number);
  if (identityNumber === null) {
    throw identityNumberInvalid(
      '`document.number` is no identity number: compare it with the card, check digit too.',
    );
  }
  return { kind, number: identityNumber };
}
