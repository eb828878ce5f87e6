/**
 * The lock on a card's PIN and on its library information card, while the card itself is locked by the same or by
 * another operation.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CredentialTask } from '../../../../subgraphs/credentials/procedures/services.ts';
import { lockCard, lockCardDetails } from '../../../../subgraphs/credentials/procedures/steps/locks.ts';
import { OperationPatron } from '../../../../subgraphs/operations/ledger.ts';
import { begun } from '../../../contract/journal/journal-under-test.ts';
import { type LendingFixture, libraryCard, openLendingFixture } from '../../../support/lending-fixture.ts';

const { signal } = new AbortController();

let world: LendingFixture;
beforeEach(async () => {
  world = await openLendingFixture(5);
});
afterEach(() => world[Symbol.asyncDispose]());

async function newTask(): Promise<CredentialTask> {
  const operation = await begun(world.journal, { kind: 'SET_PIN' });
  return {
    services: world,
    operation,
    patron: new OperationPatron(null),
    signal,
  } as unknown as CredentialTask;
}

test('an operation that an earlier release began, with the card itself locked, goes on', async () => {
  const task = await newTask();
  await lockCard(task, libraryCard, null);
  await expect(lockCardDetails(task, libraryCard, null)).resolves.toMatchObject({
    libraryCardNumber: libraryCard,
  });
});

test('where another operation holds the card, it is refused', async () => {
  await lockCard(await newTask(), libraryCard, null);
  await expect(lockCardDetails(await newTask(), libraryCard, null)).rejects.toMatchObject({
    problems: [{ code: 'ANOTHER_OPERATION_OPEN' }],
  });
});
