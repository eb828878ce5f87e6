import type { NewCredential } from '../../../adapters/credentials/port.ts';
import { ensureInCirculation } from '../../operations/card-change.ts';
import { applicantKey } from '../../operations/locks.ts';
import { wasMerged } from '../../operations/merged-records.ts';
import { OperationPartlyDone, OperationRefused } from '../../operations/operation-refused.ts';
import { Unfinished } from '../../operations/procedure.ts';
import { openProblems } from '../rules/applications/decision.ts';
import { endedRecordProblems } from '../rules/cards/ended-record.ts';
import { problem } from '../rules/problem.ts';
import type { ApprovalPlan, Failure, PlannedCard } from './plan-approval.ts';
import type { CredentialTask } from './services.ts';
import { addIdentityNumber } from './steps/add-identity-number.ts';
import { recordCardChanges } from './steps/record-card-changes.ts';
import { refusalProblem } from './steps/refusals.ts';
import { registerCard } from './steps/register-card.ts';
import { registerPatron } from './steps/register-patron.ts';

type SavePlan = (plan: ApprovalPlan) => Promise<void>;

/**
 * Approves an application.
 *
 * 1. The registry registers an applicant who has no record. For a patron who was registered by birth certificate, the
 *    identity number is added to the record instead (R7, decision 12). The plan is saved after this step.
 *    `registerPatron` and `addIdentityNumber` explain why they are safe to repeat. Then a new record is locked and
 *    read, because staff may already have suspended, closed or merged it. From then on, they can't.
 * 2. Card management issues the cards, and each is recorded in the audit. This is safe to repeat, because card
 *    management recognises the reference `<operation id> <kind>` and gives the same answer again.
 * 3. Circulation registers the cards. If the patron is suspended, it also blocks them. This is safe to repeat, because
 *    a change is sent again only if the last request was certainly not carried out.
 * 4. Card management closes the application as approved. No step of a successful approval follows, so the application
 *    stays open until all is done. The call takes no reference. If the call is repeated, card management refuses it.
 *    Then the application is read. If it is approved for this patron, an earlier attempt was carried out.
 *
 * If step 2 or 4 is refused, the approval has failed. The plan is saved as failed before anything is undone. So the
 * cards are closed in any case, even if a counter makes changes meanwhile. The changes of step 1 stay, because staff
 * have seen the documents. The operation is then partly done, and the next approval continues after step 1.
 *
 * 5. Card management closes each issued card, the audit records it, and circulation blocks the card. This is safe to
 *    repeat for the reasons in steps 2 and 3.
 *
 * @throws OperationRefused after a failed approval is undone; OperationPartlyDone if the changes of step 1 stay.
 */
export async function approve(task: CredentialTask, planned: ApprovalPlan, save: SavePlan): Promise<void> {
  const { patronId, plan } = await updateRegistry(task, planned, save);
  task.patron.learn(patronId);
  const failure = plan.failure ?? (await makeChanges(task, plan, patronId));
  if (failure === null) {
    return;
  }
  await save({ ...plan, failure });
  await takeBack(task, failure.issued);
  const { applicationId, hasChangedRegistry } = plan;
  throw hasChangedRegistry
    ? new OperationPartlyDone([...failure.problems, registeredWithoutCard], { applicationId })
    : new OperationRefused(failure.problems);
}

const registeredWithoutCard = problem('REGISTERED_WITHOUT_CARD', 'applicationId');

/**
 * Registers the patron or adds the identity number (step 1 of `approve`), unless that was done. Resolves to the
 * patron's number, and to the plan that was saved.
 */
async function updateRegistry(
  task: CredentialTask,
  plan: ApprovalPlan,
  save: SavePlan,
): Promise<{ readonly patronId: string; readonly plan: ApprovalPlan }> {
  if (plan.patronId !== null && plan.identityNumberToAdd === null) {
    return { patronId: plan.patronId, plan };
  }
  const patronId = await changeRegistry(task, plan);
  const standing = plan.stranger === null ? {} : await readNewRecord(task, patronId);
  const changed = { ...plan, ...standing, patronId, identityNumberToAdd: null, hasChangedRegistry: true };
  await save(changed);
  return { patronId, plan: changed };
}

/**
 * Locks the new record and reads it. If cards can't be issued on the record any more, the result has a `failure`.
 * @throws Unfinished while another operation has locked the record.
 */
async function readNewRecord(
  { services, operation, signal }: CredentialTask,
  patronId: string,
): Promise<Pick<ApprovalPlan, 'isSuspended' | 'failure'>> {
  if ((await services.journal.lock(operation.id, [applicantKey(patronId)])) !== null) {
    throw new Unfinished('another operation of the new patron is not settled');
  }
  const [[patron = null], isMerged] = await Promise.all([
    services.patrons.findMany([patronId], signal),
    wasMerged(services.merged, patronId),
  ]);
  const problems = endedRecordProblems({ patron, isMerged }, 'applicationId');
  return {
    isSuspended: patron?.status === 'SUSPENDED',
    failure: problems.length === 0 ? null : { issued: [], problems },
  };
}

async function changeRegistry(
  task: CredentialTask,
  { patronId, stranger: newPatron, identityNumberToAdd: identityNumber }: ApprovalPlan,
): Promise<string> {
  if (patronId !== null && identityNumber !== null) {
    await addIdentityNumber(task, patronId, identityNumber);
    return patronId;
  }
  if (newPatron === null) {
    throw new Error('the plan has neither a patron nor a person to register');
  }
  return await registerPatron(task, newPatron);
}

/**
 * Issues and registers the cards, and closes the application as approved (steps 2 to 4 of `approve`). Resolves to null
 * if nothing was refused.
 */
async function makeChanges(
  task: CredentialTask,
  plan: ApprovalPlan,
  patronId: string,
): Promise<Failure | null> {
  const { services, caller, signal } = task;
  const { applicationId } = plan;
  const { issued, problems } = await issueCards(task, plan.cards, patronId);
  if (problems.length > 0) {
    return { issued, problems };
  }
  for (const number of issued) {
    await registerCard(task, patronId, number, plan.isSuspended);
  }
  const decision = { approve: true, patronId, decidedBy: caller } as const;
  const answer = await services.cards.decideApplication(applicationId, decision, signal);
  if (!('refused' in answer)) {
    return null;
  }
  // Card management has refused. Somebody else may have decided or withdrawn the application. Or an earlier attempt of
  // this operation was carried out, but its answer was lost.
  const [application = null] = await services.cards.applicationsById([applicationId], signal);
  if (application?.status === 'APPROVED' && application.patronId === patronId) {
    return null;
  }
  const [reason = refusalProblem(answer)] = application === null ? [] : openProblems(application);
  return { issued, problems: [reason] };
}

/**
 * Issues one card after the other, until one is refused (step 2 of `approve`). `problems` is empty if all were issued.
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
 * Closes the issued cards after an approval has failed (step 5 of `approve`). If card management refuses to close a
 * card, a counter may have closed it already, so the refusal is ignored.
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
