/** Work on findings whose answers are lost, or whose operation never settles. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Circulation } from '../../../../adapters/circulation/port.ts';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import type { FindingKind, Operation } from '../../../../store/journal/port.ts';
import type { FindingServices } from '../../../../subgraphs/circulation/procedures/finding-services.ts';
import {
  acknowledgeFinding,
  closeFinding,
  findingRecovery,
  repairFinding,
} from '../../../../subgraphs/circulation/procedures/work-on-findings.ts';
import { cardChangeRecovery } from '../../../../subgraphs/operations/card-change.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { type Procedure, startProcedure } from '../../../../subgraphs/operations/procedure.ts';
import type { Reconcile } from '../../../../subgraphs/operations/reconciler.ts';
import { storedProblemsOf } from '../../../../subgraphs/operations/results/payload.ts';
import { staff } from '../../../support/callers.ts';
import { type LendingFixture, libraryCard, openLendingFixture } from '../../../support/lending-fixture.ts';

const never = new AbortController().signal;
const dayMs = 86_400_000;
const suspended = { patronId: 'P0000013', card: '21852000000199' } as const;

let world: LendingFixture;
beforeEach(async () => {
  world = await openLendingFixture(5);
});
afterEach(() => world[Symbol.asyncDispose]());

const servicesWith = (others: Partial<Circulation> = {}): FindingServices => ({
  ...world,
  circulation: { ...world.circulation, ...others },
  fingerprintKey: new Uint8Array(32),
  times: changeTimes,
  monotonic: world.now,
  log: { warn: () => undefined, error: () => undefined },
});

async function recordFinding(kind: 'CARD_NOT_BLOCKED' | 'CARD_BLOCKED', patronId: string, card: string) {
  const evidence = {
    libraryCardNumber: card,
    patronStatus: null,
    cardState: null,
    event: null,
    loans: [],
  };
  await world.findings.recordPatronFindings([{ kind, patronId, evidence }]);
  const [{ id = '' } = {}] = await world.findings.openFindingsOf([patronId]);
  return { id, kind };
}

const idOf = ({ id, kind }: { readonly id: string; readonly kind: FindingKind }) => `${id}.${kind}`;

const repair = (services: FindingServices, findingId: string, reference = 'repair') =>
  startProcedure(services, repairFinding, staff, reference, { findingId }, never);
const close = (services: FindingServices, findingId: string, reason = 'It hangs.') =>
  startProcedure(services, closeFinding, staff, 'closing', { findingId, reason }, never);

const codesOf = (operation: Operation) => storedProblemsOf(operation).map(({ code }) => code);

/** Reconciles everything that is due, until nothing changes any more. */
async function settle(services: FindingServices, observedMs = Number.POSITIVE_INFINITY): Promise<void> {
  const reconcilers: Readonly<Record<string, Reconcile>> = {
    ...findingRecovery(services),
    ...cardChangeRecovery(services),
  };
  for (let round = 0; round < 6; round += 1) {
    world.pass(60_000);
    for (const due of await world.journal.takeDue(100, 0, Object.keys(reconcilers))) {
      const { id, kind } = due.operation;
      const again = await reconcilers[kind]?.({ ...due, observedMs }, never);
      await world.journal.reconcileAgain(id, again ?? null);
    }
  }
}

const isBlocked = async (card: string) => {
  const answer = await world.circulation.checkOut(card, world.nextItem(), 'desk', never);
  return 'refused' in answer && answer.refused === 'CARD_BLOCKED';
};

test('the card of a suspended patron is blocked, once, and the finding is resolved', async () => {
  const key = await recordFinding('CARD_NOT_BLOCKED', suspended.patronId, suspended.card);
  const operation = await repair(servicesWith(), idOf(key));
  expect(operation).toMatchObject({ state: 'DONE', patronId: suspended.patronId });
  expect(await isBlocked(suspended.card)).toBe(true);
  expect(await world.findings.findFinding(key)).toMatchObject({ state: 'RESOLVED' });
  const events = await world.circulation.eventsAfter('0', 500, never);
  const blocks = () => events.filter(({ kind }) => kind === 'CARD_BLOCKED');
  expect(blocks()).toHaveLength(1);
  expect(await repair(servicesWith(), idOf(key))).toMatchObject({ id: operation.id });
  expect(codesOf(await repair(servicesWith(), idOf(key), 'again'))).toEqual(['FINDING_NOT_OPEN']);
  expect(blocks()).toHaveLength(1);
});

test('a repair whose answer is lost is finished later, with one change', async () => {
  const key = await recordFinding('CARD_NOT_BLOCKED', suspended.patronId, suspended.card);
  const unanswered = servicesWith({
    blockCard: async (...asked) => {
      await world.circulation.blockCard(...asked);
      throw new UpstreamError('circulation', 'outcome-unknown', 'BlockCard');
    },
  });
  const { id, state } = await repair(unanswered, idOf(key));
  expect(state).toBe('UNSETTLED');
  expect(await world.findings.findFinding(key)).toMatchObject({ state: 'OPEN' });
  await settle(servicesWith());
  expect(await world.journal.findById(id)).toMatchObject({ state: 'DONE' });
  expect(await world.findings.findFinding(key)).toMatchObject({ state: 'RESOLVED' });
  const events = await world.circulation.eventsAfter('0', 500, never);
  expect(events.filter(({ kind }) => kind === 'CARD_BLOCKED')).toHaveLength(1);
});

const changesOf = async (kind: 'CARD_BLOCKED' | 'CARD_UNBLOCKED') =>
  (await world.circulation.eventsAfter('0', 500, never)).filter((event) => event.kind === kind);

test('a finding that was repaired while the next repair waited for the card is not repaired again', async () => {
  const key = await recordFinding('CARD_NOT_BLOCKED', suspended.patronId, suspended.card);
  const services = servicesWith();
  const journal = {
    ...world.journal,
    async lock(...asked: Parameters<typeof world.journal.lock>) {
      const { state } = await repair(services, idOf(key), 'the first one');
      expect(state).toBe('DONE');
      return await world.journal.lock(...asked);
    },
  };
  expect(codesOf(await repair({ ...services, journal }, idOf(key)))).toEqual(['FINDING_NOT_OPEN']);
  expect(await changesOf('CARD_BLOCKED')).toHaveLength(1);
});

/** Records the finding with an event as its evidence, as the books do when they have read that event. */
async function foundAgain(kind: 'CARD_NOT_BLOCKED' | 'CARD_BLOCKED', sequence: string): Promise<void> {
  const event = { kind: 'CARD_UNBLOCKED', sequence, at: '2026-11-15T10:15:00.000Z' };
  const evidence = {
    libraryCardNumber: suspended.card,
    patronStatus: null,
    cardState: null,
    event,
    loans: [],
  };
  await world.findings.recordPatronFindings([{ kind, patronId: suspended.patronId, evidence }]);
}

test('a repair that is continued after a crash leaves a finding open that was found again meanwhile', async () => {
  const key = await recordFinding('CARD_NOT_BLOCKED', suspended.patronId, suspended.card);
  const killed = servicesWith({
    blockCard: async (...asked) => {
      await world.circulation.blockCard(...asked);
      throw new UpstreamError('circulation', 'outcome-unknown', 'BlockCard');
    },
  });
  const { id } = await repair(killed, idOf(key));
  // The books see the block. Then a desk unblocks the card, and they see that, too.
  await world.findings.changeFinding(key, { state: 'RESOLVED', by: null, reason: null });
  await world.circulation.unblockCard(suspended.card, 'desk', never);
  await foundAgain(key.kind, '816');
  await settle(servicesWith());
  expect(await world.journal.findById(id)).toMatchObject({ state: 'DONE' });
  expect(await world.findings.findFinding(key)).toMatchObject({ state: 'OPEN' });
});

test('what staff have seen of a finding is compared with what it is now', async () => {
  const key = await recordFinding('CARD_NOT_BLOCKED', suspended.patronId, suspended.card);
  const versionNow = async () => String((await world.findings.findFinding(key))?.version);
  const version = await versionNow();
  await foundAgain(key.kind, '816');
  const asked = { findingId: idOf(key), version };
  const start = <Input, Plan>(procedure: Procedure<FindingServices, Input, Plan>, input: Input) =>
    startProcedure(servicesWith(), procedure, staff, `${procedure.kind} of ${Date.now()}`, input, never);
  expect(codesOf(await start(acknowledgeFinding, asked))).toEqual(['VERSION_CONFLICT']);
  expect(codesOf(await start(repairFinding, asked))).toEqual(['VERSION_CONFLICT']);
  expect(codesOf(await start(closeFinding, { ...asked, reason: 'The desk knows.' }))).toEqual([
    'VERSION_CONFLICT',
  ]);
  expect(await changesOf('CARD_BLOCKED')).toEqual([]);
  expect(await world.findings.findFinding(key)).toMatchObject({ state: 'OPEN' });
  const seenAgain = { findingId: idOf(key), version: await versionNow() };
  expect(await start(acknowledgeFinding, seenAgain)).toMatchObject({ state: 'DONE' });
  const acknowledged = { findingId: idOf(key), version: await versionNow() };
  expect(await start(repairFinding, acknowledged)).toMatchObject({ state: 'DONE' });
});

test('a closing that was planned before a crash does not close what was found since', async () => {
  const key = await recordFinding('CARD_NOT_BLOCKED', suspended.patronId, suspended.card);
  const services = servicesWith();
  const findings = {
    ...world.findings,
    async changeFinding(...asked: Parameters<typeof world.findings.changeFinding>) {
      await foundAgain(key.kind, '816');
      return await world.findings.changeFinding(...asked);
    },
  };
  expect(codesOf(await close({ ...services, findings }, idOf(key)))).toEqual(['VERSION_CONFLICT']);
  expect(await world.findings.findFinding(key)).toMatchObject({ state: 'OPEN' });
});

test('a closing that is repeated after its own change is done', async () => {
  const key = await recordFinding('CARD_NOT_BLOCKED', suspended.patronId, suspended.card);
  const findings = {
    ...world.findings,
    async changeFinding(...asked: Parameters<typeof world.findings.changeFinding>) {
      await world.findings.changeFinding(...asked);
      return await world.findings.changeFinding(...asked);
    },
  };
  expect(await close({ ...servicesWith(), findings }, idOf(key))).toMatchObject({ state: 'DONE' });
  expect(await world.findings.findFinding(key)).toMatchObject({ state: 'CLOSED' });
});

test('a card that must stay blocked is never unblocked by a finding from before', async () => {
  const key = await recordFinding('CARD_BLOCKED', suspended.patronId, suspended.card);
  expect(codesOf(await repair(servicesWith(), idOf(key)))).toEqual(['FINDING_NOT_OPEN']);
  expect(await world.findings.findFinding(key)).toMatchObject({ state: 'RESOLVED' });
  const events = await world.circulation.eventsAfter('0', 500, never);
  expect(events.filter(({ kind }) => kind === 'CARD_UNBLOCKED')).toEqual([]);
});

/** A check-out that has a place and never settled, and the finding about it. */
async function stuckOperation(kind = 'CHECK_OUT') {
  const { operation } = await world.journal.begin({
    caller: 'subject station',
    reference: 'stuck',
    kind,
    fingerprint: 'fingerprint',
    details: null,
    sendWithinMs: null,
    arriveWithinMs: null,
    reconcileAfterMs: 120_000,
    patronId: null,
    isUnlisted: false,
  });
  const { id } = operation;
  const place = {
    patronId: 'P0000002',
    kind: 'LOAN',
    libraryCardNumber: libraryCard,
    subject: '31852000000494',
    since: 0n,
    mergedFrom: [],
    sendWithinMs: 2_000,
    arriveWithinMs: 10_000,
    reconcileAfterMs: 120_000,
  } as const;
  await world.journal.reserve(id, place, () => null);
  const at = new Date();
  await world.books.recordFindings([{ operationId: id, discrepancy: 'NEVER_SETTLES', sequence: null, at }]);
  return { id, key: { id, kind: 'NEVER_SETTLES' as const } };
}

test('an operation is not settled before it is certain, whatever the database’s clock shows', async () => {
  const { id, key } = await stuckOperation();
  expect(codesOf(await close(servicesWith(), idOf(key)))).toEqual(['NOT_CERTAIN_YET']);
  world.pass(2 * dayMs);
  const other = { findingId: idOf(key), reason: 'It hangs.' };
  const closing = await startProcedure(servicesWith(), closeFinding, staff, 'later', other, never);
  expect(closing.state).toBe('UNSETTLED');
  // This process has not watched for long enough by its own clock.
  await settle(servicesWith(), 30_000);
  expect(await world.journal.findById(id)).toMatchObject({ state: 'UNSETTLED' });
  await settle(servicesWith());
  const given = await world.journal.findById(id);
  expect(given).toMatchObject({ state: 'REFUSED' });
  expect(given === null ? [] : codesOf(given)).toEqual(['GIVEN_UP']);
  expect(await world.journal.findById(closing.id)).toMatchObject({ state: 'DONE' });
  expect(await world.findings.findFinding(key)).toMatchObject({
    state: 'CLOSED',
    changed: { by: staff.subject, reason: 'It hangs.' },
  });
});

test('a payment is not settled by circulation’s events, which never have it', async () => {
  const { id, key } = await stuckOperation('RPS_START_PAYMENT');
  world.pass(2 * dayMs);
  expect(codesOf(await close(servicesWith(), idOf(key)))).toEqual(['OPERATION_OF_OTHER_SYSTEM']);
  await settle(servicesWith());
  expect(await world.journal.findById(id)).toMatchObject({ state: 'UNSETTLED' });
  expect(await world.findings.findFinding(key)).toMatchObject({ state: 'OPEN' });
});

test('an operation with an event that nobody can read is settled as done, and its place is free', async () => {
  const { id, key } = await stuckOperation();
  const position = { last: { sequence: '9', at: new Date() }, settledSequence: '0', oldestAt: new Date() };
  const followed = await world.books.followFeed('one', 600_000);
  if (followed === null) {
    throw new Error('somebody else follows the feed');
  }
  const effect = { sequence: '9', operationId: id, kind: 'OTHER', at: new Date() };
  await world.books.saveFeedPage(followed.lease, position, [effect]);
  world.pass(2 * dayMs);
  await close(servicesWith(), idOf(key));
  await settle(servicesWith());
  expect(await world.journal.findById(id)).toMatchObject({ state: 'DONE' });
  const { unsettled } = await world.journal.placesSince('P0000002', 'LOAN', 0n);
  expect(unsettled).toEqual([]);
});

test.each(['', '   ', 'x'.repeat(501), 'a\u0007b'])(
  'a reason that colleagues can’t read is refused: %j',
  async (reason) => {
    const key = await recordFinding('CARD_NOT_BLOCKED', suspended.patronId, suspended.card);
    expect(storedProblemsOf(await close(servicesWith(), idOf(key), reason))).toMatchObject([
      { code: 'INVALID', field: ['reason'], message: { en: expect.stringContaining('say why') } },
    ]);
    expect(await world.findings.findFinding(key)).toMatchObject({ state: 'OPEN' });
  },
);
