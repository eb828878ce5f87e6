/** Two records of one person, found at a counter: staff say which one stays (R7, R9). */
import { beforeEach, expect, test } from 'vitest';
import { eventually } from '../callers.ts';
import { blocked, copies, libraryForEachTest } from '../library.ts';
import { done, type Member, refusedWith } from '../payloads.ts';
import { child, guarantor, newApplicant } from '../people.ts';

const library = libraryForEachTest();
/**
 * Two records of one person: `leaving` is a child's record with a birth certificate, and `staying` is an adult's record
 * with an identity card.
 */
let leaving: Member;
let staying: Member;
beforeEach(async () => {
  leaving = await library.join(child(10), ['LIBRARY_CARD'], { guarantor: guarantor(false) });
  staying = await library.join(newApplicant(), ['SMART_ID']);
});

interface Merged {
  readonly patron: { readonly id: string };
  readonly leavingPatron: { readonly id: string; readonly status: string };
  readonly issued: readonly { readonly libraryCardNumber: string; readonly status: string }[];
}

const merge = async (leavingId: string, stayingId: string) =>
  await library.change('mergePatrons', { leavingPatronId: leavingId, stayingPatronId: stayingId });

async function merged(): Promise<string> {
  const payload = await merge(leaving.patronId, staying.patronId);
  expect(payload).toMatchObject(done);
  const { patron, leavingPatron, issued } = payload as unknown as Merged;
  expect(patron.id).toBe(staying.patronId);
  expect(leavingPatron).toEqual({ id: leaving.patronId, status: 'SUSPENDED' });
  expect(issued).toEqual([{ libraryCardNumber: expect.any(String), status: 'ACTIVE' }]);
  return issued[0]?.libraryCardNumber ?? '';
}

test('R9: after a merge the loans of both records count, and ten items are out at most', async () => {
  for (const itemNumber of copies.slice(0, 4)) {
    expect(await library.lend(leaving.libraryCard, itemNumber)).toMatchObject(done);
  }
  for (const itemNumber of copies.slice(4, 8)) {
    expect(await library.lend(staying.smartId, itemNumber)).toMatchObject(done);
  }
  const newCard = await merged();
  expect(await library.loansOut(staying.patronId)).toBe(8);
  expect(await library.lend(newCard, copies[8])).toMatchObject(done);
  expect(await library.lend(staying.smartId, copies[9])).toMatchObject(done);
  expect(await library.lend(newCard, copies[10])).toMatchObject(refusedWith('QUOTA_REACHED'));
  expect(await library.lendAtDesk(leaving.libraryCard, copies[10])).toEqual(blocked);
  expect(await library.giveBack(copies[0])).toMatchObject(done);
  expect(await library.lend(newCard, copies[10])).toMatchObject(done);
});

test('the reader of the record that stays sees and renews what is out on the old card', async () => {
  expect(await library.lend(leaving.libraryCard)).toMatchObject(done);
  library.lentAWeekAgo(copies[0]);
  await merged();
  const token = await library.reader(staying.patronId);
  const selection = `mergedInto { id } mergedFrom { id }
    loans { edges { node { id credential { libraryCardNumber status } } } }`;
  const patron = await library.patron<{
    mergedFrom: object;
    loans: { edges: { node: { id: string; credential: object } }[] };
  }>(staying.patronId, selection, token);
  expect(patron).toMatchObject({ mergedInto: null, mergedFrom: [{ id: leaving.patronId }] });
  const [loan] = patron.loans.edges;
  expect(loan?.node.credential).toEqual({ libraryCardNumber: leaving.libraryCard, status: 'DISCONTINUED' });
  const renewal = { reader: { patronId: staying.patronId }, loanId: loan?.node.id };
  expect(await library.change('renewLoan', renewal, token)).toMatchObject(done);
});

test('the record that leaves says into which it was merged, and lends nothing', async () => {
  await merged();
  expect(await library.patron(leaving.patronId, 'status mergedInto { id }')).toEqual({
    status: 'SUSPENDED',
    mergedInto: { id: staying.patronId },
  });
  expect(await merge(leaving.patronId, staying.patronId)).toMatchObject(refusedWith('ALREADY_MERGED'));
});

test('R25: a queued reservation moves to a card of the record that stays, and a kept copy is lent on the old card', async () => {
  const holdId = await library.keepForHold(leaving.libraryCard);
  const queued = {
    reader: { patronId: leaving.patronId },
    titleNumber: 'B0000010',
    pickupBranch: 'HKCL',
  };
  expect(await library.change('placeHold', queued)).toMatchObject(done);
  const newCard = await merged();
  const holdsOf = async () => {
    const selection = 'holds { state credential { libraryCardNumber } }';
    const { holds } = await library.patron<{
      holds: { state: string; credential: { libraryCardNumber: string } }[];
    }>(staying.patronId, selection);
    return holds.map(({ state, credential }) => `${state} ${credential.libraryCardNumber}`).toSorted();
  };
  await eventually(holdsOf).toEqual([`QUEUED ${newCard}`, `READY ${leaving.libraryCard}`].toSorted());
  const held = { reader: { patronId: staying.patronId }, holdId, itemNumber: copies[0] };
  expect(await library.change('lendHeldItem', held)).toMatchObject({
    ...done,
    loan: { credential: { libraryCardNumber: leaving.libraryCard } },
  });
  expect(await library.loansOut(staying.patronId)).toBe(1);
});
