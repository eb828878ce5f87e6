import { z } from 'zod';
import { hongKongDay, hongKongInstant } from '../../library/calendar.ts';
import { resultOf } from '../../operations/payload.ts';
import type { CredentialsContext } from '../context.ts';
import { operationOfReceipt } from '../receipt.ts';
import { currentProblems, redactForReceipt } from '../rules/applications/current-problems.ts';

const submitted = z.object({ applicationId: z.string() });

/**
 * How an application stands, for whoever holds its receipt; null for what is no receipt of ours, or too old. What stands in
 * the way is told as far as the application itself shows it: not who is registered, nor with what cards (R7).
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
  const done = resultOf(operation, submitted);
  if (done === null) {
    const submittedAt = hongKongInstant(operation.requestedAt);
    return { status: 'RECEIVED', submittedAt, decidedAt: null, problems: [] };
  }
  const application = await applications.load(done.applicationId);
  if (application === null) {
    return null;
  }
  const { status, submittedAt, decidedAt } = application;
  const problems = currentProblems(application, [], hongKongDay(new Date(submittedAt)), today);
  return { status, submittedAt, decidedAt, problems: redactForReceipt(problems) };
}
