/** Applications and loss reports: connections over card management's own pages. */
import type {
  Applicant,
  Application,
  ApplicationStatus,
  LossReport,
} from '../../../adapters/credentials/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { maskIdentityNumber } from '../../library/numbers.ts';
import { recordReading } from '../../operations/reading-audit.ts';
import { mayRead, requireRead } from '../../runtime/caller.ts';
import { pageToConnection, parsePage } from '../../runtime/connection.ts';
import type { Scope } from '../../runtime/scopes.ts';
import type { CredentialsContext, PatronReference } from '../context.ts';
import { currentProblems } from '../rules/applications/current-problems.ts';
import { withCanonicalDocuments } from '../rules/applications/form.ts';

interface ListArguments {
  readonly first: number;
  readonly after?: string | null;
}

/** For whoever may see the applications of any patron. */
const readsApplications: readonly Scope[] = ['credentials:read', 'applications:decide'];

/** Null also for someone else's application: that it is there is not for everyone to learn. */
export async function application(_: unknown, args: { id: string }, context: CredentialsContext) {
  const found = await context.applications.load(args.id);
  return found !== null && mayRead(context.caller, found.patronId, readsApplications) ? found : null;
}

export function applications(
  _: unknown,
  args: ListArguments & { status?: ApplicationStatus | null },
  context: CredentialsContext,
) {
  requireRead(context.caller, null, ['applications:decide']);
  return listApplications(args.status == null ? {} : { status: args.status }, args, context);
}

export function patronApplications(
  patron: PatronReference,
  args: ListArguments,
  context: CredentialsContext,
) {
  requireRead(context.caller, patron.id, readsApplications);
  return listApplications({ patronId: patron.id }, args, context);
}

export async function lossReports(_: unknown, args: ListArguments, context: CredentialsContext) {
  requireRead(context.caller, null, ['credentials:read']);
  const page = parsePage(args);
  const found = await context.services.cards.listLossReports(page, context.signal);
  return pageToConnection(found.rows, found, page);
}

async function listApplications(
  filter: { readonly status?: ApplicationStatus; readonly patronId?: string },
  args: ListArguments,
  context: CredentialsContext,
) {
  const page = parsePage(args);
  const found = await context.services.cards.listApplications(filter, page, context.signal);
  return pageToConnection(found.rows.map(withCanonicalDocuments), found, page);
}

const mask = (number: string | null) => (number === null ? null : maskIdentityNumber(number));

/** What was filled in, and where: each reading of a whole number is audited. */
interface ApplicantOf extends Applicant {
  readonly applicationId: string;
  readonly patronId: string | null;
  readonly maskedIdentityNumber: string | null;
  readonly maskedBirthCertificateNumber: string | null;
}

/** R7 and R27: for those who compare it with the document in hand. Nothing was read where there is none. */
function wholeNumber(document: 'identityNumber' | 'birthCertificateNumber') {
  return async (applicant: ApplicantOf, _args: unknown, { services, caller }: CredentialsContext) => {
    requireRead(caller, null, ['identity:read']);
    const { applicationId, patronId, [document]: number } = applicant;
    if (number === null) {
      return null;
    }
    await recordReading(services, caller, { what: 'IDENTITY_NUMBER', patronId, applicationId });
    return number;
  };
}

export const applicationResolvers = {
  Application: {
    patron: ({ patronId }: Application) => (patronId === null ? null : { id: patronId }),
    applicant: (
      { id, applicant, patronId }: Application,
      _args: unknown,
      context: CredentialsContext,
    ): ApplicantOf => {
      requireRead(context.caller, patronId, ['applications:decide']);
      return {
        ...applicant,
        applicationId: id,
        patronId,
        maskedIdentityNumber: mask(applicant.identityNumber),
        maskedBirthCertificateNumber: mask(applicant.birthCertificateNumber),
      };
    },
    guarantor: ({ guarantor, patronId }: Application, _args: unknown, context: CredentialsContext) => {
      requireRead(context.caller, patronId, ['applications:decide']);
      return guarantor;
    },
    problems: async (row: Application, _args: unknown, context: CredentialsContext) => {
      // Only what is still to be decided can collide with a card in use.
      const cards =
        row.status === 'RECEIVED' && row.patronId !== null
          ? await context.cardsByPatron.load(row.patronId)
          : [];
      return currentProblems(row, cards, hongKongDay(new Date(row.submittedAt)), context.today);
    },
  },
  Applicant: {
    identityNumber: wholeNumber('identityNumber'),
    birthCertificateNumber: wholeNumber('birthCertificateNumber'),
  },
  LossReport: {
    credential: (report: LossReport, _args: unknown, context: CredentialsContext) =>
      context.cardsByNumber.load(report.libraryCardNumber),
  },
};
