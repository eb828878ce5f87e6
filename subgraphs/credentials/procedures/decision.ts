import { z } from 'zod';
import type { Application, NewCredential } from '../../../adapters/credentials/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { oneLine } from '../../library/contact.ts';
import { ensureInCirculation } from '../../operations/card-change.ts';
import { OperationRefused } from '../../operations/operation-refused.ts';
import type { Procedure } from '../../operations/procedure.ts';
import {
  approvalProblems,
  openProblems,
  rejectionProblems,
  type ShownToStaff,
} from '../rules/applications/decision.ts';
import { identityNumberToAdd } from '../rules/applications/identity.ts';
import { newPatronOf } from '../rules/applications/new-patron.ts';
import { holdersOf } from './holders.ts';
import { lostEarlier } from './losses.ts';
import { addIdentityNumber, newPatron, registered } from './registration.ts';
import {
  applicationOf,
  type CredentialServices,
  type CredentialTask,
  documentKey,
  done,
  lock,
  lockNumber,
  problemOf,
  refuseIfAny,
} from './services.ts';

const input = z.object({
  applicationId: z.string(),
  approve: z.boolean(),
  addressProofShown: z.boolean(),
  /** Absent where it was not said, also for an operation that was begun before it could be. */
  identityDocumentSeen: z.boolean().exactOptional(),
  reason: z.string().nullable(),
});
type Input = z.infer<typeof input>;

const card = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('LIBRARY_CARD') }),
  z.object({ kind: z.literal('SMART_ID'), identityNumber: z.string(), dateOfIssue: z.string() }),
]);
/** The cards that were issued, and are taken back; and what is told of it. */
const failure = z.object({
  issued: z.array(z.string()),
  problems: z.array(
    z.object({ code: z.string(), message: z.string(), field: z.array(z.string()).readonly().nullable() }),
  ),
});
type Failure = z.infer<typeof failure>;

const plan = z.discriminatedUnion('decision', [
  z.object({ decision: z.literal('REJECT'), applicationId: z.string(), reason: z.string() }),
  z.object({
    decision: z.literal('APPROVE'),
    applicationId: z.string(),
    /** Null until the stranger is registered. */
    patronId: z.string().nullable(),
    stranger: newPatron.nullable(),
    /** What the patron's record is to get; null where it needs nothing, and once it has it. */
    identityNumberToAdd: z.string().nullable().default(null),
    cards: z.array(card),
    /** Null for as long as it has not come to nothing. */
    failure: failure.nullable(),
  }),
]);
type Plan = z.infer<typeof plan>;
type Approval = Extract<Plan, { decision: 'APPROVE' }>;

/**
 * Staff decide an application. Approving registers a stranger, or writes the identity number of a patron who was registered
 * by birth certificate; it issues the cards, makes them known for lending, and closes the application last, so that it stays
 * open to see until all of it is done.
 */
export const decideApplication: Procedure<CredentialServices, Input, Plan> = {
  kind: 'DECIDE_APPLICATION',
  input,
  plan,
  async prepare(task, { applicationId, approve, addressProofShown, identityDocumentSeen = false, reason }) {
    await lockNumber(task, 'application', applicationId, 'applicationId');
    const application = await applicationOf(task, applicationId);
    refuseIfAny(openProblems(application));
    if (approve) {
      return await approvalOf(task, application, { addressProofShown, identityDocumentSeen });
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

/** Two applications of one stranger, or of one patron, are not approved at a time: each would be judged without the other. */
async function approvalOf(
  task: CredentialTask,
  application: Application,
  shown: ShownToStaff,
): Promise<Approval> {
  const { services, operation, signal } = task;
  const { id, patronId, applicant, wants } = application;
  const documents = [applicant.identityNumber, applicant.birthCertificateNumber].filter(
    (number) => number !== null,
  );
  const whose = [
    ...(patronId === null ? [] : [`applicant ${patronId}`]),
    ...documents.map((number) => documentKey(services, number)),
  ];
  if (whose.length > 0) {
    await lock(task, ...whose);
  }
  const [holders, [patron = null], [cards = []]] = await Promise.all([
    holdersOf(services.patrons, applicant, signal),
    patronId === null ? [] : services.patrons.findMany([patronId], signal),
    patronId === null ? [] : services.cards.cardsByPatron([patronId], signal),
  ]);
  const submittedOn = hongKongDay(new Date(application.submittedAt));
  const today = hongKongDay(operation.requestedAt);
  const records = { patron, cards, lostEarlier: await lostEarlier(task, application, cards), holders };
  refuseIfAny(approvalProblems(application, shown, records, submittedOn, today));
  const stranger = patronId === null ? newPatronOf(application, shown.addressProofShown, submittedOn) : null;
  return {
    decision: 'APPROVE',
    applicationId: id,
    patronId,
    stranger,
    identityNumberToAdd: patron === null ? null : identityNumberToAdd(applicant, patron),
    cards: wants.map((kind) =>
      kind === 'SMART_ID'
        ? {
            kind,
            identityNumber: applicant.identityNumber ?? '',
            dateOfIssue: applicant.smartIdDateOfIssue ?? '',
          }
        : { kind },
    ),
    failure: null,
  };
}

async function reject(task: CredentialTask, applicationId: string, reason: string): Promise<void> {
  const { services, caller, signal } = task;
  const decision = { approve: false, reason, decidedBy: caller } as const;
  const answer = await services.cards.decideApplication(applicationId, decision, signal);
  if (!('refused' in answer)) {
    return;
  }
  // It may be our own rejection, of which nothing was heard.
  const { status, reason: given } = await applicationOf(task, applicationId);
  if (status !== 'REJECTED' || given !== reason) {
    done(answer);
  }
}

async function approve(
  task: CredentialTask,
  approval: Approval,
  save: (plan: Plan) => Promise<void>,
): Promise<void> {
  const failure = approval.failure ?? (await failureOf(task, approval, save));
  if (failure === null) {
    return;
  }
  // First of all, so that what is being taken back is not approved after all, whatever a counter changes meanwhile.
  await save({ ...approval, failure });
  await takeBack(task, failure.issued);
  throw new OperationRefused(failure.problems);
}

/** Makes all changes of an approval. Null where all are made. */
async function failureOf(
  task: CredentialTask,
  approval: Approval,
  save: (plan: Plan) => Promise<void>,
): Promise<Failure | null> {
  const { services, operation, caller, signal } = task;
  const { applicationId } = approval;
  const patronId = await inRegistry(task, approval, save);
  const issued: string[] = [];
  for (const wanted of approval.cards) {
    const credential: NewCredential = { ...wanted, patronId };
    const answer = await services.cards.issueCard(`${operation.id} ${wanted.kind}`, credential, signal);
    if ('refused' in answer) {
      return { issued, problems: [{ ...problemOf(answer), field: ['applicationId'] }] };
    }
    issued.push(answer.credential.libraryCardNumber);
  }
  for (const number of issued) {
    await ensureInCirculation(services, operation, 'REGISTER_CARD', number);
  }
  const decision = { approve: true, patronId, decidedBy: caller } as const;
  const decided = await services.cards.decideApplication(applicationId, decision, signal);
  if (!('refused' in decided)) {
    return null;
  }
  // A counter may have decided or withdrawn it meanwhile; or it is our own approval, of which nothing was heard.
  const now = await applicationOf(task, applicationId);
  const isOurs = now.status === 'APPROVED' && now.patronId === patronId;
  if (isOurs) {
    return null;
  }
  const [why = problemOf(decided)] = openProblems(now);
  return { issued, problems: [why] };
}

/**
 * The number of the patron, who is registered by then, also by the identity number that the record did not have. Both stay
 * when the application comes to nothing later: staff have seen the documents, whatever becomes of the cards.
 */
async function inRegistry(
  task: CredentialTask,
  approval: Approval,
  save: (plan: Plan) => Promise<void>,
): Promise<string> {
  const { patronId, stranger, identityNumberToAdd: identityNumber } = approval;
  if (patronId === null) {
    const newId = await registered(task, stranger);
    await save({ ...approval, patronId: newId });
    return newId;
  }
  if (identityNumber !== null) {
    await addIdentityNumber(task, patronId, identityNumber);
    await save({ ...approval, identityNumberToAdd: null });
  }
  return patronId;
}

/** Closes and blocks what was issued for an application that came to nothing. */
async function takeBack(
  { services, operation, signal }: CredentialTask,
  issued: readonly string[],
): Promise<void> {
  for (const number of issued) {
    await services.cards.closeCard(`${operation.id} ${number}`, number, 'CLOSED', signal);
    await ensureInCirculation(services, operation, 'BLOCK_CARD', number);
  }
}
