/** Patrons are judged while circulation's events, or what was read, may be older than a change. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Loan } from '../../../../adapters/circulation/port.ts';
import type { CardEventKind } from '../../../../store/journal/port.ts';
import { judgePatrons } from '../../../../subgraphs/circulation/books/judge-patrons.ts';
import type { PatronBooksServices } from '../../../../subgraphs/circulation/books/services.ts';
import { changeTimes, preparedFirst } from '../../../../subgraphs/operations/change-times.ts';
import { type LendingFixture, openLendingFixture } from '../../../support/lending-fixture.ts';

const never = new AbortController().signal;
const dayMs = 86_400_000;
const suspended = { patronId: 'P0000013', card: '21852000000199' } as const;

let world: LendingFixture;
/** The loans on the card, as circulation shows them. */
let loans: Loan[];
let isLost: boolean;
beforeEach(async () => {
  world = await openLendingFixture(5);
  loans = [];
  isLost = false;
});
afterEach(() => world[Symbol.asyncDispose]());

const services = (): PatronBooksServices => ({
  ...world,
  circulation: {
    ...world.circulation,
    loansByCard: async (numbers) => numbers.map((number) => (number === suspended.card ? loans : [])),
  },
  cards: {
    ...world.cards,
    async cardsByPatron(...asked) {
      const cards = await world.cards.cardsByPatron(...asked);
      return isLost ? cards.map((own) => own.map((card) => ({ ...card, state: 'LOST' as const }))) : cards;
    },
  },
  times: changeTimes,
  monotonic: world.now,
  observer: {},
  log: { info: () => undefined, warn: () => undefined, error: () => undefined },
});

async function judge(until?: bigint): Promise<readonly string[]> {
  const { last } = await world.suspects.bookNumbers();
  return [...(await judgePatrons(services(), [suspended.patronId], until ?? last, never))];
}

async function event(kind: CardEventKind, sequence: string, at: string): Promise<void> {
  const { sequence: from } = await world.cardEvents.cardEventsRead();
  const one = { libraryCardNumber: suspended.card, kind, sequence, at: new Date(at), isOurs: false };
  const since = new Date('2026-08-15T10:15:00Z');
  await world.cardEvents.keepCardEvents([one], { from, sequence, since });
}

const open = async () => await world.findings.openFindingsOf([suspended.patronId]);
const openKinds = async () => (await open()).map(({ kind }) => kind);

const lentAtDesk = (checkedOutAt: string): Loan => ({
  id: `L ${checkedOutAt}`,
  libraryCardNumber: suspended.card,
  itemNumber: '31852000000494',
  titleNumber: 'T1',
  title: 'A title',
  branch: 'HKCL',
  checkedOutAt,
  dueOn: '2026-12-01',
  renewals: 0,
  reference: null,
});

test('a repaired finding is not opened by events from before the repair, whatever the clock shows', async () => {
  await event('CARD_UNBLOCKED', '1', '2026-11-01T10:00:00Z');
  const { last: until } = await world.suspects.bookNumbers();
  expect(await judge()).toEqual([]);
  const [finding] = await open();
  expect(finding).toMatchObject({ kind: 'CARD_NOT_BLOCKED' });
  await world.findings.changeFinding(finding ?? expect.fail(), {
    state: 'RESOLVED',
    by: 'staff-7',
    reason: null,
  });
  // Somebody put the clock forward. The block's event has not been read yet.
  world.pass(3_600_000);
  expect(await judge(until)).toEqual([suspended.patronId]);
  expect(await openKinds()).toEqual([]);
  await event('CARD_BLOCKED', '2', '2026-11-01T11:00:00Z');
  expect(await judge()).toEqual([]);
  expect(await openKinds()).toEqual([]);
});

test('a patron whose operation ended a moment ago waits, but not for a clock that was a day ahead', async () => {
  await event('CARD_UNBLOCKED', '1', '2026-11-01T10:00:00Z');
  world.pass(dayMs);
  const { operation } = await world.journal.begin({
    kind: 'SUSPEND_PATRON',
    caller: 'staff',
    reference: 'suspension',
    fingerprint: 'suspension',
    details: null,
    patronId: suspended.patronId,
    isUnlisted: false,
    ...preparedFirst,
  });
  await world.journal.settle(operation.id, {
    state: 'DONE',
    result: null,
    reconcileAfterMs: null,
    concludedFrom: null,
    keepsDetails: false,
    patronId: suspended.patronId,
    holdsPlace: false,
  });
  expect(await judge()).toEqual([suspended.patronId]);
  world.pass(-dayMs);
  expect(await judge()).toEqual([]);
  expect(await openKinds()).toEqual(['CARD_NOT_BLOCKED']);
});

test('a finding that was opened again while the patron was read is not resolved', async () => {
  await event('CARD_UNBLOCKED', '1', '2026-11-01T10:00:00Z');
  await judge();
  const [finding] = await open();
  await event('CARD_BLOCKED', '2', '2026-11-01T11:00:00Z');
  const { patrons } = world;
  const slow = {
    ...services(),
    patrons: {
      ...patrons,
      async findMany(...asked: Parameters<typeof patrons.findMany>) {
        const { kind, patronId, evidence } = finding ?? expect.fail();
        const event = { kind: 'CARD_UNBLOCKED', sequence: '3', at: '2026-11-01T12:00:00.000Z' };
        const found = {
          kind: 'CARD_NOT_BLOCKED' as const,
          patronId,
          evidence: { ...(evidence ?? expect.fail()), event },
        };
        expect(kind).toBe(found.kind);
        await world.findings.recordPatronFindings([found]);
        return await patrons.findMany(...asked);
      },
    },
  };
  const { last } = await world.suspects.bookNumbers();
  await judgePatrons(slow, [suspended.patronId], last, never);
  expect(await open()).toMatchObject([{ kind: 'CARD_NOT_BLOCKED', sequence: '3' }]);
});

test('a loan on a lost card is found until it is back, also when the card is blocked again', async () => {
  isLost = true;
  await event('CARD_BLOCKED', '1', '2026-11-01T10:00:00Z');
  loans = [lentAtDesk('2026-11-02T10:00:00+08:00')];
  await judge();
  expect(await openKinds()).toEqual(['LENT_ON_ENDED_CARD']);
  await event('CARD_BLOCKED', '2', '2026-11-03T10:00:00Z');
  await judge();
  expect(await openKinds()).toEqual(['LENT_ON_ENDED_CARD']);
  loans.push(lentAtDesk('2026-11-04T10:00:00+08:00'));
  await judge();
  expect((await open())[0]?.evidence?.loans).toHaveLength(2);
  loans.pop();
  await judge();
  expect(await openKinds()).toEqual(['LENT_ON_ENDED_CARD']);
  loans.pop();
  await judge();
  expect(await openKinds()).toEqual([]);
});

test('a block that is unknown because no event was read yet resolves nothing', async () => {
  await event('CARD_UNBLOCKED', '1', '2026-11-01T10:00:00Z');
  await judge();
  await world.cardEvents.restartCardEvents();
  await judge();
  expect(await openKinds()).toEqual(['CARD_NOT_BLOCKED']);
});
