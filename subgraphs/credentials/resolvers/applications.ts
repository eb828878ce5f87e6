import type {
  Applicant,
  Application,
  ApplicationFilter,
  ApplicationStatus,
} from '../../../adapters/credentials/port.ts';
import type { ApplicationOrder, ApplicationFilter as IndexedFilter } from '../../../store/index/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import {
  certificateNumberOf,
  maskIdentityNumber,
  parseIdentityNumber,
} from '../../library/card-and-identity-numbers.ts';
import { recordReading } from '../../operations/reading-audit.ts';
import { mayRead, requireRead } from '../../runtime/caller.ts';
import {
  badInput,
  type PageArguments,
  type PageInput,
  pageToConnection,
  parsePage,
} from '../../runtime/pagination.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { CredentialsContext, PatronReference } from '../context.ts';
import { currentProblems } from '../rules/applications/application-problems.ts';
import { withCanonicalDocuments } from '../rules/applications/form.ts';
import { isOpen } from '../rules/open-application.ts';
import { indexedApplications } from './indexed-lists.ts';

/** With any of these scopes, a caller may read the applications of all patrons. */
const readApplicationScopes: readonly Scope[] = ['credentials:read', 'applications:decide'];

export const application = (_: unknown, { id }: { readonly id: string }, context: CredentialsContext) =>
  readableApplication(id, context);

/**
 * The application with this id, if the caller may read it. Null for another person's application, so that the answer
 * doesn't show that it exists (R27).
 */
export async function readableApplication(
  id: string,
  { applications, caller }: CredentialsContext,
): Promise<Application | null> {
  const found = await applications.load(id);
  return found !== null && mayRead(caller, found.patronId, readApplicationScopes) ? found : null;
}

interface FilterInput {
  readonly status?: ApplicationStatus | null;
  readonly channel?: Application['channel'] | null;
  readonly patronId?: string | null;
  readonly identityDocument?: string | null;
}

/** The fields `status` and `patronId` outside of `filter` were the arguments in release 0.2, and are still accepted. */
interface ApplicationsInput extends PageInput, Pick<FilterInput, 'status' | 'patronId'> {
  readonly filter?: FilterInput | null;
  readonly orderBy?: ApplicationOrder | null;
}

export async function applications(
  _: unknown,
  { filter, orderBy, status, patronId, ...args }: ApplicationsInput,
  context: CredentialsContext,
) {
  requireRead(context.caller, null, ['applications:decide']);
  const wanted = {
    status: filter?.status ?? status ?? null,
    channel: filter?.channel ?? null,
    of: whose(filter?.patronId ?? patronId ?? null, filter?.identityDocument ?? null, context),
  };
  const order = orderBy ?? 'OLDEST_FIRST';
  const page = parsePage(args, `applications ${order}`);
  const ofPatron = ofPatronIn(wanted);
  return order === 'OLDEST_FIRST' && ofPatron !== null
    ? listApplications({ status: wanted.status, ...ofPatron }, page, context)
    : indexedApplications(wanted, order, page, context);
}

/**
 * Whose applications a filter wants: those of a patron, or those that name a document. Null for all.
 * @throws GraphQLError FORBIDDEN for a document without `identity:read`; BAD_USER_INPUT if both are given
 */
function whose(
  patronId: string | null,
  identityDocument: string | null,
  { caller }: CredentialsContext,
): IndexedFilter['of'] {
  if (identityDocument === null) {
    return patronId === null ? null : { patronId };
  }
  requireRead(caller, null, ['identity:read']);
  if (patronId !== null) {
    throw badInput('Give `filter.patronId` or `filter.identityDocument`, not both.');
  }
  return { document: parseIdentityNumber(identityDocument) ?? certificateNumberOf(identityDocument) };
}

/**
 * The filter with which card management can list the applications. Null if it can't, so that the index must be used.
 * For example, card management lists withdrawn applications as rejected, and only the index tells them apart.
 */
function ofPatronIn({ status, channel, of }: IndexedFilter): Pick<ApplicationFilter, 'patronId'> | null {
  const isMixed = status === 'REJECTED' || status === 'WITHDRAWN';
  if (isMixed || channel !== null || (of !== null && 'document' in of)) {
    return null;
  }
  return { patronId: of?.patronId ?? null };
}

export function patronApplications(patron: PatronReference, args: PageInput, context: CredentialsContext) {
  requireRead(context.caller, patron.id, readApplicationScopes);
  const page = parsePage(args, 'Patron.applications');
  return listApplications({ status: null, patronId: patron.id }, page, context);
}

async function listApplications(filter: ApplicationFilter, page: PageArguments, context: CredentialsContext) {
  const found = await context.services.cards.listApplications(filter, page, context.signal);
  return pageToConnection(found.rows.map(withCanonicalDocuments), found, page);
}

const mask = (number: string | null) => (number === null ? null : maskIdentityNumber(number));

/** The SDL's `Applicant`, with the ids for the audit record that is written when a whole document number is read. */
interface ApplicantView extends Applicant {
  readonly applicationId: string;
  readonly patronId: string | null;
  readonly maskedIdentityNumber: string | null;
  readonly maskedBirthCertificateNumber: string | null;
}

/** Makes the SDL's `Applicant`. `applicationId` is for the audit record. */
export const applicantView = (
  applicationId: string,
  patronId: string | null,
  applicant: Applicant,
): ApplicantView => ({
  ...applicant,
  applicationId,
  patronId,
  maskedIdentityNumber: mask(applicant.identityNumber),
  maskedBirthCertificateNumber: mask(applicant.birthCertificateNumber),
});

/**
 * The resolver of a whole document number. Staff need it to compare the number with the document in hand (R7, R27). If
 * the application has the number, an audit record is written before the answer.
 */
function auditedNumber(document: 'identityNumber' | 'birthCertificateNumber') {
  return async (applicant: ApplicantView, _args: unknown, { services, caller }: CredentialsContext) => {
    requireRead(caller, null, ['identity:read']);
    const { applicationId, patronId, [document]: number } = applicant;
    if (number === null) {
      return null;
    }
    await recordReading(services, caller, { what: 'IDENTITY_NUMBER', patronId, applicationId });
    return number;
  };
}

/**
 * Writes an audit record before a registered patron's application is shown. What patrons wrote in an application counts
 * as a part of their record (R27).
 */
async function openForm(
  patronId: string | null,
  { caller, recordOpening }: CredentialsContext,
): Promise<void> {
  requireRead(caller, patronId, ['applications:decide']);
  if (patronId !== null) {
    await recordOpening('RECORD', patronId);
  }
}

export const applicationResolvers = {
  Application: {
    __resolveReference: async ({ id }: { readonly id: string }, context: CredentialsContext) => {
      const found = await context.applications.load(id);
      requireRead(context.caller, found?.patronId ?? null, readApplicationScopes);
      return found;
    },
    patron: ({ patronId }: Application) => (patronId === null ? null : { id: patronId }),
    applicant: async (
      { id, applicant, patronId }: Application,
      _args: unknown,
      context: CredentialsContext,
    ): Promise<ApplicantView> => {
      await openForm(patronId, context);
      return applicantView(id, patronId, applicant);
    },
    guarantor: async ({ guarantor, patronId }: Application, _args: unknown, context: CredentialsContext) => {
      await openForm(patronId, context);
      return guarantor;
    },
    decidedBy: ({ decidedBy }: Application, _args: unknown, context: CredentialsContext) => {
      requireRead(context.caller, null, ['applications:decide']);
      return decidedBy;
    },
    /** Null unless `Query.application` has set the cursor. */
    changesCursor: (
      { changesCursor = null }: { readonly changesCursor?: string | null },
      _args: unknown,
      context: CredentialsContext,
    ) => {
      requireRead(context.caller, null, ['applications:decide']);
      return changesCursor;
    },
    // Card management stores a withdrawal as a rejection with a fixed reason, which nobody has written.
    reason: ({ status, reason }: Application) => (status === 'WITHDRAWN' ? null : reason),
    problems: async (application: Application, _args: unknown, context: CredentialsContext) => {
      const { patronId, submittedAt } = application;
      // Only the problems of an open application depend on the patron's cards.
      const cards =
        isOpen(application) && patronId !== null ? await context.cardsByPatron.load(patronId) : [];
      return currentProblems(application, cards, hongKongDay(new Date(submittedAt)), context.today);
    },
  },
  Applicant: {
    identityNumber: auditedNumber('identityNumber'),
    birthCertificateNumber: auditedNumber('birthCertificateNumber'),
  },
};
