/** Staff merge two records of one person (R7, R9): the procedure, and the closing of the record that leaves. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { UpstreamError } from '../../../../adapters/soap/port.ts';
import type { Operation } from '../../../../store/journal/port.ts';
import { KeptCardEvents } from '../../../../subgraphs/circulation/books/card-events.ts';
import { recoveryOf as lendingRecovery } from '../../../../subgraphs/circulation/procedures/recovery.ts';
import { loanLimit } from '../../../../subgraphs/circulation/rules/limits.ts';
import { startClosing } from '../../../../subgraphs/credentials/merging/start-closing.ts';
import { verifyPatron } from '../../../../subgraphs/credentials/partners/verify-patron.ts';
import { closeMergedPatron } from '../../../../subgraphs/credentials/procedures/close-merged-patron.ts';
import { approveApplication } from '../../../../subgraphs/credentials/procedures/decide-application.ts';
import { mergePatrons } from '../../../../subgraphs/credentials/procedures/merge-patrons.ts';
import { recoveryOf } from '../../../../subgraphs/credentials/procedures/recovery.ts';
import { replaceCredential } from '../../../../subgraphs/credentials/procedures/replace-credential.ts';
import { reportLoss } from '../../../../subgraphs/credentials/procedures/report-loss.ts';
import type { CredentialServices } from '../../../../subgraphs/credentials/procedures/services.ts';
import { submitApplication } from '../../../../subgraphs/credentials/procedures/submit-application.ts';
import { newApplicationOf } from '../../../../subgraphs/credentials/rules/applications/form.ts';
import { readerStanding } from '../../../../subgraphs/credentials/sign-in/reader-standing.ts';
import { findingsOf } from '../../../../subgraphs/operations/books/patron-rules.ts';
import { readPatrons } from '../../../../subgraphs/operations/books/read-patrons.ts';
import { changeTimes } from '../../../../subgraphs/operations/change-times.ts';
import { type Procedure, resume, startProcedure } from '../../../../subgraphs/operations/procedure.ts';
import { mergeFields } from '../../../../subgraphs/operations/results/card-results.ts';
import { storedProblemsOf } from '../../../../subgraphs/operations/results/payload.ts';
import type { PatronServices } from '../../../../subgraphs/patrons/context.ts';
import {
  closePatron,
  liftSuspension,
  reopenPatron,
  suspendPatron,
} from '../../../../subgraphs/patrons/procedures/change-standing.ts';
import { erasePatron } from '../../../../subgraphs/patrons/procedures/erase-patron.ts';
import { recoveryOf as patronsRecovery } from '../../../../subgraphs/patrons/procedures/recovery.ts';
import { staff } from '../../../support/callers.ts';
import { type LendingFixture, openLendingFixture } from '../../../support/lending-fixture.ts';

const never = new AbortController().signal;
const now = new Date('2026-11-30T10:00:00Z');
/** A patron with a birth certificate, a library card in use, and two loans. */
const child = { patronId: 'P0000005', card: '21852000000074' };
/** A patron with an identity card, a smart identity card in use, and one loan. */
const adult = { patronId: 'P0000003', card: '21852000000058' };

let world: LendingFixture;
let services: CredentialServices & PatronServices;
beforeEach(async () => {
  world = await openLendingFixture(5);
  services = {
    ...world,
    fingerprintKey: new Uint8Array(32),
    pseudonymKey: new Uint8Array(32),
    times: changeTimes,
    monotonic: world.now,
    log: { warn: () => undefined, error: () => undefined },
  };
});
afterEach(() => world[Symbol.asyncDispose]());

let count = 0;
function merge(leavingPatronId: string, stayingPatronId: string, others = services): Promise<Operation> {
  count += 1;
  const input = { leavingPatronId, stayingPatronId };
  return startProcedure(others, mergePatrons, staff, `merge ${count}`, input, never);
}
const issuedIn = (operation: Operation) =>
  mergeFields.issued(operation).map(({ libraryCardNumber }) => libraryCardNumber);
const problemsOf = (operation: Operation) =>
  storedProblemsOf(operation).map(({ code, field }) => `${code} ${field?.join('.')}`);

const statusOf = async (patronId: string) => (await world.patrons.findMany([patronId], never))[0]?.status;
const cardsOf = async (patronId: string) => {
  const [cards = []] = await world.cards.cardsByPatron([patronId], never);
  return cards.map(({ kind, state }) => `${kind} ${state}`);
};
const lendAtDesk = (card: string) => world.circulation.checkOut(card, world.nextItem(), 'desk', never);

test('the leaving record is suspended, and its cards are ended and issued again to the record that stays', async () => {
  const merged = await merge(child.patronId, adult.patronId);
  expect(merged).toMatchObject({ state: 'DONE', patronId: adult.patronId });
  expect(mergeFields.leavingPatron(merged)).toEqual({ id: child.patronId });
  expect([await statusOf(child.patronId), await statusOf(adult.patronId)]).toEqual(['SUSPENDED', 'ACTIVE']);
  expect(await cardsOf(child.patronId)).toEqual(['LIBRARY_CARD CLOSED']);
  expect((await cardsOf(adult.patronId)).toSorted()).toEqual(['LIBRARY_CARD ACTIVE', 'SMART_ID ACTIVE']);
  expect(await lendAtDesk(child.card)).toEqual({ refused: 'CARD_BLOCKED' });
  const [issued = ''] = issuedIn(merged);
  expect(await lendAtDesk(issued)).toMatchObject({ loan: { libraryCardNumber: issued } });
});

test('the merge is in the audit of both records', async () => {
  await merge(child.patronId, adult.patronId);
  const fieldsOf = async (patronId: string) =>
    (await world.changes.changesOfPatron(patronId, 10)).map(({ field }) => field).toSorted();
  expect(await fieldsOf(child.patronId)).toEqual(['credential.status', 'mergedInto', 'status']);
  expect(await fieldsOf(adult.patronId)).toEqual(['credential.issuedOn', 'mergedFrom']);
});

test('a merge that makes no sense is refused, and nothing is done', async () => {
  const before = [await cardsOf(child.patronId), await cardsOf(adult.patronId)];
  expect(problemsOf(await merge(child.patronId, child.patronId))).toEqual(['SAME_RECORD leavingPatronId']);
  expect(problemsOf(await merge('P9999999', adult.patronId))).toEqual(['NOT_FOUND leavingPatronId']);
  expect(problemsOf(await merge(child.patronId, 'no number'))).toEqual(['NOT_FOUND stayingPatronId']);
  expect(problemsOf(await merge(adult.patronId, child.patronId))).toEqual([
    'IDENTITY_ON_LEAVING_RECORD leavingPatronId',
  ]);
  expect([await cardsOf(child.patronId), await cardsOf(adult.patronId)]).toEqual(before);
  expect(await statusOf(child.patronId)).toBe('ACTIVE');
});

test('a closed record is not merged, and merges make no chain', async () => {
  const third = 'P0000004';
  const [closed] = await world.patrons.findMany(['P0000007'], never);
  await world.patrons.amendPatron('P0000007', closed?.version ?? '', { status: 'CLOSED' }, never);
  expect(problemsOf(await merge(child.patronId, 'P0000007'))).toEqual(['PATRON_CLOSED stayingPatronId']);
  expect(problemsOf(await merge('P0000007', adult.patronId))).toEqual(['PATRON_CLOSED leavingPatronId']);
  expect(await merge(child.patronId, adult.patronId)).toMatchObject({ state: 'DONE' });
  expect(problemsOf(await merge(child.patronId, third))).toEqual(['ALREADY_MERGED leavingPatronId']);
  expect(problemsOf(await merge(third, child.patronId))).toContain('MERGE_CHAIN stayingPatronId');
  expect(problemsOf(await merge(adult.patronId, third))).toEqual(['MERGE_CHAIN leavingPatronId']);
});

test('R9: a suspension does not end by a merge: it is lifted first, or the other record is suspended, too', async () => {
  expect(await turn(suspendPatron, child.patronId)).toEqual([]);
  expect(problemsOf(await merge(child.patronId, adult.patronId))).toEqual(['WRONG_STATE leavingPatronId']);
  expect(await turn(suspendPatron, adult.patronId)).toEqual([]);
  const merged = await merge(child.patronId, adult.patronId);
  expect(merged).toMatchObject({ state: 'DONE' });
  const [issued = ''] = issuedIn(merged);
  expect(await lendAtDesk(issued)).toEqual({ refused: 'CARD_BLOCKED' });
});

test('of opposite merges at the same time, one is made', async () => {
  const [one, other] = ['P0000003', 'P0000004'] as const;
  const merges = await Promise.all([merge(one, other), merge(other, one)]);
  expect(merges.map(({ state }) => state).toSorted()).toEqual(['DONE', 'REFUSED']);
  const known = await world.merged.mergesOf([one, other]);
  expect(known.filter(({ into }) => into !== null)).toHaveLength(1);
});

test('R28: the pseudonym is that of the record that stays, at once', async () => {
  const standing = async (patronId: string) =>
    await readerStanding(services, { patronId, partner: 'ebooks', now }, never);
  const [left, stayed] = [await standing(child.patronId), await standing(adult.patronId)];
  expect(left.pseudonym).not.toBe(stayed.pseudonym);
  const { patronId: leavingId } = child;
  // The process is killed right after the journal has merged the records: the old card is still in use.
  await world.merged.mergePatrons({ leavingId, stayingId: adult.patronId, operationId: 'm'.repeat(22) });
  expect(await standing(child.patronId)).toMatchObject({ pseudonym: stayed.pseudonym, inGoodStanding: true });
  const partner = { ...staff, partner: 'ebooks' };
  const verified = await verifyPatron(services, partner, { libraryCardNumber: child.card, pin: '1234' });
  expect(verified).toMatchObject({ verified: true, pseudonym: stayed.pseudonym });
});

const turn = async <Plan>(
  procedure: Procedure<PatronServices, { patronId: string }, Plan>,
  patronId: string,
): Promise<readonly string[]> => {
  count += 1;
  return problemsOf(await startProcedure(services, procedure, staff, `turn ${count}`, { patronId }, never));
};

test('staff change nothing of the standing of a merged record, and close the other one once everything is back', async () => {
  await merge(child.patronId, adult.patronId);
  await bringBack(adult.card);
  expect(await turn(closePatron, adult.patronId)).toEqual(['LOANS_OUT patronId']);
  await bringBack(child.card);
  for (const procedure of [suspendPatron, liftSuspension, closePatron]) {
    expect(await turn(procedure, child.patronId)).toEqual(['ALREADY_MERGED patronId']);
  }
  expect(await turn(closePatron, adult.patronId)).toEqual([]);
});

test('a merged record stays merged once it is closed and erased: it is not opened again', async () => {
  await merge(child.patronId, adult.patronId);
  await bringBack(child.card);
  expect(await closeAfterRound()).toBe('CLOSED');
  await finishAll();
  expect(await world.erasure.erase([child.patronId], 'none')).toMatchObject({ kind: 'erased' });
  expect(await turn(reopenPatron, child.patronId)).toEqual(['ALREADY_MERGED patronId']);
});

test('a person is erased with all merged records, once they are closed, and no merged record alone', async () => {
  const readings = async () =>
    (await Promise.all([child, adult].map((one) => world.audit.readingsOfPatron(one.patronId, 10)))).map(
      ({ length }) => length,
    );
  for (const { patronId } of [child, adult]) {
    await world.audit.record([
      {
        subject: 'desk',
        clientId: 'c',
        role: 'STAFF',
        reason: null,
        what: 'OPERATIONS',
        patronId,
        applicationId: null,
      },
    ]);
  }
  await merge(child.patronId, adult.patronId);
  expect(await turn(erasePatron, child.patronId)).toEqual(['ALREADY_MERGED patronId']);
  await bringBack(child.card);
  await bringBack(adult.card);
  expect(await turn(closePatron, adult.patronId)).toEqual([]);
  expect(await turn(erasePatron, adult.patronId)).toEqual(['RECORD_NOT_CLOSED patronId']);
  expect(await closeAfterRound()).toBe('CLOSED');
  await settleAll();
  expect(await readings()).toEqual([1, 1]);
  expect(await turn(erasePatron, adult.patronId)).toEqual([]);
  expect(await readings()).toEqual([0, 0]);
});

test('a sign-in ends once the record is closed, also when the audit was erased', async () => {
  const endOf = async () =>
    (await readerStanding(services, { patronId: 'P0000004', partner: 'ebooks', now }, never))
      .signInAgainSince;
  expect(await endOf()).toBeNull();
  expect(await turn(closePatron, 'P0000004')).toEqual([]);
  expect(await endOf()).toBe('2026-11-30T18:00:00+08:00');
});

test('no card is issued on a merged record, neither for an application nor for a lost card', async () => {
  const { patronId } = child;
  const applicant = { englishName: 'A CHILD', dateOfBirth: '2016-01-01', addressLines: [] };
  const form = { channel: 'COUNTER', patronId, wants: ['LIBRARY_CARD'], applicant } as const;
  const earlier = await world.cards.submitApplication('earlier', newApplicationOf(form), never);
  const applicationId = 'refused' in earlier ? '' : earlier.application.id;
  await merge(patronId, adult.patronId);
  const ask = <Input, Plan>(procedure: Procedure<CredentialServices, Input, Plan>, input: Input) =>
    startProcedure(services, procedure, staff, procedure.kind, input, never);
  const submitter = { isStaff: true, patronId: null };
  expect(problemsOf(await ask(submitApplication, { form, submitter }))).toContain('ALREADY_MERGED patronId');
  const shown = { addressProofShown: true, identityDocumentSeen: true, applicationsSearched: true };
  const approval = { applicationId, ...shown, otherApplicationsSeen: [] };
  expect(problemsOf(await ask(approveApplication, approval))).toContain('ALREADY_MERGED applicationId');
  // A counter issues a card in spite of the merge, and the card is lost.
  const issued = await world.cards.issueCard('counter', { kind: 'LIBRARY_CARD', patronId }, never);
  const libraryCardNumber = 'refused' in issued ? '' : issued.credential.libraryCardNumber;
  await world.cards.reportLoss('loss', libraryCardNumber, null, never);
  const replacement = { libraryCardNumber, smartIdDateOfIssue: null, isStaff: true };
  expect(problemsOf(await ask(replaceCredential, replacement))).toEqual(['ALREADY_MERGED libraryCardNumber']);
  expect(await cardsOf(patronId)).toEqual(['LIBRARY_CARD CLOSED', 'LIBRARY_CARD LOST']);
});

test('a card that is issued again to a suspended patron is blocked from the beginning', async () => {
  expect(await turn(suspendPatron, adult.patronId)).toEqual([]);
  const [issued = ''] = issuedIn(await merge(child.patronId, adult.patronId));
  expect(await lendAtDesk(issued)).toEqual({ refused: 'CARD_BLOCKED' });
  expect(await turn(liftSuspension, adult.patronId)).toEqual([]);
  expect(await lendAtDesk(issued)).toMatchObject({ loan: { libraryCardNumber: issued } });
});

/** Runs one round of the loop, and then the reconciler's work. Resolves to the status of the leaving record. */
async function closeAfterRound(): Promise<string | undefined> {
  const round = Promise.withResolvers<void>();
  const wait = (_ms: number, signal: AbortSignal): Promise<void> => {
    round.resolve();
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  await using _loop = startClosing(services, wait);
  await round.promise;
  world.pass(5_000);
  for (const due of await world.journal.takeDue(10, 1_000, [closeMergedPatron.kind])) {
    await resume(services, closeMergedPatron)({ ...due, observedMs: 0 }, never);
  }
  return await statusOf(child.patronId);
}

/** Lets all operations become final. */
async function finishAll(): Promise<void> {
  const kinds = Object.keys(recoveryOf(services));
  for (let round = 0; round < 3; round += 1) {
    world.pass(6 * 3_600_000);
    for (const { operation } of await world.journal.takeDue(100, 0, kinds)) {
      await world.journal.reconcileAgain(operation.id, null);
    }
  }
}

/** Settles all operations, and looks all of them up for the last time. */
async function settleAll(): Promise<void> {
  const reconcilers = { ...lendingRecovery(services), ...patronsRecovery(services), ...recoveryOf(services) };
  for (let round = 0; round < 8; round += 1) {
    world.pass(3_600_000);
    for (const due of await world.journal.takeDue(100, 0, Object.keys(reconcilers))) {
      const { id, kind } = due.operation;
      const again = await reconcilers[kind]?.({ ...due, observedMs: Number.POSITIVE_INFINITY }, never);
      await world.journal.reconcileAgain(id, again ?? null);
    }
  }
}

/** The findings of the books about both records, after all of circulation's events were read. */
async function findings(): Promise<readonly string[]> {
  const kept = new KeptCardEvents(world.cardEvents, world.suspects, world.circulation);
  while (await kept.readNext(never)) {}
  const known = await readPatrons(world, [child.patronId, adult.patronId], never);
  const limits = { loanLimit, eventsSince: new Date(0) };
  return known.flatMap((patron) => findingsOf(patron, limits).map(({ kind }) => kind));
}

async function bringBack(card: string): Promise<void> {
  const [loans = []] = await world.circulation.loansByCard([card], never);
  for (const { itemNumber } of loans) {
    await world.circulation.checkIn(itemNumber, 'desk', never);
  }
}

test('the leaving record is closed once its last loan is back, and not before; the books find nothing', async () => {
  await merge(child.patronId, adult.patronId);
  expect(await findings()).toEqual([]);
  expect(await closeAfterRound()).toBe('SUSPENDED');
  await bringBack(child.card);
  expect(await closeAfterRound()).toBe('CLOSED');
  expect(await findings()).toEqual([]);
  expect(await world.merged.openMerges(null, 10)).toEqual([]);
  const changes = await world.changes.changesOfPatron(child.patronId, 10);
  expect(changes.filter(({ field }) => field === 'status')).toHaveLength(2);
  expect(await closeAfterRound()).toBe('CLOSED');
});

test('R15: a card that a counter has issued on the leaving record ends when that is closed', async () => {
  await merge(child.patronId, adult.patronId);
  await bringBack(child.card);
  const { patronId } = child;
  const issued = await world.cards.issueCard('counter', { kind: 'LIBRARY_CARD', patronId }, never);
  const card = 'refused' in issued ? '' : issued.credential.libraryCardNumber;
  await world.circulation.registerCard(card, 'counter', never);
  expect(await closeAfterRound()).toBe('CLOSED');
  expect(await cardsOf(patronId)).toEqual(['LIBRARY_CARD CLOSED', 'LIBRARY_CARD CLOSED']);
  expect(await lendAtDesk(card)).toEqual({ refused: 'CARD_BLOCKED' });
  expect(await findings()).toEqual([]);
});

test('R15: if a desk lends on such a card right before it is blocked, the record is closed once that is back', async () => {
  const { patronId } = child;
  await merge(patronId, adult.patronId);
  await bringBack(child.card);
  const issued = await world.cards.issueCard('counter', { kind: 'LIBRARY_CARD', patronId }, never);
  const card = 'refused' in issued ? '' : issued.credential.libraryCardNumber;
  await world.circulation.registerCard(card, 'counter', never);
  const { circulation } = services;
  let isLent = false;
  const lending = Object.assign(Object.create(circulation), {
    async blockCard(...args: Parameters<typeof circulation.blockCard>) {
      if (!isLent) {
        isLent = true;
        await lendAtDesk(card);
      }
      return await circulation.blockCard(...args);
    },
  });
  services = { ...services, circulation: lending };
  expect(await closeAfterRound()).toBe('SUSPENDED');
  await bringBack(card);
  expect(await closeAfterRound()).toBe('CLOSED');
});

test('the leaving record is closed only once the merge is done, and a process that was frozen does not reopen it', async () => {
  await bringBack(child.card);
  const unanswered = Object.assign(Object.create(services.cards), {
    issueCard: () => Promise.reject(new UpstreamError('card management', 'timeout', 'IssueCard')),
  });
  const begun = await merge(child.patronId, adult.patronId, { ...services, cards: unanswered });
  expect(begun.state).toBe('UNSETTLED');
  expect(await closeAfterRound()).toBe('SUSPENDED');
  const continueMerge = () => resume(services, mergePatrons)({ operation: begun, now, observedMs: 0 }, never);
  await continueMerge();
  expect(await closeAfterRound()).toBe('CLOSED');
  // The frozen process still has the operation as it was.
  await continueMerge();
  expect(await statusOf(child.patronId)).toBe('CLOSED');
});

test('the leaving record is closed after another operation on its card has ended', async () => {
  const { patronId } = child;
  await merge(patronId, adult.patronId);
  await bringBack(child.card);
  const issued = await world.cards.issueCard('counter', { kind: 'LIBRARY_CARD', patronId }, never);
  const libraryCardNumber = 'refused' in issued ? '' : issued.credential.libraryCardNumber;
  const unanswered = Object.assign(Object.create(services.cards), {
    reportLoss: () => Promise.reject(new UpstreamError('card management', 'timeout', 'ReportLoss')),
  });
  const loss = { libraryCardNumber, onReplacement: null, ownerId: null };
  const begun = await startProcedure(
    { ...services, cards: unanswered },
    reportLoss,
    staff,
    'loss',
    loss,
    never,
  );
  expect(begun.state).toBe('UNSETTLED');
  expect(await closeAfterRound()).toBe('SUSPENDED');
  await resume(services, reportLoss)({ operation: begun, now, observedMs: 0 }, never);
  expect(await closeAfterRound()).toBe('CLOSED');
});

test('the leaving record is not closed while a reservation is on its card', async () => {
  await world.circulation.placeHold(child.card, 'B0000012', 'HKCL', 'desk', never);
  await merge(child.patronId, adult.patronId);
  await bringBack(child.card);
  expect(await closeAfterRound()).toBe('SUSPENDED');
});

test('a merged record that can not be looked at does not keep another from being closed', async () => {
  await merge(child.patronId, adult.patronId);
  await bringBack(child.card);
  const { cards, merged } = services;
  const failing = 'P0000099';
  const failingCards = Object.assign(Object.create(cards), {
    cardsByPatron: (patronIds: readonly string[], signal: AbortSignal) =>
      patronIds.includes(failing)
        ? Promise.reject(new Error('unreadable'))
        : cards.cardsByPatron(patronIds, signal),
  });
  const twoMerges = Object.assign(Object.create(merged), {
    openMerges: async (after: string | null, first: number) => {
      const open = await merged.openMerges(after, first);
      return [...open.map((item) => ({ ...item, merge: { ...item.merge, leavingId: failing } })), ...open];
    },
  });
  services = { ...services, cards: failingCards, merged: twoMerges };
  expect(await closeAfterRound()).toBe('CLOSED');
});
