import { describe, expect, test } from 'vitest';
import { operationCode } from '../../../store/journal/operation-id.ts';
import { type Json, type NewOperation, outcomeOf } from '../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../store/store-unavailable.ts';
import { always, begun, caller, checkOut, type JournalOpening, loanOf } from './journal-under-test.ts';

export function journalContract(open: JournalOpening): void {
  describe('an operation', () => operationContract(open));
  describe('an outcome', () => outcomeContract(open));
  describe('bounds', () => boundsContract(open));
}

function operationContract(open: JournalOpening): void {
  test('begins unsettled, under an id of our own', async () => {
    await using subject = await open();
    const { operation, isNew } = await subject.journal.begin(checkOut('0012'));
    expect(isNew).toBe(true);
    expect(operation).toEqual({
      id: expect.stringMatching(/^[0-9A-Za-z]{22}$/),
      code: operationCode(operation.id),
      caller,
      reference: '0012',
      kind: 'CHECK_OUT',
      fingerprint: 'fingerprint',
      state: 'UNSETTLED',
      requestedAt: expect.any(Date),
      settledAt: null,
      sendBy: null,
      certainAt: null,
      certainAfterMs: null,
      patronId: null,
      place: null,
      holdsPlace: false,
      details: { itemNumber: '31852000000494' },
      result: null,
    });
    await expect(subject.journal.find(caller, '0012')).resolves.toEqual(operation);
  });

  test('is found by its id in every process, whoever the caller was', async () => {
    await using subject = await open();
    const operation = await begun(subject.journal);
    const other = await begun(subject.journal, { caller: 'client kiosk' });
    const replica = await subject.open();
    await expect(replica.findById(operation.id)).resolves.toEqual(operation);
    await expect(replica.findById(other.id)).resolves.toEqual(other);
    await expect(replica.findById('0123456789ABCDEFGHIJKL')).resolves.toBeNull();
    await expect(replica.findById('0')).resolves.toBeNull();
  });

  test.each(['', 'x'.repeat(23), 'a\0'])('is not looked up by an invalid id: %j', async (id) => {
    await using subject = await open();
    await expect(subject.journal.findById(id)).rejects.toThrow(RangeError);
  });

  test('may be sent for the time that it asks for', async () => {
    await using subject = await open();
    const { requestedAt, sendBy } = await begun(subject.journal, { sendWithinMs: 2_000 });
    expect(Number(sendBy) - Number(requestedAt)).toBe(2_000);
  });

  test('is unchanged when its reference is used again', async () => {
    await using subject = await open();
    const { operation } = await subject.journal.begin(checkOut('0012'));
    const again = await subject.journal.begin(
      checkOut('0012', { fingerprint: 'other', details: 'other', sendWithinMs: 9 }),
    );
    expect(again).toEqual({ operation, isNew: false });
  });

  test('differs from those of other callers and other references', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { operation } = await journal.begin(checkOut('0012'));
    const other = await journal.begin(checkOut('0012', { caller: 'client kiosk' }));
    expect(other.isNew).toBe(true);
    expect(other.operation.id).not.toBe(operation.id);
    await expect(journal.find('client kiosk', '0012')).resolves.toEqual(other.operation);
    await expect(journal.find(caller, '0013')).resolves.toBeNull();
    await expect(journal.find('subject P0000002', '0012')).resolves.toBeNull();
  });

  test('is begun once by several concurrent calls', async () => {
    await using subject = await open();
    const replicas = [subject.journal, await subject.open()];
    for (const reference of ['0012', '0013', '0014', '0015']) {
      const all = await Promise.all(
        Array.from({ length: 10 }, () =>
          replicas.map((journal) => journal.begin(checkOut(reference))),
        ).flat(),
      );
      expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(all.map(({ operation }) => operation.id)).size).toBe(1);
    }
  });

  test.each<Json>([
    null,
    '參考 "\\ \u0000 \ud800 𠀋',
    [],
    [1, -0.5, 1e300, true, { a: [null] }],
    { b: 1, a: { '': '' } },
    'x'.repeat(65_534),
  ])('returns details and result unchanged (%#)', async (json) => {
    await using subject = await open();
    const { journal } = subject;
    const { id, details } = await begun(journal, { details: json });
    expect(details).toEqual(json);
    const { operation } = await journal.settle(id, outcomeOf('DONE', json));
    expect(operation).toMatchObject({ details: json, result: json });
    expect(await journal.find(caller, operation.reference)).toEqual(operation);
  });

  test('takes new details until it is settled', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id, reference } = await begun(journal);
    await journal.saveDetails(id, { loanIds: ['L1'] });
    await expect(journal.find(caller, reference)).resolves.toMatchObject({ details: { loanIds: ['L1'] } });
    await journal.settle(id, outcomeOf('DONE', null));
    await journal.saveDetails(id, 'too late');
    await expect(journal.find(caller, reference)).resolves.toMatchObject({ details: { loanIds: ['L1'] } });
  });

  test('that no longer exists is distinguished from one that does', async () => {
    await using subject = await open();
    const { journal } = subject;
    const id = '0123456789ABCDEFGHIJKL';
    for (const ask of [
      () => journal.reserve(id, loanOf('P0000001'), always),
      () => journal.settle(id, outcomeOf('DONE', null)),
      () => journal.saveDetails(id, null),
      () => journal.reconcileAgain(id, 1),
    ]) {
      await expect(ask()).rejects.toThrow(StoreUnavailable);
    }
  });
}

function outcomeContract(open: JournalOpening): void {
  test('settles an operation for all processes', async () => {
    await using subject = await open();
    const before = await begun(subject.journal);
    await subject.pass(1_000);
    const { operation, overturnsRefusal } = await subject.journal.settle(
      before.id,
      outcomeOf('DONE', { loanId: 'L1' }),
    );
    expect(overturnsRefusal).toBe(false);
    expect(operation).toEqual({
      ...before,
      state: 'DONE',
      settledAt: expect.any(Date),
      result: { loanId: 'L1' },
    });
    expect(Number(operation.settledAt) - Number(before.requestedAt)).toBeGreaterThanOrEqual(1_000);
    const replica = await subject.open();
    await expect(replica.find(caller, before.reference)).resolves.toEqual(operation);
    await expect(replica.begin(checkOut(before.reference))).resolves.toEqual({ operation, isNew: false });
  });

  test.each(['DONE', 'REFUSED'] as const)('stands when another follows: %s', async (state) => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    const first = await journal.settle(id, outcomeOf(state, 'first'));
    await subject.pass(1_000);
    for (const other of ['DONE', 'REFUSED'] as const) {
      const second = await journal.settle(id, { ...outcomeOf(other, 'second'), reconcileAfterMs: 1_000 });
      expect(second).toEqual({ operation: first.operation, overturnsRefusal: false });
    }
  });

  test('removes the details, or keeps them', async () => {
    await using subject = await open();
    const { journal } = subject;
    const done = await begun(journal, { details: 'a name' });
    const kept = await begun(journal, { details: 'a plan' });
    const settled = await journal.settle(done.id, { ...outcomeOf('DONE', null), keepsDetails: false });
    expect(settled.operation.details).toBeNull();
    await expect(journal.findById(done.id)).resolves.toEqual(settled.operation);
    await expect(journal.settle(kept.id, outcomeOf('DONE', null))).resolves.toMatchObject({
      operation: { details: 'a plan' },
    });
  });

  test("leaves the details unchanged if it isn't taken", async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal, { details: 'a plan' });
    const late = { ...outcomeOf('DONE', null), keepsDetails: false };
    const before = await journal.settle(id, { ...late, concludedFrom: { sendBy: new Date(0) } });
    expect(before.operation).toMatchObject({ state: 'UNSETTLED', details: 'a plan' });
    await journal.settle(id, { ...outcomeOf('REFUSED', null), reconcileAfterMs: 60_000 });
    await journal.saveDetails(id, 'noted');
    await expect(journal.findById(id)).resolves.toMatchObject({ state: 'REFUSED', details: 'a plan' });
    // The correction to DONE is accepted. After that, `late` is not accepted, so the details stay.
    await journal.settle(id, outcomeOf('DONE', null));
    await journal.settle(id, late);
    await expect(journal.findById(id)).resolves.toMatchObject({ state: 'DONE', details: 'a plan' });
  });

  test('is one of several concurrent ones', async () => {
    await using subject = await open();
    const replicas = [subject.journal, await subject.open()];
    for (let round = 0; round < 5; round += 1) {
      const { id } = await begun(subject.journal);
      const all = await Promise.all(
        Array.from({ length: 10 }, (_, at) =>
          replicas.map((journal) => journal.settle(id, outcomeOf(at % 2 === 0 ? 'DONE' : 'REFUSED', at))),
        ).flat(),
      );
      expect(new Set(all.map(({ operation }) => JSON.stringify(operation))).size).toBe(1);
      expect(all.every(({ overturnsRefusal }) => !overturnsRefusal)).toBe(true);
    }
  });

  test('that is a refusal open to correction is overturned, and reported so once', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    const concluded = await journal.settle(id, { ...outcomeOf('REFUSED', 'gone'), reconcileAfterMs: 60_000 });
    expect(concluded).toMatchObject({
      operation: { state: 'REFUSED', result: 'gone' },
      overturnsRefusal: false,
    });
    await journal.reconcileAgain(id, null);
    const corrected = await journal.settle(id, outcomeOf('DONE', 'done'));
    expect(corrected).toMatchObject({ operation: { state: 'DONE', result: 'done' }, overturnsRefusal: true });
    const { operation } = corrected;
    for (const state of ['DONE', 'REFUSED'] as const) {
      const later = await journal.settle(id, outcomeOf(state, 'later'));
      expect(later).toEqual({ operation, overturnsRefusal: false });
    }
  });

  test('that is a refusal open to correction becomes final by another refusal', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    const concluded = await journal.settle(id, { ...outcomeOf('REFUSED', 'gone'), reconcileAfterMs: 1_000 });
    await subject.pass(1_000);
    const answered = await journal.settle(id, outcomeOf('REFUSED', 'answer'));
    const { settledAt } = concluded.operation;
    expect(answered).toMatchObject({
      operation: { state: 'REFUSED', result: 'answer', settledAt },
      overturnsRefusal: false,
    });
    await expect(journal.takeDue(100, 1_000)).resolves.toEqual([]);
    await expect(journal.settle(id, outcomeOf('DONE', null))).resolves.toEqual(answered);
  });

  test("isn't taken if it was concluded before the operation got its present send-by", async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id, sendBy: none } = await begun(journal);
    const refused = { ...outcomeOf('REFUSED', null), reconcileAfterMs: 60_000 };
    const reservation = await journal.reserve(id, loanOf('P0000001'), always);
    if (reservation.kind !== 'reserved') {
      throw new Error(reservation.kind);
    }
    const { operation } = reservation;
    await expect(journal.settle(id, { ...refused, concludedFrom: { sendBy: none } })).resolves.toEqual({
      operation,
      overturnsRefusal: false,
    });
    const settled = await journal.settle(id, { ...refused, concludedFrom: operation });
    expect(settled.operation.state).toBe('REFUSED');
  });
}

function boundsContract(open: JournalOpening): void {
  const long = (length: number) => 'x'.repeat(length);
  test.each<[string, Partial<NewOperation>]>([
    ['no reference', { reference: '' }],
    ['a reference of 129 characters', { reference: long(129) }],
    ['a reference with a NUL', { reference: 'a\0' }],
    ['a reference with half a character', { reference: 'a\ud800' }],
    ['a caller of 201 characters', { caller: long(201) }],
    ['details of more than 64 KiB', { details: long(65_535) }],
    ['a time without end', { reconcileAfterMs: Number.POSITIVE_INFINITY }],
    ['a time before now', { sendWithinMs: -1 }],
  ])('%s is rejected', async (_what, more) => {
    await using subject = await open();
    const operation = checkOut('0012', more);
    await expect(subject.journal.begin(operation)).rejects.toThrow(RangeError);
    await expect(subject.journal.find(caller, '0012')).resolves.toBeNull();
  });

  test('the longest caller and reference are accepted', async () => {
    await using subject = await open();
    const longest = { caller: '參'.repeat(200), reference: '𠀋'.repeat(64) };
    const { operation } = await subject.journal.begin(checkOut('', longest));
    await expect(subject.journal.find(longest.caller, longest.reference)).resolves.toEqual(operation);
  });

  test('a result of more than 64 KiB leaves the operation unchanged', async () => {
    await using subject = await open();
    const operation = await begun(subject.journal);
    const outcome = outcomeOf('DONE', '參'.repeat(22_000));
    await expect(subject.journal.settle(operation.id, outcome)).rejects.toThrow(RangeError);
    await expect(subject.journal.find(caller, operation.reference)).resolves.toEqual(operation);
  });

  test('an outcome out of bounds is rejected, also if another stands', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    for (const state of ['DONE', 'REFUSED'] as const) {
      for (const more of [{ result: long(65_535) }, { reconcileAfterMs: -1 }]) {
        await expect(journal.settle(id, { ...outcomeOf(state, null), ...more })).rejects.toThrow(RangeError);
      }
      await journal.settle(id, outcomeOf('DONE', null));
    }
  });

  test.each([0, 101, 1.5])('%d due operations at once are rejected', async (maxItems) => {
    await using subject = await open();
    await expect(subject.journal.takeDue(maxItems, 1_000)).rejects.toThrow(RangeError);
  });

  test.each([
    ['too many', Array.from({ length: 101 }, (_, at) => `${at}`)],
    ['none', ['']],
  ])('exceptions from due operations out of bounds are rejected: %s', async (_what, except) => {
    await using subject = await open();
    await expect(subject.journal.takeDue(1, 1_000, undefined, except)).rejects.toThrow(RangeError);
  });
}
