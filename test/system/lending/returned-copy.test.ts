/**
 * The destination of a returned copy, and the facts that staff get about the loan that has ended. The seed has one
 * queued hold, H0000001.
 */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { openedForTests } from '../../support/set-up/opened-for-tests.ts';
import { startSystem } from '../running-system.ts';
import { type Caller, callerForTests } from '../system-for-tests.ts';

const system = openedForTests(() => startSystem(undefined, {}, { buildsIndex: true }), 60_000);
const staff = callerForTests(system, {
  subject: 'staff',
  scope: 'circulation:write circulation:read credentials:read patrons:read',
});
const station = callerForTests(system, { subject: 'station-1', scope: 'station', branch: 'STCL' });
const otherStation = callerForTests(system, { subject: 'station-2', scope: 'station', branch: 'NOWHERE' });
const reader = callerForTests(system, { subject: 'reader', patronId: 'P0000001' });

const destination = 'shelf branch location { name } isHere readyUntil';
const toStation = `operation { state } destination { ${destination} } problems { code field }`;
const toStaff = `operation { state requestedAt }
  destination { ${destination} hold { id credential { patron { id } } } }
  endedLoan {
    loanId dueOn daysLate patron { id } credential { libraryCardNumber } charges { id amount { cents } }
  }
  problems { code field }`;

interface Payload {
  readonly operation: { readonly state: string; readonly requestedAt: string };
  readonly destination: object | null;
  readonly endedLoan: object | null;
}

const checkIn = (input: object, selection: string, caller: Caller) =>
  system.change<Payload>('checkIn', selection, input, caller);

/** Reserves a title, and waits until the index knows it. */
async function reserve(patronId: string, titleNumber: string, itemNumber: string, pickupBranch: string) {
  const input = { reader: { patronId }, titleNumber, pickupBranch };
  await system.change('placeHold', 'operation { state }', input, staff);
  const query = `{ item(itemNumber: "${itemNumber}") { holds { state } } }`;
  await expect
    .poll(async () => (await system.read<{ item: { holds: object[] } }>(query, staff)).item.holds.length, {
      timeout: 20_000,
    })
    .toBe(1);
}

test('staff are told for whom a copy waits and where, whose loan has ended, how late it was and what is owed', async () => {
  const reference = randomUUID();
  const input = { reference, itemNumber: '31852000000445', atBranch: 'HKCL' };
  const expected = {
    destination: {
      shelf: 'HOLD_SHELF',
      branch: 'STCL',
      location: { name: 'Sha Tin Central Library' },
      isHere: false,
      readyUntil: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      hold: { id: 'H0000001', credential: { patron: { id: 'P0000002' } } },
    },
    endedLoan: {
      loanId: 'L00000044',
      dueOn: '2026-10-29',
      daysLate: expect.any(Number),
      patron: { id: 'P0000016' },
      credential: { libraryCardNumber: '21852000000223' },
      charges: [{ id: 'F0000001', amount: { cents: 2100 } }],
    },
  };
  const returned = await checkIn(input, toStaff, staff);
  expect(returned).toMatchObject({ operation: { state: 'DONE' }, ...expected, problems: [] });
  const { requestedAt } = returned.operation;
  const daysLate = (Date.parse(requestedAt.slice(0, 10)) - Date.parse('2026-10-29')) / 86_400_000;
  expect(returned.endedLoan).toMatchObject({ daysLate });
  // A repetition of the mutation and the operation return the same.
  expect(await checkIn(input, toStaff, staff)).toMatchObject(expected);
  const query = `{ operation(reference: "${reference}") { ... on CheckInOperation {
    destination { ${destination} hold { id credential { patron { id } } } }
    endedLoan { loanId dueOn daysLate patron { id } credential { libraryCardNumber } charges { id amount { cents } } }
  } } }`;
  expect(await system.read(query, staff)).toMatchObject({ operation: expected });
});

test('of a return whose answer was lost, everything is told but how late it was', async () => {
  const reference = randomUUID();
  const input = { reference, itemNumber: '31852000000379', atBranch: 'STCL' };
  system.legacy.circ.faults.set([{ kind: 'reset-after', operations: ['CheckIn'] }]);
  expect(await checkIn(input, toStaff, staff)).toMatchObject({
    operation: { state: 'UNSETTLED' },
    destination: null,
    endedLoan: null,
  });
  system.legacy.circ.faults.clear();
  await expect
    .poll(() => checkIn(input, toStaff, staff), { timeout: 30_000, interval: 500 })
    .toMatchObject({
      operation: { state: 'DONE' },
      destination: { shelf: 'OPEN_SHELVES', branch: 'STCL', isHere: true },
      endedLoan: { loanId: 'L00000037', dueOn: null, daysLate: null, patron: { id: expect.any(String) } },
    });
});

test('R27: the reader who is told of is recorded, before the answer', async () => {
  const log = `{ me { accessLog { edges { node { kind role } } } } }`;
  const entries = async () => {
    const { me } = await system.read<{ me: { accessLog: { edges: object[] } } }>(log, reader);
    return me.accessLog.edges;
  };
  const before = await entries();
  await checkIn({ itemNumber: '31852000000015' }, toStaff, staff);
  expect(await entries()).toEqual([{ node: { kind: 'FOUND_BY_ITEM', role: 'STAFF' } }, ...before]);
});

test('R29: a station is told where the copy goes and until when, by the branch in its token, and nothing of a reader', async () => {
  await reserve('P0000004', 'B0000007', '31852000000072', 'STCL');
  // A station does not move, so the branch in its request is ignored.
  const input = { itemNumber: '31852000000072', atBranch: 'HKCL' };
  expect(await checkIn(input, toStation, station)).toMatchObject({
    operation: { state: 'DONE' },
    destination: { shelf: 'HOLD_SHELF', branch: 'STCL', isHere: true, readyUntil: expect.any(String) },
  });
  for (const selection of ['endedLoan { loanId }', 'destination { hold { id } }']) {
    const { body } = await system.mutate(
      'checkIn',
      selection,
      { reference: randomUUID(), itemNumber: '31852000000072' },
      station,
    );
    expect(body.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]);
  }
});

test('a copy for which nobody waits goes back to its own branch', async () => {
  const at = (itemNumber: string, atBranch?: string) => checkIn({ itemNumber, atBranch }, toStation, staff);
  const home = { shelf: 'OPEN_SHELVES', branch: 'TSTPL', readyUntil: null };
  expect(await at('31852000000064', 'TSTPL')).toMatchObject({ destination: { ...home, isHere: true } });
  expect(await at('31852000000189', 'STCL')).toMatchObject({ destination: { ...home, isHere: false } });
  expect(await at('31852000000304')).toMatchObject({ destination: { ...home, isHere: null } });
});

test('a station of a branch that the library does not have takes copies back, and says nothing of its place', async () => {
  expect(await checkIn({ itemNumber: '31852000000056' }, toStation, otherStation)).toMatchObject({
    operation: { state: 'DONE' },
    destination: { shelf: 'OPEN_SHELVES', isHere: null },
  });
});

test.each(['NOWHERE', ''])(
  'a return at the branch %j is refused, and nothing is taken back',
  async (atBranch) => {
    expect(await checkIn({ itemNumber: '31852000000049', atBranch }, toStaff, staff)).toMatchObject({
      operation: { state: 'REFUSED' },
      destination: null,
      endedLoan: null,
      problems: [{ code: 'BRANCH_NOT_FOUND', field: ['atBranch'] }],
    });
    expect(system.store.circ.loans.by('itemNo', '31852000000049')).toHaveLength(1);
  },
);

test('a ready reservation names its copy, unless another copy of the title waits', async () => {
  const query = '{ patron(id: "P0000003") { holds(state: [READY]) { id copy { itemNumber state } } } }';
  expect(await system.read(query, staff)).toEqual({
    patron: {
      holds: [{ id: 'H0000002', copy: { itemNumber: '31852000000577', state: 'ON_HOLD_SHELF' } }],
    },
  });
  const another = { reader: { patronId: 'P0000006' }, titleNumber: 'B0000009', pickupBranch: 'HKCL' };
  await system.change('placeHold', 'operation { state }', another, staff);
  await checkIn({ itemNumber: '31852000000098' }, 'operation { state }', staff);
  expect(await system.read(query, staff)).toEqual({ patron: { holds: [{ id: 'H0000002', copy: null }] } });
});
