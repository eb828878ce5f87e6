import type { IdentityDocument, Patron } from '../../../adapters/patrons/port.ts';
import {
  certificateNumberOf,
  isCertificateNumber,
  maskIdentityNumber,
  parseIdentityNumber,
} from '../../library/card-and-identity-numbers.ts';
import { errorTexts } from '../../library/errors/error-texts.ts';
import { LocalizedError } from '../../library/errors/localized-error.ts';
import { recordReading } from '../../operations/reading-audit.ts';
import { requireRead, requireSubject } from '../../runtime/caller.ts';
import { badInput } from '../../runtime/pagination.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { PatronReference, PatronsContext } from '../context.ts';

/** A document and the number of its patron. The audit record of a reading needs the number. */
export interface PatronDocument extends IdentityDocument {
  readonly patronId: string;
}

export const documentsOf = ({ number: patronId, identityDocuments }: Patron): readonly PatronDocument[] =>
  identityDocuments.map((document) => ({ ...document, patronId }));

const identityScopes: readonly Scope[] = ['identity:read'];

export const identityResolvers = {
  masked: ({ number }: PatronDocument) => maskIdentityNumber(number),
  /** The audit record is written before the answer (R27). If it can't be written, there is no answer. */
  number: async ({ number, patronId }: PatronDocument, _args: unknown, context: PatronsContext) => {
    requireRead(context.caller, null, identityScopes);
    await recordReading(context.services, context.caller, {
      what: 'IDENTITY_NUMBER',
      patronId,
      applicationId: null,
    });
    return number;
  },
};

/**
 * Finds a patron by an identity document, for staff (R27). Null if nobody has it. A search that finds nobody is also
 * audited.
 * @throws GraphQLError UNAUTHENTICATED, FORBIDDEN, BAD_USER_INPUT, IDENTITY_NUMBER_INVALID
 */
export async function patronByIdentity(
  _: unknown,
  { document }: { readonly document: IdentityDocument },
  context: PatronsContext,
): Promise<PatronReference | null> {
  requireRead(context.caller, null, identityScopes);
  requireSubject(context.caller);
  const found = await context.services.patrons.findByDocument(canonicalDocument(document), context.signal);
  const patronId = found?.number ?? null;
  await recordReading(context.services, context.caller, {
    what: 'PATRON_BY_IDENTITY',
    patronId,
    applicationId: null,
  });
  if (found === null) {
    return null;
  }
  context.patrons.prime(found.number, found);
  return { id: found.number };
}

/**
 * Converts a document's number to the registry's form.
 * @throws GraphQLError IDENTITY_NUMBER_INVALID (R8), or BAD_USER_INPUT for a text that can't be the number of a birth
 *   certificate
 */
function canonicalDocument({ kind, number }: IdentityDocument): IdentityDocument {
  if (kind === 'BIRTH_CERTIFICATE') {
    const certificateNumber = certificateNumberOf(number);
    if (isCertificateNumber(certificateNumber)) {
      return { kind, number: certificateNumber };
    }
    throw badInput(errorTexts.CERTIFICATE_INVALID);
  }
  const identityNumber = parseIdentityNumber(number);
  if (identityNumber === null) {
    throw new LocalizedError(errorTexts.IDENTITY_NUMBER_INVALID, {
      extensions: { code: 'IDENTITY_NUMBER_INVALID' },
    });
  }
  return { kind, number: identityNumber };
}
