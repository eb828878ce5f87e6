import { z } from 'zod';
import type { Application, NewCredential } from '../../../adapters/credentials/port.ts';
import { hongKongDay } from '../../calendar.ts';
import { ensureInCirculation } from '../../circulation-part.ts';
import { type Procedure, Refused } from '../../procedure.ts';
import {
  applicationOf,
  type CardDesk,
  type CardTask,
  claim,
  documentKey,
  done,
  refuseIfAny,
} from '../desk.ts';
import { approvalProblems, openProblems, rejectionProblems } from '../rules/decision.ts';
import { problem } from '../rules/problem.ts';
import { newPatronOf } from '../rules/registration.ts';
import { holdersOf } from './holders.ts';
import { newPatron, registered } from './registration.ts';

const input = z.object({
  applicationId: z.string(),
  approve: z.boolean(),
  addressProofShown: z.boolean(),
  reason: z.string().nullable(),
});
type Input = z.infer<typeof input>;

const card = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('LIBRARY_CARD') }),
  z.object({ kind: z.literal('SMART_ID'), identityNumber: z.string(), dateOfIssue: z.string() }),
]);
const plan = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('REJECT'), applicationId: z.string(), reason: z.string() }),
  z.object({
    decision: z.literal('APPROVE'),
    applicationId: z.string(),
    /** Null until the stranger is registered. */
    patronId: z.string().nullable(),
    stranger: newPatron.nullable(),
    cards: z.array(card),
  }),
]);
type Plan = z.infer<typeof plan>;
type Approval = Extract<Plan, { decision: 'APPROVE' }>;

/**
 * Staff decide an application. Approving registers a stranger, issues the cards, makes them known for lending, and closes the
 * application last, so that it stays open to see until all of it is done.
 */
export const decideApplication: Procedure<CardDesk, Input, Plan> = {
  kind: 'DECIDE_APPLICATION',
  input,
  plan,
  async prepare(task, { applicationId, approve, addressProofShown, reason }) {
    await claim(task, `application ${applicationId}`);
    const application = await applicationOf(task, applicationId);
    refuseIfAny(openProblems(application));
    if (approve) return await approvalOf(task, application, addressProofShown);
    refuseIfAny(rejectionProblems(reason));
    return { decision: 'REJECT', applicationId, reason: reason ?? '' };
  },
  async carryOut(task, planned, save) {
    const { applicationId } = planned;
    if (planned.decision === 'REJECT') await reject(task, applicationId, planned.reason);
    else await approveAs(task, planned, save);
    return { applicationId };
  },
};

/** Two applications of one stranger, or of one patron, are not approved at a time: each would be judged without the other. */
async function approvalOf(
  task: CardTask,
  application: Application,
  addressProofShown: boolean,
): Promise<Approval> {
  const { desk, operation, signal } = task;
  const { id, patronId, applicant, wants } = application;
  const documents = [applicant.identityNumber, applicant.birthCertificateNumber].filter(
    (number) => number !== null,
  );
  const whose =
    patronId === null ? documents.map((number) => documentKey(desk, number)) : [`applicant ${patronId}`];
  await claim(task, ...whose);
  const [holders, [patron = null], [cards = []]] = await Promise.all([
    holdersOf(desk.patrons, applicant, signal),
    patronId === null ? [] : desk.patrons.findMany([patronId], signal),
    patronId === null ? [] : desk.cards.cardsByPatron([patronId], signal),
  ]);
  const submittedOn = hongKongDay(new Date(application.submittedAt));
  const today = hongKongDay(operation.requestedAt);
  refuseIfAny(
    approvalProblems(application, addressProofShown, { patron, cards, holders }, submittedOn, today),
  );
  const stranger = patronId === null ? newPatronOf(application, addressProofShown, submittedOn) : null;
  return {
    decision: 'APPROVE',
    applicationId: id,
    patronId,
    stranger,
    cards: wants.map((kind) =>
      kind === 'SMART_ID'
        ? {
            kind,
            identityNumber: applicant.identityNumber ?? '',
            dateOfIssue: applicant.smartIdDateOfIssue ?? '',
          }
        : { kind },
    ),
  };
}

async function reject(task: CardTask, applicationId: string, reason: string): Promise<void> {
  const { desk, caller, signal } = task;
  const decision = { approve: false, reason, decidedBy: caller } as const;
  const answer = await desk.cards.decideApplication(applicationId, decision, signal);
  if (!('refused' in answer)) return;
  // It may be our own rejection, of which nothing was heard.
  const { status, reason: given } = await applicationOf(task, applicationId);
  if (status !== 'REJECTED' || given !== reason) done(answer);
}

async function approveAs(
  task: CardTask,
  approval: Approval,
  save: (plan: Plan) => Promise<void>,
): Promise<void> {
  const { desk, operation, caller, signal } = task;
  const { applicationId } = approval;
  const patronId = approval.patronId ?? (await registered(task, approval.stranger));
  if (approval.patronId === null) await save({ ...approval, patronId });
  const issued: string[] = [];
  for (const wanted of approval.cards) {
    const credential: NewCredential = { ...wanted, patronId };
    const answer = await desk.cards.issueCard(`${operation.id} ${wanted.kind}`, credential, signal);
    if ('refused' in answer)
      return await takeBack(task, issued, new Refused(problem('ALREADY_HELD', 'applicationId')));
    issued.push(answer.credential.libraryCardNumber);
  }
  for (const number of issued) await ensureInCirculation(desk, operation, 'REGISTER_CARD', number);
  const decision = { approve: true, patronId, decidedBy: caller } as const;
  const decided = await desk.cards.decideApplication(applicationId, decision, signal);
  if (!('refused' in decided)) return;
  // A counter may have decided or withdrawn it meanwhile; or it is our own approval, of which nothing was heard.
  const now = await applicationOf(task, applicationId);
  if (now.status === 'APPROVED' && now.patronId === patronId) return;
  await takeBack(task, issued, new Refused(...openProblems(now)));
}

/** Closes and blocks what was issued for an application that came to nothing. */
async function takeBack(task: CardTask, issued: readonly string[], why: Refused): Promise<never> {
  const { desk, operation, signal } = task;
  for (const number of issued) {
    await desk.cards.closeCard(`${operation.id} ${number}`, number, 'CLOSED', signal);
    await ensureInCirculation(desk, operation, 'BLOCK_CARD', number);
  }
  throw why;
}
