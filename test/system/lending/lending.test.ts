import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { dayOf, daysAfter } from '../../../simulators/hong-kong-time.ts';
import { growOlder, rootField } from '../running-system.ts';
import { copies, copy } from '../stories/library.ts';
import { type Caller, callerForEachTest, systemForEachTest } from '../system-for-tests.ts';

const system = systemForEachTest(undefined, {}, { showsWholeGraph: true });
const staff = callerForEachTest(system, {
  subject: 'staff',
  scope: 'circulation:write circulation:read patrons:read',
});
const station = callerForEachTest(system, { subject: 'station', scope: 'station' });
const telephone = callerForEachTest(system, { subject: 'telephone', scope: 'telephone' });

/** The simulators use the real clock here. */
const inFourteenDays = daysAfter(dayOf(new Date()), 14);
const libraryCard = '21852000000033';
const smartCard = '21852000000041';

interface Payload {
  operation: { state: string; reference: string };
  loan?: { id: string; credential: { libraryCardNumber: string }; renewals: number; dueOn: string } | null;
  hold?: { id: string; state: string } | null;
  item?: { title: string; state: string } | null;
  quota?: { used: number; pending: number; remaining: number } | null;
  outcomes?: { state: string; loan: { id: string; renewals: number }; problems: { code: string }[] }[];
  problems: { code: string; message: string }[];
}

const selections = {
  checkOut: 'loan { id renewals dueOn credential { libraryCardNumber } } quota { used pending remaining }',
  checkIn: 'item { title state }',
  renewLoan: 'loan { id renewals dueOn credential { libraryCardNumber } }',
  renewAllLoans: 'outcomes { state loan { id renewals } problems { code reason } }',
  placeHold: 'hold { id state }',
  cancelHold: 'hold { id state }',
} as const;
type Name = keyof typeof selections;

const selectionOf = (name: Name) =>
  `operation { state reference } problems { code reason message } ${selections[name]}`;
const ask = (name: Name, input: object, caller: Caller) =>
  system.mutate(name, selectionOf(name), { reference: randomUUID(), ...input }, caller);
const run = (name: Name, input: object, caller: Caller = staff) =>
  system.change<Payload>(name, selectionOf(name), input, caller);

const lend = (libraryCardNumber: string, itemNumber: string) =>
  run('checkOut', { credential: system.presentedCard(libraryCardNumber), itemNumber });
const lendInReader = (identityNumber: string, dateOfIssue: string) =>
  run('checkOut', { credential: { smartId: { identityNumber, dateOfIssue } }, itemNumber: copy }, station);

async function patronOf<T>(id: string, selection: string): Promise<T> {
  const { patron } = await system.read<{ patron: T }>(`{ patron(id: "${id}") { ${selection} } }`, staff);
  return patron;
}
const quotaOf = async (patronId: string) =>
  (await patronOf<{ loanQuota: object }>(patronId, 'loanQuota { used pending remaining }')).loanQuota;
const holdsOf = async (patronId: string) =>
  (await patronOf<{ holds: object }>(patronId, 'holds { id titleNumber state queuePosition }')).holds;

const done = { operation: { state: 'DONE' } };
const refusedWith = (code: string) => ({
  operation: { state: 'REFUSED' },
  problems: [{ code, reason: code }],
});

describe('lending', () => {
  test('R9: an item is lent on the card that is shown, and the shared quota counts it at once', async () => {
    const lent = await lend(libraryCard, copy);
    expect(lent).toMatchObject({
      operation: { state: 'DONE' },
      loan: { renewals: 0, dueOn: inFourteenDays, credential: { libraryCardNumber: libraryCard } },
      quota: { used: 6, pending: 0, remaining: 4 },
      problems: [],
    });
    expect(await quotaOf('P0000002')).toEqual({ used: 6, pending: 0, remaining: 4 });
  });

  test('R6: a smart identity card is known by its number and date of issue', async () => {
    const lent = await lendInReader('B654321(4)', '2020-06-02');
    expect(lent).toMatchObject({
      operation: { state: 'DONE' },
      loan: { credential: { libraryCardNumber: smartCard } },
    });
  });

  test.each([
    ['a station', () => station],
    ['a desk', () => staff],
  ])('R11: a smart identity card can’t borrow by its number at %s', async (_, caller) => {
    const input = { credential: { libraryCardNumber: smartCard }, itemNumber: copy };
    expect(await run('checkOut', input, caller())).toMatchObject({
      ...refusedWith('CARD_MUST_BE_READ'),
      loan: null,
    });
    expect(await quotaOf('P0000002')).toMatchObject({ used: 5 });
  });

  test('R10, R11: a smart identity card can renew and place holds with its number and PIN', async () => {
    const cardAndPin = { libraryCardNumber: '21852000000025', pin: '1234' };
    const renewed = await run('renewLoan', { reader: { cardAndPin }, loanId: 'L00000007' }, telephone);
    expect(renewed).toMatchObject(done);
    const smartCardAndPin = { cardAndPin: { libraryCardNumber: smartCard, pin: '1234' } };
    const hold = { reader: smartCardAndPin, titleNumber: 'B0000010', pickupBranch: 'HKCL' };
    expect(await run('placeHold', hold, telephone)).toMatchObject(done);
  });

  test('R9: the eleventh item is refused on either card, and a returned item frees one place, once', async () => {
    for (const item of copies.slice(0, 5)) {
      await lend(smartCard, item);
    }
    expect(await lend(smartCard, copies[5] ?? '')).toMatchObject({
      ...refusedWith('QUOTA_REACHED'),
      loan: null,
      quota: { used: 10, pending: 0, remaining: 0 },
    });
    expect(await lend(libraryCard, copies[5] ?? '')).toMatchObject(refusedWith('QUOTA_REACHED'));
    const back = await run('checkIn', { itemNumber: copy }, station);
    expect(back).toMatchObject({
      operation: { state: 'DONE' },
      item: { title: '紅樓夢', state: 'AVAILABLE' },
    });
    expect(await run('checkIn', { itemNumber: copy })).toMatchObject(refusedWith('ITEM_NOT_ON_LOAN'));
    expect(await lend(libraryCard, copies[5] ?? '')).toMatchObject(done);
    expect(await lend(libraryCard, copies[6] ?? '')).toMatchObject(refusedWith('QUOTA_REACHED'));
  });

  test('R9: of ten concurrent check-outs on both cards, as many are done as there is room for', async () => {
    const cards = [libraryCard, smartCard];
    const answers = await Promise.all(
      copies.slice(0, 10).map((item, index) => lend(cards[index % 2] ?? '', item)),
    );
    const done = answers.filter(({ operation }) => operation.state === 'DONE');
    expect(done).toHaveLength(5);
    const codes = answers.flatMap(({ problems }) => problems.map(({ code }) => code));
    expect(codes.every((code) => code === 'QUOTA_REACHED' || code === 'PLACE_PENDING')).toBe(true);
    expect(await quotaOf('P0000002')).toEqual({ used: 10, pending: 0, remaining: 0 });
  });

  test('R9: while the tenth check-out is pending, another one is PLACE_PENDING', async () => {
    for (const item of copies.slice(0, 4)) {
      await lend(smartCard, item);
    }
    system.legacy.circ.faults.set([{ kind: 'delay', delayMs: 3_000, operations: ['CheckOut'], times: 1 }]);
    const tenth = lend(smartCard, copies[4] ?? '');
    await expect.poll(() => quotaOf('P0000002'), { timeout: 2_500 }).toMatchObject({ pending: 1 });
    expect(await lend(libraryCard, copies[5] ?? '')).toMatchObject({
      ...refusedWith('PLACE_PENDING'),
      quota: { used: 9, pending: 1, remaining: 0 },
    });
    expect(await tenth).toMatchObject(done);
  });

  test('R14: at the limit a loan can be renewed', async () => {
    const input = { reader: { patronId: 'P0000001' }, loanId: 'L00000001' };
    expect(await run('renewLoan', input)).toMatchObject({
      operation: { state: 'DONE' },
      loan: { id: 'L00000001', renewals: 1, dueOn: inFourteenDays },
    });
  });

  test('R9: a patron with thirteen loans from desks has no free place until nine are left', async () => {
    const { body } = await system.ask(
      '{ patron(id: "P0000012") { loans(first: 20) { edges { node { item { itemNumber } } } } } }',
      {
        ...staff,
      },
    );
    const patron = rootField<{ loans: { edges: { node: { item: { itemNumber: string } } }[] } }>(
      body,
      'patron',
    );
    const out = patron.loans.edges.map(({ node }) => node.item.itemNumber);
    for (const itemNumber of out.slice(0, 4)) {
      expect(await lend('21852000000181', copy)).toMatchObject(refusedWith('QUOTA_REACHED'));
      await run('checkIn', { itemNumber });
    }
    expect(await lend('21852000000181', copy)).toMatchObject(done);
  });

  test('R16: loans on a replaced card count with those on the new one', async () => {
    for (const item of copies.slice(0, 7)) {
      await lend('21852000000249', item);
    }
    expect(await lend('21852000000249', copies[7] ?? '')).toMatchObject({
      ...refusedWith('QUOTA_REACHED'),
      quota: { used: 10 },
    });
  });

  test('R25: a copy on the hold shelf is lent on the card of its hold', async () => {
    expect(await lend(libraryCard, '31852000000577')).toMatchObject(refusedWith('WANTED_BY_ANOTHER'));
    expect(await lend('21852000000058', '31852000000577')).toMatchObject({
      operation: { state: 'DONE' },
    });
  });
});

describe('a card at a desk or a station is refused with', () => {
  test.each([
    ['CREDENTIAL_NOT_FOUND', '21852000000034', 'a wrong check digit'],
    ['CREDENTIAL_NOT_ACTIVE', '21852000000132', 'surrendered'],
    ['CREDENTIAL_NOT_ACTIVE', '21852000000231', 'replaced'],
    ['CREDENTIAL_NOT_ACTIVE', '21852000000124', 'discontinued'],
  ])('%s: %s, %s', async (code, card) => {
    expect(await lend(card, copy)).toMatchObject(refusedWith(code));
  });

  test.each([
    ['CREDENTIAL_NOT_FOUND', 'G123456(A)', '2020-06-02', 'nobody'],
    ['CREDENTIAL_NOT_ACTIVE', 'B654321(4)', '2019-01-01', 'an old one'],
    ['CREDENTIAL_NOT_ACTIVE', 'K778899(1)', '2018-02-01', 'the lost one'],
    ['REPLACEMENT_NOT_TAKEN_OVER', 'K778899(1)', '2026-11-20', 'its replacement, before it was made usable'],
    ['CREDENTIAL_NOT_ACTIVE', 'M300300(6)', '2016-12-12', 'a discontinued one'],
  ])('%s: %s issued %s, %s', async (code, identityNumber, dateOfIssue) => {
    expect(await lendInReader(identityNumber, dateOfIssue)).toMatchObject(refusedWith(code));
  });

  test.each([
    ['ITEM_NOT_FOUND', '31852000000495', 'a wrong check digit'],
    ['ITEM_NOT_AVAILABLE', '31852000000718', 'missing'],
  ])('%s: %s, %s', async (code, itemNumber) => {
    expect(await lend(libraryCard, itemNumber)).toMatchObject(refusedWith(code));
  });
});

describe('renewing', () => {
  const cardAndPin = { libraryCardNumber: '21852000000017', pin: '1234' };

  test('R10: by telephone, with the number and its PIN', async () => {
    const renewed = await run('renewLoan', { reader: { cardAndPin }, loanId: 'L00000007' }, telephone);
    expect(renewed).toMatchObject({ operation: { state: 'DONE' }, loan: { renewals: 1 } });
  });

  test.each([
    ['an unknown number', '21852000009992', '1234'],
    ['an invalid number', '1', '1234'],
  ])('WRONG_NUMBER_OR_PIN: %s', async (_, libraryCardNumber, pin) => {
    const input = { reader: { cardAndPin: { libraryCardNumber, pin } }, loanId: 'L00000007' };
    expect(await run('renewLoan', input, telephone)).toMatchObject(refusedWith('WRONG_NUMBER_OR_PIN'));
  });

  test("R17: a lost card's number is refused even with the right PIN", async () => {
    const lost = { libraryCardNumber: '21852000000116', pin: '1234' };
    const input = { reader: { cardAndPin: lost }, loanId: 'L00000021' };
    expect(await run('renewLoan', input, telephone)).toMatchObject(refusedWith('CREDENTIAL_NOT_ACTIVE'));
  });

  test.each([['PATRON_NOT_ACTIVE', 'P0000013', 'L00000042']])('%s', async (code, patronId, loanId) => {
    expect(await run('renewLoan', { reader: { patronId }, loanId })).toMatchObject(refusedWith(code));
  });

  test('R23: is refused for a title that another reader wants', async () => {
    const input = { reader: { patronId: 'P0000001' }, loanId: 'L00000008' };
    expect(await run('renewLoan', input)).toMatchObject(refusedWith('WANTED_BY_ANOTHER'));
  });

  test("R23: succeeds if only the patron's own hold on the other card waits, and keeps that hold", async () => {
    const lent = await lend(smartCard, '31852000000569');
    growOlder(system, lent.loan?.id ?? '');
    const input = { reader: { patronId: 'P0000002' }, loanId: lent.loan?.id };
    expect(await run('renewLoan', input)).toMatchObject({
      operation: { state: 'DONE' },
      loan: { renewals: 1 },
    });
    const holds = await holdsOf('P0000002');
    expect(holds).toMatchObject([{ titleNumber: 'B0000008', state: 'QUEUED', queuePosition: 1 }]);
  });

  test("R23: is refused if another reader's hold waits too, and the patron's own hold keeps its place in the queue", async () => {
    await run('placeHold', {
      reader: { patronId: 'P0000004' },
      titleNumber: 'B0000008',
      pickupBranch: 'HKCL',
    });
    const lent = await lend(smartCard, '31852000000569');
    growOlder(system, lent.loan?.id ?? '');
    const input = { reader: { patronId: 'P0000002' }, loanId: lent.loan?.id };
    expect(await run('renewLoan', input)).toMatchObject(refusedWith('WANTED_BY_ANOTHER'));
    expect(await holdsOf('P0000002')).toMatchObject([{ id: 'H0000001', state: 'QUEUED', queuePosition: 1 }]);
  });

  test('R24: several loans have an outcome each, and the same answer again under the same reference', async () => {
    const input = { reference: 'all', reader: { patronId: 'P0000001' } };
    const renewed = await run('renewAllLoans', input);
    expect(renewed.operation).toEqual({ state: 'DONE', reference: 'all' });
    expect(renewed.outcomes).toHaveLength(10);
    const refused = renewed.outcomes?.filter(({ state }) => state === 'REFUSED');
    expect(refused).toEqual([
      {
        state: 'REFUSED',
        loan: { id: 'L00000008', renewals: 0 },
        problems: [{ code: 'WANTED_BY_ANOTHER', reason: 'WANTED_BY_ANOTHER' }],
      },
    ]);
    expect(renewed.outcomes?.filter(({ loan }) => loan.renewals === 1)).toHaveLength(9);
    expect(await run('renewAllLoans', input)).toEqual(renewed);
  });
});

describe('placing holds', () => {
  const place = (libraryCardNumber: string, titleNumber: string, caller: Caller = staff, whose?: string) => {
    const patronId = whose ?? system.store.cms.cards.get(libraryCardNumber)?.patronNo ?? 'P0000002';
    const input = { reader: { patronId }, libraryCardNumber, titleNumber, pickupBranch: 'HKCL' };
    return run('placeHold', input, caller);
  };

  test('a patron places a hold and may cancel it', async () => {
    const patron = { token: await system.token({ subject: 'P0000004', patronId: 'P0000004' }) };
    const placed = await place('21852000000066', 'B0000010', patron);
    expect(placed).toMatchObject({ operation: { state: 'DONE' }, hold: { state: 'QUEUED' } });
    const input = { reader: { patronId: 'P0000004' }, holdId: placed.hold?.id };
    expect(await run('cancelHold', input, patron)).toMatchObject({
      operation: { state: 'DONE' },
      hold: { state: 'CANCELLED' },
    });
    expect(await run('cancelHold', input, patron)).toMatchObject(refusedWith('HOLD_NOT_FOUND'));
  });

  test('R25: of two concurrent holds on one title, one on each card, one is placed', async () => {
    const answers = await Promise.all([place(libraryCard, 'B0000010'), place(smartCard, 'B0000010')]);
    expect(answers.map(({ operation }) => operation.state).sort()).toEqual(['DONE', 'REFUSED']);
  });

  test('R25: at most ten holds on all cards together', async () => {
    const titles = [1, 2, 3, 4, 5, 6, 7, 10, 11].map((title) => `B${String(title).padStart(7, '0')}`);
    const cards = [libraryCard, smartCard];
    for (const [index, title] of titles.entries()) {
      expect(await place(cards[index % 2] ?? '', title)).toMatchObject({
        operation: { state: 'DONE' },
      });
    }
    expect(await place(smartCard, 'B0000012')).toMatchObject(refusedWith('HOLD_LIMIT_REACHED'));
  });

  test.each([
    ['CREDENTIAL_NOT_FOUND', '21852000000034', 'B0000010'],
    ['CREDENTIAL_NOT_ACTIVE', '21852000000157', 'B0000010'],
    ['PATRON_NOT_ACTIVE', '21852000000199', 'B0000010'],
  ])('%s', async (code, card, title) => {
    expect(await place(card, title)).toMatchObject(refusedWith(code));
  });

  test("R27: only staff place holds for another patron, and nobody else learns that a card is another patron's", async () => {
    const patron = { token: await system.token({ subject: 'P0000004', patronId: 'P0000004' }) };
    expect(await place(libraryCard, 'B0000010', patron, 'P0000004')).toMatchObject(
      refusedWith('CREDENTIAL_NOT_FOUND'),
    );
    const reader = { patronId: 'P0000002' };
    const placed = await ask('placeHold', { reader, titleNumber: 'B0000010', pickupBranch: 'HKCL' }, patron);
    const cancelled = await ask('cancelHold', { reader, holdId: 'H0000001' }, patron);
    for (const { body } of [placed, cancelled]) {
      expect(body.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });
});

describe('an operation', () => {
  const input = { reference: 'mine', credential: { libraryCardNumber: libraryCard }, itemNumber: copy };

  test('that is sent again does nothing more and returns the same answer', async () => {
    const first = await run('checkOut', input);
    expect(await run('checkOut', input)).toEqual(first);
    await run('checkIn', { itemNumber: copy });
    expect(await run('checkOut', input)).toMatchObject({ operation: { state: 'DONE' }, loan: null });
    expect(system.legacy.circ.calls.get('CheckOut')).toBe(1);
  });

  test('is visible to its own caller', async () => {
    await run('checkOut', input);
    const query = '{ operation(reference: "mine") { state reference settledAt } }';
    const own = await system.ask(query, staff);
    expect(own.body.data?.operation).toMatchObject({ state: 'DONE', reference: 'mine' });
    const other = await system.ask(query, station);
    expect(other.body.data).toEqual({ operation: null });
    expect(await run('checkOut', { ...input, itemNumber: copies[1] }, station)).toMatchObject({
      operation: { state: 'DONE' },
    });
  });

  test.each([
    ['the reference of another operation', { ...input, itemNumber: copies[1] }],
    ['no reference', { ...input, reference: '' }],
    ['4 KB of reference', { ...input, reference: 'x'.repeat(4096) }],
  ])('is BAD_USER_INPUT with %s', async (_, second) => {
    await run('checkOut', input);
    const { body } = await ask('checkOut', second, staff);
    expect(body.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
    expect(body.errors?.[0]?.message).toContain('`reference`');
  });

  test('is refused, and nothing is done, while a system that it needs is down', async () => {
    await system.legacy.prs.stop();
    expect(await run('checkOut', input)).toMatchObject(refusedWith('SYSTEM_UNAVAILABLE'));
    await system.legacy.prs.start();
    await system.legacy.circ.stop();
    expect(await run('checkIn', { itemNumber: copy })).toMatchObject(refusedWith('SYSTEM_UNAVAILABLE'));
    await system.legacy.circ.start();
    expect(system.legacy.circ.calls.get('CheckOut')).toBeUndefined();
  });

  test('whose answer is lost keeps its place, and is settled as done', async () => {
    system.legacy.circ.faults.set([{ kind: 'reset-after', operations: ['CheckOut'] }]);
    const lent = await run('checkOut', input);
    expect(lent.operation.state).toBe('UNSETTLED');
    expect(lent.problems).toEqual([]);
    expect(lent.quota).toMatchObject({ remaining: 4 });
    system.legacy.circ.faults.clear();
    await expect
      .poll(() => run('checkOut', input), { timeout: 5_000 })
      .toMatchObject({
        operation: { state: 'DONE' },
        loan: { credential: { libraryCardNumber: libraryCard } },
        quota: { used: 6, pending: 0 },
      });
  });

  test('R27: lending is for desks and stations', async () => {
    const patron = { token: await system.token({ subject: 'P0000002', patronId: 'P0000002' }) };
    for (const caller of [patron, telephone]) {
      const { body } = await ask('checkOut', input, caller);
      expect(body.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    expect(system.legacy.circ.calls.get('CheckOut')).toBeUndefined();
  });
});
