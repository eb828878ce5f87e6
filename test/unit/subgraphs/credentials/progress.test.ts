/** Decision 36: the calls for a receipt do not reveal whether its application waits because of other applications. */
import { expect, test } from 'vitest';
import type { CredentialsContext } from '../../../../subgraphs/credentials/context.ts';
import { applicationProgress } from '../../../../subgraphs/credentials/resolvers/progress.ts';
import { receiptOf } from '../../../../subgraphs/operations/results/receipt.ts';
import { received, submitted, today } from './rules/cases.ts';

/** The calls by which the progress of an application is found. `sentId` is null if the application waits. */
async function callsFor(sentId: string | null): Promise<readonly string[]> {
  const calls: string[] = [];
  const called = <Result>(name: string, result: Result): Result => {
    calls.push(name);
    return result;
  };
  const operation = {
    id: 'operation1',
    state: 'DONE',
    requestedAt: new Date(`${today}T12:00:00+08:00`),
    result: { applicationId: sentId },
  };
  const row = {
    state: sentId === null ? 'WAITING' : 'SENT',
    applicationId: sentId,
    application: submitted(),
  };
  const services = {
    fingerprintKey: Buffer.alloc(32),
    journal: { findById: async () => called('findById', operation) },
    received: { applicationOfOperation: async () => called('applicationOfOperation', row) },
  };
  const applications = { load: async () => called('applications', sentId === null ? null : received()) };
  const context = { services, applications, today } as unknown as CredentialsContext;
  const receipt = receiptOf(context.services, operation as unknown as Parameters<typeof receiptOf>[1]);
  expect(await applicationProgress(null, { receipt }, context)).toMatchObject({ status: 'RECEIVED' });
  return calls;
}

test('the progress of a waiting application takes the same steps as that of one that was sent', async () => {
  const ofSent = await callsFor('A0000001');
  expect(ofSent).toContain('applications');
  expect(await callsFor(null)).toEqual(ofSent);
});
