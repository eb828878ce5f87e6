import { expect, test } from 'vitest';
import { outcomeOf, type Places } from '../../../../store/journal/port.ts';
import {
  always,
  begun,
  epochOf,
  idsOf,
  type JournalOpening,
  lent,
  loanOf,
  reserved,
} from '../journal-under-test.ts';

const leavingId = 'P0000001';
const stayingId = 'P0000002';
const merge = { leavingId, stayingId, operationId: 'merge'.padEnd(22, '0') };
const notMerged = { into: null, from: [] };

/** The contract of `Places` for merged records: both records know the merge, and have one quota. */
export function journalMergesContract(openJournal: JournalOpening): void {
  test('a merge is known by both records, and only by them', async () => {
    await using subject = await openJournal();
    const { journal } = subject;
    await expect(journal.mergePatrons(merge)).resolves.toBeNull();
    await expect(journal.mergesOf(['P0000003', leavingId, stayingId])).resolves.toEqual([
      notMerged,
      { into: stayingId, from: [] },
      { into: null, from: [leavingId] },
    ]);
    const again = await subject.open();
    await expect(again.placesNow(leavingId, 'LOAN')).resolves.toMatchObject({ mergedInto: stayingId });
    await expect(again.placesNow(stayingId, 'HOLD')).resolves.toMatchObject({ mergedFrom: [leavingId] });
  });

  test('an operation may repeat its merge, and another may not', async () => {
    await using subject = await openJournal();
    const { journal } = subject;
    const another = { ...merge, operationId: 'another'.padEnd(22, '0') };
    await journal.mergePatrons(merge);
    await expect(journal.mergePatrons(merge)).resolves.toBeNull();
    await expect(journal.mergePatrons(another)).resolves.toBe('LEAVING_MERGED');
    await expect(journal.mergePatrons({ ...merge, stayingId: 'P0000003' })).resolves.toBe('LEAVING_MERGED');
  });

  test('several records may be merged into one, but merges make no chain', async () => {
    await using subject = await openJournal();
    const { journal } = subject;
    const third = 'P0000003';
    await journal.mergePatrons(merge);
    const { operationId } = merge;
    const intoLeaving = { leavingId: third, stayingId: leavingId, operationId };
    await expect(journal.mergePatrons(intoLeaving)).resolves.toBe('STAYING_MERGED');
    const ofStaying = { leavingId: stayingId, stayingId: third, operationId };
    await expect(journal.mergePatrons(ofStaying)).resolves.toBe('OTHERS_MERGED');
    await expect(journal.mergePatrons({ ...merge, leavingId: third })).resolves.toBeNull();
    const [staying] = await journal.mergesOf([stayingId]);
    expect(staying?.from.toSorted()).toEqual([leavingId, third]);
  });

  test('of opposite merges at the same time, one is made', async () => {
    await using subject = await openJournal();
    const journals = [subject.journal, await subject.open()] as const;
    const opposite = { ...merge, leavingId: stayingId, stayingId: leavingId };
    const refusals = await Promise.all([journals[0].mergePatrons(merge), journals[1].mergePatrons(opposite)]);
    expect(refusals.filter((refusal) => refusal === null)).toHaveLength(1);
  });

  test('the leaving record gets no place any more', async () => {
    await using subject = await openJournal();
    const { journal } = subject;
    await journal.mergePatrons(merge);
    const { id } = await begun(journal);
    await expect(journal.reserve(id, loanOf(leavingId), always)).resolves.toEqual({ kind: 'merged' });
    await expect(journal.findById(id)).resolves.toMatchObject({ place: null, sendBy: null });
  });

  test('the staying record gets a place only for a reading that knows of the merge', async () => {
    await using subject = await openJournal();
    const { journal } = subject;
    const { id } = await begun(journal);
    await journal.mergePatrons(merge);
    await expect(journal.reserve(id, loanOf(stayingId), always)).resolves.toEqual({ kind: 'merged' });
    const known = loanOf(stayingId, { mergedFrom: [leavingId] });
    await expect(journal.reserve(id, known, always)).resolves.toMatchObject({ kind: 'reserved' });
  });

  test('places of the leaving record count with those of the staying one', async () => {
    await using subject = await openJournal();
    const { journal } = subject;
    const open1 = await reserved(journal, loanOf(leavingId));
    const open2 = await reserved(journal, loanOf(stayingId));
    const refused = await reserved(journal, loanOf(leavingId));
    await journal.settle(refused.id, {
      ...outcomeOf('REFUSED', null),
      reconcileAfterMs: 42_000,
      holdsPlace: true,
    });
    await journal.mergePatrons(merge);
    const places = await journal.placesSince(stayingId, 'LOAN', 0n);
    expect(idsOf(places).unsettled).toEqual([open1.id, open2.id].sort());
    expect(places.uncertain.map(({ operationId }) => operationId)).toEqual([refused.id]);
    const { holders } = await journal.placesNow(stayingId, 'LOAN');
    expect(holders.toSorted()).toEqual([open1.id, open2.id, refused.id].sort());
    const told: Places[] = [];
    const { id } = await begun(journal);
    await journal.reserve(id, loanOf(stayingId, { mergedFrom: [leavingId] }), (seen) => {
      told.push(seen);
      return 'no';
    });
    expect(told.map(idsOf)).toEqual([{ ...idsOf(places), doneSince: [] }]);
    await expect(journal.placesSince(leavingId, 'LOAN', 0n)).resolves.toMatchObject({
      unsettled: [{ operationId: open1.id }],
    });
  });

  test('a place of the leaving record that is done later counts since the epoch of the staying one', async () => {
    await using subject = await openJournal();
    const { journal } = subject;
    await lent(journal, loanOf(leavingId));
    await lent(journal, loanOf(leavingId));
    const { id } = await reserved(journal, loanOf(leavingId));
    await journal.mergePatrons(merge);
    const since = await epochOf(journal, stayingId);
    expect(idsOf(await journal.placesSince(stayingId, 'LOAN', since))).toEqual({
      unsettled: [id],
      doneSince: [],
    });
    await journal.settle(id, outcomeOf('DONE', null));
    expect(idsOf(await journal.placesSince(stayingId, 'LOAN', since))).toEqual({
      unsettled: [],
      doneSince: [id],
    });
    const later = await epochOf(journal, stayingId);
    expect(idsOf(await journal.placesSince(stayingId, 'LOAN', later)).doneSince).toEqual([]);
  });

  test('the epoch of the staying record never falls', async () => {
    await using subject = await openJournal();
    const { journal } = subject;
    for (let count = 0; count < 3; count += 1) {
      await lent(journal, loanOf(stayingId));
    }
    await lent(journal, loanOf(leavingId));
    await journal.mergePatrons(merge);
    await expect(epochOf(journal, stayingId)).resolves.toBe(3n);
  });

  test('reservations, outcomes and merges of both records at the same time wait for one another, and never in a circle', async () => {
    await using subject = await openJournal();
    const journals = [subject.journal, await subject.open()] as const;
    const underLimit = ({ unsettled, doneSince }: Places) =>
      unsettled.length + doneSince.length < 10 ? null : 'no room';
    const lend = async (at: number, isLast: boolean): Promise<void> => {
      const journal = journals[at % 2 === 0 ? 0 : 1];
      const patronId = at % 3 === 0 ? leavingId : stayingId;
      const { mergedFrom, mergedInto } = await journal.placesNow(patronId, 'LOAN');
      if (mergedInto !== null) {
        return;
      }
      const { id } = await begun(journal);
      const reservation = await journal.reserve(id, loanOf(patronId, { mergedFrom }), underLimit);
      if (reservation.kind === 'merged') {
        await lend(at, isLast);
      } else if (reservation.kind === 'reserved') {
        await journal.settle(id, outcomeOf(at % 4 === 0 && !isLast ? 'REFUSED' : 'DONE', null));
      }
    };
    const attempts = Array.from({ length: 16 }, (_, at) => at);
    const merges = journals.map(async (journal) => await journal.mergePatrons(merge));
    await Promise.all([...attempts.map((at) => lend(at, false)), ...merges]);
    expect(await Promise.all(merges)).toEqual([null, null]);
    await Promise.all(attempts.map((at) => lend(at, true)));
    const { id } = await begun(subject.journal);
    const place = loanOf(stayingId, { mergedFrom: [leavingId] });
    await expect(subject.journal.reserve(id, place, underLimit)).resolves.toMatchObject({ kind: 'refused' });
  });

  test('merges are open until the leaving record is closed', async () => {
    await using subject = await openJournal();
    const { journal } = subject;
    await journal.mergePatrons(merge);
    const [open = null] = await journal.openMerges(null, 10);
    expect(open).toMatchObject({ merge });
    await expect(journal.openMerges(open?.position ?? null, 10)).resolves.toEqual([]);
    await journal.closeMerge(leavingId);
    await expect(journal.openMerges(null, 10)).resolves.toEqual([]);
    await expect(journal.mergesOf([leavingId])).resolves.toEqual([{ into: stayingId, from: [] }]);
  });

  test('a merge is stored without any number in clear', async () => {
    await using subject = await openJournal();
    await subject.journal.mergePatrons(merge);
    const rows = await subject.query(`select * from ${subject.table('merged_patrons')}`);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toMatch(/P000000/);
  });
}
