import type { Json } from '../../../store/journal/port.ts';
import { hongKongDay, hongKongInstant } from '../../library/calendar.ts';
import { changedApplication } from '../../operations/results/card-results.ts';
import { operationOfReceipt } from '../../operations/results/receipt.ts';
import type { CredentialsContext } from '../context.ts';
import { unassignedApplication } from '../procedures/steps/document-slots.ts';
import { newApplicationSchema } from '../procedures/submit-application.ts';
import {
  currentProblems,
  reasonForReceipt,
  redactForReceipt,
} from '../rules/applications/application-problems.ts';
import { eligibilityProblems, type PatronCards } from '../rules/applications/eligibility.ts';
import type { CredentialProblem } from '../rules/problem.ts';

/**
 * The status of an application, for whoever has its receipt. Null if the text is not a receipt, if the application was
 * not received, or if neither the journal nor card management has it any more. Problems that would show who is
 * registered, or which cards a patron has, are left out (R7).
 *
 * The answer must not show that an application waits because others name the same document. So a waiting application
 * gets the same answer as one that was sent, with the same calls and after the same time.
 */
export async function applicationProgress(
  _: unknown,
  { receipt }: { readonly receipt: string },
  { services, applications, today }: CredentialsContext,
) {
  const operation = await operationOfReceipt(services, receipt);
  if (operation === null || operation.state === 'REFUSED') {
    return null;
  }
  const submittedAt = hongKongInstant(operation.requestedAt);
  const received = { status: 'RECEIVED', submittedAt, decidedAt: null, reason: null };
  const sentId = changedApplication(operation);
  // Read the row even if the application's id is already known. Without this call, a sent application would be answered
  // sooner than a waiting one, and the difference would reveal which of them waits.
  const row = await services.received.applicationOfOperation(operation.id);
  const id = sentId ?? row?.applicationId ?? null;
  if (id === null && row === null) {
    return { ...received, problems: [] };
  }
  const application = await applications.load(id ?? unassignedApplication);
  const submittedOn = hongKongDay(operation.requestedAt);
  if (id === null) {
    return { ...received, problems: problemsOfWaiting(row?.application ?? null, submittedOn, today) };
  }
  if (application === null) {
    return null;
  }
  const { status, decidedAt } = application;
  const problems = redactForReceipt(currentProblems(application, [], submittedOn, today));
  return { status, submittedAt, decidedAt, reason: reasonForReceipt(application), problems };
}

/** The problems of an application that still waits in the journal. */
function problemsOfWaiting(content: Json, submittedOn: string, today: string): CredentialProblem[] {
  if (content === null) {
    return [];
  }
  const application = newApplicationSchema.parse(content);
  return redactForReceipt(eligibilityProblems(application, noCards, submittedOn, today));
}

const noCards: PatronCards = { cards: [], lostEarlier: new Set() };
