import { z } from 'zod';
import { type Application, withdrawnByApplicant } from '../../../adapters/credentials/port.ts';
import { isVendorNumber } from '../../library/card-and-identity-numbers.ts';
import { oneLine } from '../../library/contact.ts';
import { refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { openProblems, rejectionProblems } from '../rules/applications/decision.ts';
import { approve } from './approve-application.ts';
import { type ApprovalPlan, approvalPlan, planApproval } from './plan-approval.ts';
import type { CredentialServices, CredentialTask } from './services.ts';
import { applicationKey, lockNumber } from './steps/locks.ts';
import { readApplication } from './steps/read-records.ts';
import { acceptedOrRefuse, notFound } from './steps/refusals.ts';

const approvalInput = z.object({
  applicationId: z.string(),
  addressProofShown: z.boolean(),
  identityDocumentSeen: z.boolean(),
  otherApplicationsSeen: z.array(z.string()).readonly(),
  applicationsSearched: z.boolean(),
});

/** Approves an application (R2 to R8). {@link approve} describes the steps. */
export const approveApplication: Procedure<
  CredentialServices,
  z.infer<typeof approvalInput>,
  ApprovalPlan
> = {
  kind: 'APPROVE_APPLICATION',
  input: approvalInput,
  plan: approvalPlan,
  async prepare(task, { applicationId, ...shown }) {
    return await planApproval(task, await readOpenApplication(task, applicationId), shown);
  },
  async carryOut(task, planned, save) {
    await approve(task, planned, save);
    return { applicationId: planned.applicationId };
  },
};

const rejectionInput = z.object({ applicationId: z.string(), reason: z.string() });
const rejectionPlan = rejectionInput.extend({ decision: z.literal('REJECT') });
type RejectionPlan = z.infer<typeof rejectionPlan>;

/** Rejects an application. {@link reject} describes the step. */
export const rejectApplication: Procedure<
  CredentialServices,
  z.infer<typeof rejectionInput>,
  RejectionPlan
> = {
  kind: 'REJECT_APPLICATION',
  input: rejectionInput,
  plan: rejectionPlan,
  async prepare(task, { applicationId, reason }) {
    await readOpenApplication(task, applicationId);
    refuseIfAny(rejectionProblems(reason));
    return { decision: 'REJECT', applicationId, reason: oneLine(reason) };
  },
  async carryOut(task, { applicationId, reason }) {
    await reject(task, applicationId, reason);
    return { applicationId };
  },
};

const withdrawalPlan = z.object({ applicationId: z.string() });
const withdrawalInput = withdrawalPlan.extend({
  /** The patron to whom the application must belong. Null if it may be anybody's. */
  ownerId: z.string().nullable(),
});

/** Withdraws an application for its applicant, by rejecting it. {@link reject} describes the step. */
export const withdrawApplication: Procedure<
  CredentialServices,
  z.infer<typeof withdrawalInput>,
  z.infer<typeof withdrawalPlan>
> = {
  kind: 'WITHDRAW_APPLICATION',
  input: withdrawalInput,
  plan: withdrawalPlan,
  patronOf: ({ ownerId }) => ownerId,
  async prepare(task, { applicationId, ownerId }) {
    if (ownerId !== null) {
      await requireOwn(task, applicationId, ownerId);
    }
    await readOpenApplication(task, applicationId);
    return { applicationId };
  },
  async carryOut(task, { applicationId }) {
    await reject(task, applicationId, withdrawnByApplicant);
    return { applicationId };
  },
};

/**
 * Requires that the application is the patron's. This is checked before the lock, so that nobody can block decisions on
 * another person's application.
 * @throws OperationRefused NOT_FOUND
 */
async function requireOwn(task: CredentialTask, applicationId: string, ownerId: string): Promise<void> {
  const application = isVendorNumber(applicationId) ? await readApplication(task, applicationId) : null;
  if (application?.patronId !== ownerId) {
    throw notFound('applicationId');
  }
}

const input = z.object({
  applicationId: z.string(),
  approve: z.boolean(),
  addressProofShown: z.boolean(),
  /** True or absent. Absent in operations of earlier releases. */
  identityDocumentSeen: z.boolean().optional(),
  reason: z.string().nullable(),
});
type Input = z.infer<typeof input>;

const plan = z.discriminatedUnion('decision', [rejectionPlan, approvalPlan]);
type Plan = z.infer<typeof plan>;

/**
 * Approves or rejects an application, as {@link approveApplication} and {@link rejectApplication}, which have replaced
 * this kind of operation. Its input has no `otherApplicationsSeen`, so that list is empty.
 */
export const decideApplication: Procedure<CredentialServices, Input, Plan> = {
  kind: 'DECIDE_APPLICATION',
  input,
  plan,
  prepare: (task, { approve: isApproval, reason, identityDocumentSeen = false, ...others }) =>
    isApproval
      ? approveApplication.prepare(task, {
          ...others,
          identityDocumentSeen,
          otherApplicationsSeen: [],
          applicationsSearched: false,
        })
      : rejectApplication.prepare(task, { ...others, reason: reason ?? '' }),
  carryOut: (task, planned, save) =>
    planned.decision === 'REJECT'
      ? rejectApplication.carryOut(task, planned, save)
      : approveApplication.carryOut(task, planned, save),
};

/**
 * Locks and reads an open application.
 * @throws OperationRefused if it isn't open, or another operation has locked it
 */
async function readOpenApplication(task: CredentialTask, applicationId: string): Promise<Application> {
  await lockNumber(task, applicationKey, applicationId, 'applicationId');
  const application = await readApplication(task, applicationId);
  if (application.patronId !== null) {
    task.patron.learn(application.patronId);
  }
  refuseIfAny(openProblems(application));
  return application;
}

/**
 * Rejects an application.
 *
 * 1. Card management rejects the application. The call takes no reference. If the call is repeated, card management
 * refuses it, because an application is decided only once. The application is then read. If it is rejected with this
 * reason, an earlier attempt was carried out.
 */
export async function reject(task: CredentialTask, applicationId: string, reason: string): Promise<void> {
  const { services, caller, signal } = task;
  const decision = { approve: false, reason, decidedBy: caller } as const;
  const answer = await services.cards.decideApplication(applicationId, decision, signal);
  if (!('refused' in answer)) {
    return;
  }
  const application = await readApplication(task, applicationId);
  const isRejected = application.status === 'REJECTED' || application.status === 'WITHDRAWN';
  if (!isRejected || application.reason !== reason) {
    acceptedOrRefuse('REJECT_APPLICATION', answer);
  }
}
