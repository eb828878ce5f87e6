import { z } from 'zod';
import type {
  Applicant,
  Application,
  CredentialKind,
  NewCredential,
} from '../../../adapters/credentials/port.ts';
import { hongKongDay } from '../../library/calendar.ts';
import { ensureInCirculation } from '../../operations/card-change.ts';
import { OperationRefused, refuseIfAny } from '../../operations/operation-refused.ts';
import { storedProblem } from '../../operations/problem.ts';
import {
  approvalProblems,
  atInputOfApproval,
  openProblems,
  type ShownToStaff,
} from '../rules/applications/decision.ts';
import { identityNumberToAdd } from '../rules/applications/document-holders.ts';
import { newPatronOf } from '../rules/applications/new-patron.ts';
import type { CredentialTask } from './services.ts';
import { addIdentityNumber } from './steps/add-identity-number.ts';
import { findDocumentHolders } from './steps/find-document-holders.ts';
import { findEarlierLosses } from './steps/find-earlier-losses.ts';
import { applicantKey, documentKey, lock } from './steps/locks.ts';
import { readApplication } from './steps/read-records.ts';
import { recordCardChanges } from './steps/record-card-changes.ts';
import { refusalProblem } from './steps/refusals.ts';
import { newPatronSchema, registerPatron } from './steps/register-patron.ts';

/** A card that the approval issues. */
const plannedCard = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('LIBRARY_CARD') }),
  z.object({ kind: z.literal('SMART_ID'), identityNumber: z.string(), dateOfIssue: z.string() }),
]);
type PlannedCard = z.infer<typeof plannedCard>;

/**
 * The state of a failed approval: the numbers of the issued cards, which must be closed, and the problems with which
 * the approval is then refused.
 */
const failureSchema = z.object({
  issued: z.array(z.string()),
  problems: z.array(storedProblem),
});
type Failure = z.infer<typeof failureSchema>;

/** The plan of an approval. It is saved again after some of its steps. */
export const approvalPlan = z.object({
  decision: z.literal('APPROVE'),
  applicationId: z.string(),
  /** Null until the stranger is registered. */
  patronId: z.string().nullable(),
  /** Null if the applicant is a patron. */
  stranger: newPatronSchema.nullable(),
  /** The number to write into the patron's record. Null if the record needs none, and after it is written. */
  identityNumberToAdd: z.string().nullable().default(null),
  cards: z.array(plannedCard),
  /** Null unless the approval failed. */
  failure: failureSchema.nullable(),
});
export type ApprovalPlan = z.infer<typeof approvalPlan>;
type SavePlan = (plan: ApprovalPlan) => Promise<void>;

/**
 * The plan for each kind of card. A smart identity card's number and date of issue are never missing here, because the
 * rules refuse such an application before (R5, R7).
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
 * Checks the rules, and plans the changes of an approval. Locks the patron and the documents first. Otherwise, if two
 * applications of one person are approved at the same time, each would be judged without the other (R7).
 * @throws OperationRefused if a rule refuses the approval, or if another open operation holds the patron or a document.
 */
export async function planApproval(
  task: CredentialTask,
  application: Application,
  shown: ShownToStaff,
): Promise<ApprovalPlan> {
  const { services, operation, signal } = task;
  const { id, patronId, applicant, wants } = application;
  const documentNumbers = [applicant.identityNumber, applicant.birthCertificateNumber].filter(
    (number) => number !== null,
  );
  const keys = [
    ...(patronId === null ? [] : [applicantKey(patronId)]),
    ...documentNumbers.map((number) => documentKey(services, number)),
  ];
  if (keys.length > 0) {
    await lock(task, ...keys);
  }
  const [holders, [patron = null], [cards = []]] = await Promise.all([
    findDocumentHolders(services.patrons, applicant, signal),
    patronId === null ? [] : services.patrons.findMany([patronId], signal),
    patronId === null ? [] : services.cards.cardsByPatron([patronId], signal),
  ]);
  const submittedOn = hongKongDay(new Date(application.submittedAt));
  const today = hongKongDay(operation.requestedAt);
  const lostEarlier = await findEarlierLosses(task, application, cards);
  const records = { patron, cards, lostEarlier, holders };
  refuseIfAny(approvalProblems(application, shown, records, submittedOn, today).map(atInputOfApproval));
  return {
    decision: 'APPROVE',
    applicationId: id,
    patronId,
    stranger: patronId === null ? newPatronOf(application, shown.addressProofShown, submittedOn) : null,
    identityNumberToAdd: patron === null ? null : identityNumberToAdd(applicant, patron),
    cards: wants.map((kind) => cardPlans[kind](applicant)),
    failure: null,
  };
}

/**
 * Approves an application.
 *
 * 1. The registry registers a stranger. For a patron who was registered by birth certificate, the identity number is
 *    added to the record instead (R7). The plan is saved after this step. `registerPatron` and `addIdentityNumber`
 *    explain why they are safe to repeat.
 * 2. Card management issues the cards, and each is recorded in the audit. This is safe to repeat, because card
 *    management recognises the reference `<operation id> <kind>` and gives the same answer again.
 * 3. Circulation registers the cards. This is safe to repeat, because a change is sent again only if the last request
 *    was certainly not carried out.
 * 4. Card management closes the application as approved. This step is the last, so that the application stays open
 *    until all is done. The call takes no reference. If it is repeated, card management refuses it, and the application
 *    is read. If it is approved for this patron, an earlier attempt was carried out.
 *
 * If step 2 or 4 is refused, the approval has failed. The plan is saved as failed before anything is undone. So the
 * cards are closed in any case, even if a counter makes changes meanwhile. The changes of step 1 stay, because staff
 * have seen the documents.
 *
 * 5. Card management closes each issued card, which is recorded in the audit, and circulation blocks it. This is safe
 *    to repeat for the reasons in steps 2 and 3.
 *
 * @throws OperationRefused after a failed approval is undone.
 */
export async function approve(task: CredentialTask, plan: ApprovalPlan, save: SavePlan): Promise<void> {
  const failure = plan.failure ?? (await makeChanges(task, plan, save));
  if (failure === null) {
    return;
  }
  await save({ ...plan, failure });
  await takeBack(task, failure.issued);
  throw new OperationRefused(failure.problems);
}

/** Makes the changes of steps 1 to 4. Resolves to null if all of them were made. */
async function makeChanges(
  task: CredentialTask,
  plan: ApprovalPlan,
  save: SavePlan,
): Promise<Failure | null> {
  const { services, operation, caller, signal } = task;
  const { applicationId } = plan;
  const patronId = await updateRegistry(task, plan, save);
  task.patron.learn(patronId);
  const { issued, problems } = await issueCards(task, plan.cards, patronId);
  if (problems.length > 0) {
    return { issued, problems };
  }
  for (const number of issued) {
    await ensureInCirculation(services, operation, 'REGISTER_CARD', number);
  }
  const decision = { approve: true, patronId, decidedBy: caller } as const;
  const answer = await services.cards.decideApplication(applicationId, decision, signal);
  if (!('refused' in answer)) {
    return null;
  }
  // A counter may have decided the application, or the applicant may have withdrawn it. Or an earlier attempt was
  // carried out, but its answer was lost.
  const application = await readApplication(task, applicationId);
  if (application.status === 'APPROVED' && application.patronId === patronId) {
    return null;
  }
  const [reason = refusalProblem(answer)] = openProblems(application);
  return { issued, problems: [reason] };
}

/** Makes the changes of step 1. Returns the number of the patron. */
async function updateRegistry(task: CredentialTask, plan: ApprovalPlan, save: SavePlan): Promise<string> {
  const { patronId, stranger, identityNumberToAdd: identityNumber } = plan;
  if (patronId === null) {
    if (stranger === null) {
      throw new Error('the plan has neither a patron nor a stranger to register');
    }
    const newPatronId = await registerPatron(task, stranger);
    await save({ ...plan, patronId: newPatronId });
    return newPatronId;
  }
  if (identityNumber !== null) {
    await addIdentityNumber(task, patronId, identityNumber);
    await save({ ...plan, identityNumberToAdd: null });
  }
  return patronId;
}

/**
 * Makes the changes of step 2, one card after the other, until one is refused. There are no problems if all cards were
 * issued.
 */
async function issueCards(
  task: CredentialTask,
  cards: readonly PlannedCard[],
  patronId: string,
): Promise<Failure> {
  const { services, operation, signal } = task;
  const issued: string[] = [];
  for (const card of cards) {
    const credential: NewCredential = { ...card, patronId };
    const answer = await services.cards.issueCard(`${operation.id} ${card.kind}`, credential, signal);
    if ('refused' in answer) {
      return { issued, problems: [{ ...refusalProblem(answer), field: ['applicationId'] }] };
    }
    issued.push(answer.credential.libraryCardNumber);
    await recordCardChanges(task, answer.credential, ['issuedOn']);
  }
  return { issued, problems: [] };
}

/**
 * Makes the changes of step 5. A refusal of card management is ignored, because a counter may have closed the card
 * already.
 */
async function takeBack(task: CredentialTask, issued: readonly string[]): Promise<void> {
  const { services, operation, signal } = task;
  for (const number of issued) {
    const answer = await services.cards.closeCard(`${operation.id} ${number}`, number, 'CLOSED', signal);
    if (!('refused' in answer)) {
      await recordCardChanges(task, answer.credential, ['status']);
    }
    await ensureInCirculation(services, operation, 'BLOCK_CARD', number);
  }
}
