import type { Operation } from '../../../store/journal/port.ts';
import { hongKongDay, hongKongInstant } from '../../library/calendar.ts';
import { changedApplication } from '../../operations/results/card-results.ts';
import { operationOfReceipt } from '../../operations/results/receipt.ts';
import type { CredentialsContext } from '../context.ts';
import type { CredentialServices } from '../procedures/services.ts';
import {
  currentProblems,
  reasonForReceipt,
  redactForReceipt,
} from '../rules/applications/application-problems.ts';

/** The number of an application that had to wait. Null while it waits, and if it never waited. */
async function numberOfWaiting({ received }: CredentialServices, { id }: Operation): Promise<string | null> {
  return (await received.applicationOfOperation(id))?.applicationId ?? null;
}

/**
 * The status of an application, for the holder of its receipt. Null if the text is not a receipt, or if the receipt is
 * too old. Problems that would reveal who is registered, or which cards they have, are hidden (R7).
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
  const id = changedApplication(operation) ?? (await numberOfWaiting(services, operation));
  if (id === null) {
    const submittedAt = hongKongInstant(operation.requestedAt);
    return { status: 'RECEIVED', submittedAt, decidedAt: null, reason: null, problems: [] };
  }
  const application = await applications.load(id);
  if (application === null) {
    return null;
  }
  const { status, submittedAt, decidedAt } = application;
  const problems = currentProblems(application, [], hongKongDay(new Date(submittedAt)), today);
  return {
    status,
    submittedAt,
    decidedAt,
    reason: reasonForReceipt(application),
    problems: redactForReceipt(problems),
  };
}
