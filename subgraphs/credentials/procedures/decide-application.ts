import { z } from 'zod';
import { oneLine } from '../../library/contact.ts';
import { refuseIfAny } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import { openProblems, rejectionProblems } from '../rules/applications/decision.ts';
import { approvalPlan, approve, planApproval } from './approve-application.ts';
import type { CredentialServices, CredentialTask } from './services.ts';
import { applicationKey, lockNumber } from './steps/locks.ts';
import { readApplication } from './steps/read-records.ts';
import { acceptedOrRefuse } from './steps/refusals.ts';

const input = z.object({
  applicationId: z.string(),
  approve: z.boolean(),
  addressProofShown: z.boolean(),
  /** Absent if the input did not have this field, and in operations that began before the field existed. */
  identityDocumentSeen: z.boolean().optional(),
  reason: z.string().nullable(),
});
type Input = z.infer<typeof input>;

const rejectionPlan = z.object({
  decision: z.literal('REJECT'),
  applicationId: z.string(),
  reason: z.string(),
});
const plan = z.discriminatedUnion('decision', [rejectionPlan, approvalPlan]);
type Plan = z.infer<typeof plan>;

/** Approves or rejects an application (R2 to R8). {@link approve} and {@link reject} describe the steps. */
export const decideApplication: Procedure<CredentialServices, Input, Plan> = {
  kind: 'DECIDE_APPLICATION',
  input,
  plan,
  async prepare(
    task,
    { applicationId, approve: isApproval, addressProofShown, identityDocumentSeen = false, reason },
  ) {
    await lockNumber(task, applicationKey, applicationId, 'applicationId');
    const application = await readApplication(task, applicationId);
    if (application.patronId !== null) {
      task.patron.learn(application.patronId);
    }
    refuseIfAny(openProblems(application));
    if (isApproval) {
      return await planApproval(task, application, { addressProofShown, identityDocumentSeen });
    }
    refuseIfAny(rejectionProblems(reason));
    return { decision: 'REJECT', applicationId, reason: oneLine(reason ?? '') };
  },
  async carryOut(task, planned, save) {
    const { applicationId } = planned;
    if (planned.decision === 'REJECT') {
      await reject(task, applicationId, planned.reason);
    } else {
      await approve(task, planned, save);
    }
    return { applicationId };
  },
};

/**
 * Rejects an application.
 *
 * 1. Card management rejects the application. The call takes no reference. If it is repeated, card management refuses
 *    it, because an application is decided only once. The application is then read. If it is rejected with this reason,
 *    an earlier attempt was carried out.
 */
export async function reject(task: CredentialTask, applicationId: string, reason: string): Promise<void> {
  const { services, caller, signal } = task;
  const decision = { approve: false, reason, decidedBy: caller } as const;
  const answer = await services.cards.decideApplication(applicationId, decision, signal);
  if (!('refused' in answer)) {
    return;
  }
  const application = await readApplication(task, applicationId);
  if (application.status !== 'REJECTED' || application.reason !== reason) {
    acceptedOrRefuse(answer);
  }
}
