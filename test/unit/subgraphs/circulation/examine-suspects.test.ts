/** Suspects are removed only when they were examined, and none of them holds up the others. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { CardManagement } from '../../../../adapters/credentials/port.ts';
import { UpstreamError, type UpstreamReason } from '../../../../adapters/soap/port.ts';
import { outcomeOf, type SuspectKind } from '../../../../store/journal/port.ts';
import { examineSuspects } from '../../../../subgraphs/circulation/books/examine-suspects.ts';
import type { PatronBooksServices } from '../../../../subgraphs/circulation/books/services.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { begun } from '../../../contract/journal/journal-under-test.ts';
import { type LendingFixture, openLendingFixture } from '../../../support/lending-fixture.ts';

const never = new AbortController().signal;
const patronIds = ['P0000001', 'P0000002', 'P0000003'] as const;
const card = '21852000000199';

let world: LendingFixture;
beforeEach(async () => {
  world = await openLendingFixture(5);
});
afterEach(() => world[Symbol.asyncDispose]());

/** The reading of these keys fails for this reason. */
function failingFor(keys: readonly string[], reason: UpstreamReason): Partial<CardManagement> {
  const failIf = (asked: readonly string[]) => {
    if (asked.some((key) => keys.includes(key))) {
      throw new UpstreamError('card management', reason, 'GetCards');
    }
  };
  return {
    async cardsByPatron(ids, signal) {
      failIf(ids);
      return await world.cards.cardsByPatron(ids, signal);
    },
    async cardsByNumber(numbers, signal) {
      failIf(numbers);
      return await world.cards.cardsByNumber(numbers, signal);
    },
  };
}

const servicesWith = (cards: Partial<CardManagement> = {}): PatronBooksServices => ({
  ...world,
  cards: { ...world.cards, ...cards },
  times: changeTimes,
  monotonic: world.now,
  observer: {},
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
});

async function examine(cards: Partial<CardManagement> = {}) {
  const { last } = await world.suspects.bookNumbers();
  return await examineSuspects(servicesWith(cards), last, never);
}

async function waiting(kind: SuspectKind): Promise<readonly string[]> {
  const { last } = await world.suspects.bookNumbers();
  return (await world.suspects.nextSuspects(kind, last, 10)).map(({ number }) => number);
}

test('they are removed when they were examined', async () => {
  await world.suspects.markSuspects('PATRON', patronIds);
  await world.suspects.markSuspects('CARD', [card]);
  expect(await examine()).toEqual({ examined: 4, unreadable: [] });
  expect([await waiting('PATRON'), await waiting('CARD')]).toEqual([[], []]);
  expect(await examine()).toEqual({ examined: 0, unreadable: [] });
});

test('they stay while a system is away', async () => {
  await world.suspects.markSuspects('PATRON', patronIds);
  await world.suspects.markSuspects('CARD', [card]);
  await expect(examine(failingFor(patronIds, 'unreachable'))).rejects.toThrow(UpstreamError);
  await expect(examine(failingFor([card], 'timeout'))).rejects.toThrow(UpstreamError);
  expect(await waiting('PATRON')).toHaveLength(3);
  expect(await waiting('CARD')).toEqual([card]);
});

test.each(['invalid-response', 'unencodable'] as const)(
  'one whose record is %s goes behind the others, which are examined',
  async (reason) => {
    await world.suspects.markSuspects('PATRON', patronIds);
    await world.suspects.markSuspects('CARD', [card]);
    const { unreadable } = await examine(failingFor([patronIds[1], card], reason));
    expect(unreadable.map(({ key }) => key)).toEqual([card, patronIds[1]]);
    expect(await waiting('PATRON')).toEqual([patronIds[1]]);
    expect(await waiting('CARD')).toEqual([card]);
    await examine();
    expect([await waiting('PATRON'), await waiting('CARD')]).toEqual([[], []]);
  },
);

test('one whose patron can’t be judged yet waits once more, also a card', async () => {
  const patronId = 'P0000013';
  const { id } = await begun(world.journal, { patronId });
  await world.suspects.markSuspects('CARD', [card]);
  await world.suspects.markSuspects('PATRON', [patronIds[0]]);
  const { last: before } = await world.suspects.bookNumbers();
  expect(await world.findings.openFindingsOf([patronId])).toEqual([]);
  await world.cardEvents.keepCardEvents(
    [{ libraryCardNumber: card, kind: 'CARD_UNBLOCKED', sequence: '1', at: new Date(), isOurs: false }],
    { from: '0', sequence: '1', since: new Date('2026-08-15T10:15:00Z') },
  );
  await examine();
  expect(await waiting('PATRON')).toEqual([]);
  expect(await waiting('CARD')).toEqual([card]);
  expect(await world.suspects.nextSuspects('CARD', before, 10)).toEqual([]);
  await world.journal.settle(id, outcomeOf('DONE', null));
  world.pass(600_000);
  await examine();
  expect(await waiting('CARD')).toEqual([]);
  expect(await world.findings.openFindingsOf([patronId])).toMatchObject([{ kind: 'CARD_NOT_BLOCKED' }]);
});
