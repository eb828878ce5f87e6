import { z } from 'zod';
import type { Applicant, Application, CredentialKind } from '../../../adapters/credentials/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { applicantKey, documentKey } from '../../operations/locks.ts';
import { wasMerged } from '../../operations/merged-records.ts';
import { refuseIfAny } from '../../operations/operation-refused.ts';
import { storedProblem } from '../../operations/problem.ts';
import { approvalProblems, atInputOfApproval } from '../rules/applications/decision.ts';
import { documentsToWrite, identityNumberToAdd } from '../rules/applications/document-holders.ts';
import { newPatronOf } from '../rules/applications/new-patron.ts';
import type { ShownToStaff } from '../rules/applications/shown-to-staff.ts';
import type { CredentialTask } from './services.ts';
import { lock } from './steps/locks.ts';
import { findDocumentHolders } from './steps/lookups/find-document-holders.ts';
import { findEarlierLosses } from './steps/lookups/find-earlier-losses.ts';
import { findEarlierRegistration } from './steps/lookups/find-earlier-registration.ts';
import { findOtherApplications } from './steps/lookups/find-other-applications.ts';
import { isEnrolledElsewhere } from './steps/lookups/is-enrolled-elsewhere.ts';
import { newPatronSchema } from './steps/register-patron.ts';

export const plannedCard = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('LIBRARY_CARD') }),
  z.object({ kind: z.literal('SMART_ID'), identityNumber: z.string(), dateOfIssue: z.string() }),
]);
export type PlannedCard = z.infer<typeof plannedCard>;

/**
 * Why an approval has failed. The cards that were `issued` before must be closed. Then the operation is refused with
 * these problems.
 */
const failureSchema = z.object({
  issued: z.array(z.string()),
  problems: z.array(storedProblem),
});
export type Failure = z.infer<typeof failureSchema>;

/** The plan of an approval. It is saved again after some of its steps. */
export const approvalPlan = z.object({
  decision: z.literal('APPROVE'),
  applicationId: z.string(),
  /** Null until the applicant is registered. */
  patronId: z.string().nullable(),
  /** The record to register. Null if the applicant is a patron. */
  stranger: newPatronSchema.nullable(),
  /** The identity number that the patron's record must get. Null if the record needs none, or has it. */
  identityNumberToAdd: z.string().nullable().default(null),
  cards: z.array(plannedCard),
  /** Whether this approval has changed the registry. The change stays, even if the approval fails. */
  hasChangedRegistry: z.boolean().default(false),
  /** Whether the patron is suspended. If so, new cards are blocked as soon as they are issued (R15). */
  isSuspended: z.boolean().default(false),
  /** Null unless the approval failed. */
  failure: failureSchema.nullable(),
});
export type ApprovalPlan = z.infer<typeof approvalPlan>;

/**
 * The order in which cards are issued. The smart identity card comes first, because card management refuses it if its
 * number is enrolled with another date of issue. So a refusal leaves no other card to close.
 */
const issueOrder: readonly CredentialKind[] = ['SMART_ID', 'LIBRARY_CARD'];

/**
 * Makes the plan for each kind of card. The rules have already refused an application for a smart identity card without
 * its number or date of issue (R5, R7). So the empty texts are never used.
 */
const cardPlans: {
  readonly [Kind in CredentialKind]: (applicant: Applicant) => Extract<PlannedCard, { readonly kind: Kind }>;
} = {
  LIBRARY_CARD: () => ({ kind: 'LIBRARY_CARD' }),
  SMART_ID: ({ identityNumber, smartIdDateOfIssue }) => ({
    kind: 'SMART_ID',
    identityNumber: identityNumber ?? '',
    dateOfIssue: smartIdDateOfIssue ?? '',
  }),
};

/**
 * Checks everything that can be checked before the first change of an approval, and plans the changes. The patron and
 * the documents are locked first. Otherwise, two applications of one person could be approved at the same time (R7).
 *
 * If an earlier approval of this application has registered the patron and then failed, this approval continues with
 * that patron.
 * @throws OperationRefused if a rule refuses the approval, or if another open operation has locked the patron or a
 *   document.
 */
export async function planApproval(
  task: CredentialTask,
  received: Application,
  shown: ShownToStaff,
): Promise<ApprovalPlan> {
  const { services, operation, signal } = task;
  await lockApplicant(task, received);
  const holders = await findDocumentHolders(services.patrons, received.applicant, signal);
  const patronId = received.patronId ?? (await findEarlierRegistration(task, received.id, holders));
  const application = { ...received, patronId };
  if (patronId !== null) {
    await lock(task, applicantKey(patronId));
  }
  const [[patron = null], isMerged, [cards = []], enrolledElsewhere] = await Promise.all([
    patronId === null ? [] : services.patrons.findMany([patronId], signal),
    patronId !== null && wasMerged(services.merged, patronId),
    patronId === null ? [] : services.cards.cardsByPatron([patronId], signal),
    isEnrolledElsewhere(task, application),
  ]);
  const submittedOn = hongKongDay(new Date(application.submittedAt));
  const today = hongKongDay(operation.requestedAt);
  const lostEarlier = await findEarlierLosses(task, application, cards);
  const others = await findOtherApplications(task, application, documentsToWrite(application, patron));
  const records = {
    patron,
    isMerged,
    cards,
    lostEarlier,
    holders,
    isEnrolledElsewhere: enrolledElsewhere,
    others,
  };
  refuseIfAny(approvalProblems(application, shown, records, submittedOn, today).map(atInputOfApproval));
  const { id, applicant, wants } = application;
  return {
    decision: 'APPROVE',
    applicationId: id,
    patronId,
    stranger: patronId === null ? newPatronOf(application, shown.addressProofShown, submittedOn) : null,
    identityNumberToAdd: patron === null ? null : identityNumberToAdd(applicant, patron),
    cards: issueOrder.filter((kind) => wants.includes(kind)).map((kind) => cardPlans[kind](applicant)),
    hasChangedRegistry: false,
    isSuspended: patron?.status === 'SUSPENDED',
    failure: null,
  };
}

async function lockApplicant(task: CredentialTask, { patronId, applicant }: Application): Promise<void> {
  const documentNumbers = [applicant.identityNumber, applicant.birthCertificateNumber].filter(
    (number) => number !== null,
  );
  const keys = [
    ...(patronId === null ? [] : [applicantKey(patronId)]),
    ...documentNumbers.map((number) => documentKey(task.services, number)),
  ];
  if (keys.length > 0) {
    await lock(task, ...keys);
  }
}
