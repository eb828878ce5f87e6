import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Loan } from '../../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import { renewAllLoans, renewalsOf } from '../../../../subgraphs/circulation/lending/renew-several.ts';
import type { LendingServices } from '../../../../subgraphs/circulation/lending/services.ts';
import { problemsOf } from '../../../../subgraphs/circulation/lending/stored-result.ts';
import { dueOrder } from '../../../../subgraphs/circulation/rules/renewals.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { staff } from '../../../support/callers.ts';
import { type LendingFixture, openLendingFixture, patronId } from '../../../support/lending-fixture.ts';

let world: LendingFixture;
beforeEach(async () => {
  world = await openLendingFixture(5);
});
afterEach(() => world[Symbol.asyncDispose]());

/**
 * A loan. A higher index means an earlier due date. Each of the title's characters has two UTF-16 units and four bytes.
 */
const loanOf = (index: number): Loan => ({
  id: `L${String(index).padStart(8, '0')}`,
  libraryCardNumber: '21852000000033',
  itemNumber: '31852000000494',
  titleNumber: 'B0000010',
  title: '𠮷'.repeat(500),
  branch: 'HKCL',
  checkedOutAt: '2026-11-10T10:15:00+08:00',
  dueOn: `2026-11-${String(30 - Math.floor(index / 10)).padStart(2, '0')}`,
  renewals: 0,
  reference: 'x'.repeat(22),
});

const lendingWith = (changed: Partial<LendingServices>): LendingServices => ({
  ...world,
  fingerprintKey: new Uint8Array(32),
  times: changeTimes,
  monotonic: world.now,
  log: { warn: () => undefined, error: () => undefined },
  ...changed,
});

/** Renews all of `count` loans of one patron. Resolves to the renewed loans. */
async function renewedOf(count: number) {
  const loans = Array.from({ length: count }, (_, index) => loanOf(index));
  const asked: string[] = [];
  const lending = lendingWith({
    circulation: {
      ...world.circulation,
      loansByCard: async (numbers) => numbers.map((_, index) => (index === 0 ? loans : [])),
      async renew(id) {
        asked.push(id);
        return { loan: loanOf(Number(id.slice(1))) };
      },
    },
  });
  const input = { reference: `all of ${count}`, reader: { patronId } };
  const { operation } = await renewAllLoans(lending, staff, input, new AbortController().signal);
  expect(operation.state).toBe('DONE');
  const outcomes = await renewalsOf(lending, operation);
  expect(outcomes.map((one) => one.operation?.state)).toEqual(outcomes.map(() => 'DONE'));
  expect(asked.sort()).toEqual(outcomes.map(({ loan }) => loan.id).sort());
  return outcomes.map(({ loan }) => loan);
}

test('100 loans are renewed, however long their titles are, and listed soonest due first', async () => {
  const renewed = await renewedOf(100);
  const loans = Array.from({ length: 100 }, (_, index) => loanOf(index));
  const soonestFirst = loans.toSorted((a, b) => (dueOrder(a) < dueOrder(b) ? -1 : 1));
  expect(renewed.map(({ id }) => id)).toEqual(soonestFirst.map(({ id }) => id));
  for (const { title } of renewed) {
    expect(title).toBe('𠮷'.repeat(80));
  }
});

test('of more than 100 loans, those that are due soonest are renewed', async () => {
  const renewed = await renewedOf(250);
  expect(renewed).toHaveLength(100);
  expect(renewed.map(({ dueOn }) => dueOn)).toEqual(renewed.map(({ dueOn }) => dueOn).toSorted());
  expect(new Set(renewed.map(({ dueOn }) => dueOn)).size).toBe(10);
  expect(renewed.every(({ dueOn }) => dueOn <= '2026-11-15')).toBe(true);
});

const never = new AbortController().signal;

test('a text that no patron has as a number is refused before the journal gets it', async () => {
  const placesNow = vi.spyOn(world.journal, 'placesNow');
  const input = { reference: 'a long number', reader: { patronId: 'P'.repeat(65) } };
  const { operation } = await renewAllLoans(lendingWith({}), staff, input, never);
  expect(problemsOf(operation)).toMatchObject([{ code: 'PATRON_NOT_ACTIVE' }]);
  expect(placesNow).not.toHaveBeenCalled();
});

test('R15: a patron who is not active is refused as such, even if the cards can’t be read', async () => {
  const down = () => Promise.reject(new UpstreamError('card management', 'unreachable', 'cardsByPatron'));
  const lending = lendingWith({
    cards: { ...world.cards, cardsByPatron: down },
    patrons: {
      ...world.patrons,
      async findMany(numbers, signal) {
        await setTimeout(5);
        const records = await world.patrons.findMany(numbers, signal);
        return records.map((record) => (record === null ? null : { ...record, status: 'SUSPENDED' }));
      },
    },
  });
  const input = { reference: 'not active', reader: { patronId } };
  const { operation } = await renewAllLoans(lending, staff, input, never);
  expect(problemsOf(operation)).toMatchObject([{ code: 'PATRON_NOT_ACTIVE' }]);
});
