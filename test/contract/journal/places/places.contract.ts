import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { type Journal, outcomeOf, type Places } from '../../../../store/journal/port.ts';
import {
  always,
  begun,
  caller,
  epochOf,
  idsOf,
  type JournalOpening,
  lent,
  loanOf,
  reserved,
} from '../journal-under-test.ts';

const patron = 'P0000001';
const limit = 10;
const underLimit = ({ unsettled, doneSince }: Places) =>
  unsettled.length + doneSince.length < limit ? null : 'no room';

export function journalPlacesContract(open: JournalOpening): void {
  describe('an epoch', () => epochContract(open));
  describe('a reservation', () => reservationContract(open));
  describe('concurrent reservations', () => contentionContract(open));
  describe('recent places', () => recentContract(open));
}

function epochContract(open: JournalOpening): void {
  test('is 0 for an unknown patron, and grows when a place is settled as done', async () => {
    await using subject = await open();
    const { journal } = subject;
    await expect(epochOf(journal, patron)).resolves.toBe(0n);
    await lent(journal, loanOf(patron));
    await expect(epochOf(journal, patron)).resolves.toBe(1n);
    await lent(journal, loanOf(patron, { kind: 'HOLD' }));
    await expect(epochOf(journal, patron)).resolves.toBe(2n);
    await expect(epochOf(journal, 'P0000002')).resolves.toBe(0n);
  });

  test('stays when a place is refused, or an operation without a place is done', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await reserved(journal, loanOf(patron));
    await journal.settle(id, outcomeOf('REFUSED', null));
    await journal.settle((await begun(journal)).id, outcomeOf('DONE', null));
    await expect(epochOf(journal, patron)).resolves.toBe(0n);
  });

  test('separates what was done before it from what was done since', async () => {
    await using subject = await open();
    const { journal } = subject;
    const ids: string[] = [];
    for (let at = 0; at < 4; at += 1) {
      await expect(epochOf(journal, patron)).resolves.toBe(BigInt(at));
      ids.push((await lent(journal, loanOf(patron))).id);
    }
    for (let since = 0; since <= 4; since += 1) {
      const places = idsOf(await journal.placesSince(patron, 'LOAN', BigInt(since)));
      expect(places).toEqual({ unsettled: [], doneSince: ids.slice(since).sort() });
    }
  });

  test('of an overturned refusal is that of the moment when it was overturned', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await reserved(journal, loanOf(patron));
    await journal.settle(id, { ...outcomeOf('REFUSED', null), reconcileAfterMs: 60_000 });
    await lent(journal, loanOf(patron));
    const since = await epochOf(journal, patron);
    expect(idsOf(await journal.placesSince(patron, 'LOAN', since))).toEqual({ unsettled: [], doneSince: [] });
    await journal.settle(id, outcomeOf('DONE', null));
    expect(idsOf(await journal.placesSince(patron, 'LOAN', since)).doneSince).toEqual([id]);
  });
}

function reservationContract(open: JournalOpening): void {
  test('gives a place, and a time by which to send', async () => {
    await using subject = await open();
    const { journal } = subject;
    const before = await begun(journal);
    const reservation = await journal.reserve(before.id, loanOf(patron), always);
    if (reservation.kind !== 'reserved') {
      throw new Error(reservation.kind);
    }
    const { operation } = reservation;
    expect(operation).toEqual({
      ...before,
      patronId: 'P0000001',
      sendBy: expect.any(Date),
      certainAt: expect.any(Date),
      certainAfterMs: 42_000,
      place: {
        operationId: before.id,
        patronId: patron,
        kind: 'LOAN',
        libraryCardNumber: '21852000000066',
        subject: '31852000000494',
      },
    });
    expect(Number(operation.sendBy) - Number(before.requestedAt)).toBeGreaterThanOrEqual(2_000);
    await expect(journal.find(caller, before.reference)).resolves.toEqual(operation);
  });

  test('is decided on the places that are unsettled and those done since the epoch', async () => {
    await using subject = await open();
    const { journal } = subject;
    await lent(journal, loanOf(patron));
    const since = await epochOf(journal, patron);
    const done = await lent(journal, loanOf(patron, { subject: '31852000000015' }));
    const unsettled = await reserved(journal, loanOf(patron, { libraryCardNumber: '21852000000116' }));
    await reserved(journal, loanOf(patron, { kind: 'HOLD' }));
    await reserved(journal, loanOf('P0000002'));
    await begun(journal);
    const refused = await reserved(journal, loanOf(patron));
    await journal.settle(refused.id, outcomeOf('REFUSED', null));
    const told: Places[] = [];
    const { id } = await begun(journal);
    await journal.reserve(id, loanOf(patron, { since }), (places) => {
      told.push(places);
      return null;
    });
    const places: Places = {
      unsettled: [
        { operationId: unsettled.id, libraryCardNumber: '21852000000116', subject: '31852000000494' },
      ],
      uncertain: [],
      doneSince: [{ operationId: done.id, libraryCardNumber: '21852000000066', subject: '31852000000015' }],
    };
    expect(told).toEqual([places]);
    await journal.settle(id, outcomeOf('REFUSED', null));
    await expect(journal.placesSince(patron, 'LOAN', since)).resolves.toEqual(places);
  });

  test('that is refused leaves the operation unchanged', async () => {
    await using subject = await open();
    const { journal } = subject;
    const operation = await begun(journal);
    const refusal = { code: 'QUOTA_REACHED' };
    const answer = await journal.reserve(operation.id, loanOf(patron), () => refusal);
    expect(answer).toEqual({ kind: 'refused', refusal });
    await expect(journal.find(caller, operation.reference)).resolves.toEqual(operation);
    expect(idsOf(await journal.placesSince(patron, 'LOAN', 0n)).unsettled).toEqual([]);
    const second = await journal.reserve(operation.id, loanOf(patron), always);
    expect(second.kind).toBe('reserved');
  });

  test('is too late for a settled operation, and calls no decision', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    const { operation } = await journal.settle(id, {
      ...outcomeOf('REFUSED', null),
      reconcileAfterMs: 1_000,
    });
    const answer = await journal.reserve(id, loanOf(patron), () => {
      throw new Error('decided');
    });
    expect(answer).toEqual({ kind: 'settled', operation });
  });

  test('that is repeated does not compete with its own place', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id, sendBy } = await reserved(journal, loanOf(patron));
    await subject.pass(500);
    const again = await journal.reserve(id, loanOf(patron), ({ unsettled }) => unsettled[0] ?? null);
    if (again.kind !== 'reserved') {
      throw new Error(again.kind);
    }
    expect(Number(again.operation.sendBy)).toBeGreaterThanOrEqual(Number(sendBy) + 500);
    expect(idsOf(await journal.placesSince(patron, 'LOAN', 0n)).unsettled).toEqual([id]);
  });

  test('is not made if the decision throws, and nobody waits for it', async () => {
    await using subject = await open();
    const { journal } = subject;
    const operation = await begun(journal);
    const deciding = journal.reserve(operation.id, loanOf(patron), () => {
      throw new TypeError('a mistake');
    });
    await expect(deciding).rejects.toThrow(new TypeError('a mistake'));
    await expect(journal.find(caller, operation.reference)).resolves.toEqual(operation);
    expect((await reserved(await subject.open(), loanOf(patron))).place).not.toBeNull();
  });
}

function contentionContract(open: JournalOpening): void {
  test('never exceed what was decided', async () => {
    await using subject = await open();
    const replicas = [subject.journal, await subject.open()];
    const all = await Promise.all(
      Array.from({ length: 50 }, async (_, at) => {
        const journal = replicas[at % replicas.length] ?? subject.journal;
        return await journal.reserve((await begun(journal)).id, loanOf(patron), underLimit);
      }),
    );
    expect(all.filter(({ kind }) => kind === 'reserved')).toHaveLength(limit);
    expect(all.filter(({ kind }) => kind === 'refused')).toHaveLength(50 - limit);
    expect(idsOf(await subject.journal.placesSince(patron, 'LOAN', 0n)).unsettled).toHaveLength(limit);
  });

  test('are counted once and never missed while others are being settled', async () => {
    await using subject = await open();
    const replicas = [subject.journal, await subject.open(), await subject.open()];
    const held: number[] = [];
    const check = (places: Places) => {
      held.push(places.unsettled.length + places.doneSince.length);
      return underLimit(places);
    };
    const station = async (journal: Journal, at: number) => {
      const reservation = await journal.reserve((await begun(journal)).id, loanOf(patron), check);
      if (reservation.kind !== 'reserved') {
        return 0;
      }
      const state = at % 4 === 0 ? 'DONE' : 'REFUSED';
      await journal.settle(reservation.operation.id, outcomeOf(state, null));
      return state === 'DONE' ? 1 : 0;
    };
    let done = 0;
    for (let round = 0; round < 5; round += 1) {
      const all = replicas.flatMap((journal) => Array.from({ length: 6 }, (_, at) => station(journal, at)));
      for (const count of await Promise.all(all)) {
        done += count;
      }
    }
    expect(Math.max(...held)).toBeLessThanOrEqual(limit);
    await expect(epochOf(subject.journal, patron)).resolves.toBe(BigInt(done));
    expect(idsOf(await subject.journal.placesSince(patron, 'LOAN', 0n)).doneSince).toHaveLength(done);
  });

  test('are settled in one order, which everybody sees', async () => {
    await using subject = await open();
    const replicas = [subject.journal, await subject.open()];
    const operations = await Promise.all(
      Array.from({ length: 12 }, () => reserved(subject.journal, loanOf(patron))),
    );
    const seen: { readonly epoch: bigint; readonly settled: readonly string[] }[] = [];
    const settled: string[] = [];
    const settling = operations.map(async ({ id }, at) => {
      await replicas[at % 2]?.settle(id, outcomeOf('DONE', null));
      settled.push(id);
    });
    const reading = replicas.map(async (journal) => {
      while (settled.length < operations.length) {
        const before = [...settled];
        seen.push({ epoch: await epochOf(journal, patron), settled: before });
        // A settlement waits for the disk, but a read does not. Without this pause the reads would let nothing else
        // run.
        await setImmediate();
      }
    });
    await Promise.all([...settling, ...reading]);
    for (const { epoch, settled: before } of seen) {
      const { doneSince } = idsOf(await subject.journal.placesSince(patron, 'LOAN', epoch));
      expect(doneSince).toHaveLength(operations.length - Number(epoch));
      // These operations were settled before the epoch was read. So they must not be listed as done after the epoch.
      expect(before.filter((id) => doneSince.includes(id))).toEqual([]);
    }
  });
}

function recentContract(open: JournalOpening): void {
  test('are given for many patrons at once, in the order of the request', async () => {
    await using subject = await open();
    const { journal } = subject;
    const old = await reserved(journal, loanOf('P0000001'));
    await lent(journal, loanOf('P0000002'));
    await subject.pass(60_000);
    const done = await lent(journal, loanOf('P0000002'));
    await lent(journal, loanOf('P0000003', { kind: 'HOLD' }));
    const patrons = ['P0000003', 'P0000002', 'P0000009', 'P0000001', 'P0000002'];
    const recent = await journal.recentPlaces(patrons, 'LOAN', 30_000);
    const none = { unsettled: [], doneSince: [] };
    const second = { unsettled: [], doneSince: [done.id] };
    expect(recent.map(idsOf)).toEqual([none, second, none, { unsettled: [old.id], doneSince: [] }, second]);
    const longer = await journal.recentPlaces(['P0000002'], 'LOAN', 90_000);
    expect(longer[0]?.doneSince).toHaveLength(2);
  });

  test('of no patrons are none, and of a thousand patrons a thousand', async () => {
    await using subject = await open();
    await expect(subject.journal.recentPlaces([], 'LOAN', 1_000)).resolves.toEqual([]);
    const many = Array.from({ length: 1_000 }, (_, at) => `P${at}`);
    await expect(subject.journal.recentPlaces(many, 'HOLD', 1_000)).resolves.toHaveLength(1_000);
  });
}
