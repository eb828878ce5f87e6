import { expect, test } from 'vitest';
import { idAlphabet, operationCode } from '../../../store/journal/operation-id.ts';
import { type Journal, type Operation, type OperationOrder, outcomeOf } from '../../../store/journal/port.ts';
import {
  always,
  begun,
  checkOut,
  type JournalOpening,
  lent,
  loanOf,
  reserved,
} from './journal-under-test.ts';

const patronId = 'P0000001';
const otherPatron = 'P0000002';
const done = outcomeOf('DONE', null);

const idsOfPatron = async (journal: Journal, patron = patronId): Promise<string[]> =>
  (await journal.operationsOfPatron(patron, null, 100)).map(({ id }) => id);

/** The contract of `Journal` for the operations that staff look up: by code, by reference, and by patron. */
export function journalLookupsContract(open: JournalOpening): void {
  codeContract(open);
  adoptedContract(open);
  referenceContract(open);
  patronContract(open);
  callerContract(open);
  unsettledContract(open);
  boundsContract(open);
}

function adoptedContract(open: JournalOpening): void {
  const paid = { kind: 'RPS_PAY', patronId, isUnlisted: true };

  test('in an adopted system finds parts with a patron, of the wanted kinds alone', async () => {
    await using subject = await open();
    const { journal } = subject;
    const first = await begun(journal, { ...paid, reference: 'a' });
    await subject.pass(1_000);
    const second = await begun(journal, { ...paid, reference: 'b', caller: 'client kiosk' });
    await begun(journal, { ...paid, reference: 'c', kind: 'OTHER' });
    await begun(journal, { ...paid, reference: 'd', isUnlisted: false });
    await begun(journal, { ...paid, reference: 'e', patronId: otherPatron });
    const replica = await subject.open();
    expect(await replica.adoptedOfPatron(patronId, ['RPS_PAY'], 10)).toEqual([second, first]);
    expect(await replica.adoptedOfPatron(patronId, ['RPS_PAY'], 1)).toEqual([second]);
    expect(await replica.adoptedByCode(first.code.toLowerCase(), ['RPS_PAY', 'OTHER'], 10)).toEqual([first]);
    expect(await replica.adoptedByCode(first.code, ['OTHER'], 10)).toEqual([]);
    expect(await replica.adoptedByCode('no code', ['RPS_PAY'], 10)).toBeNull();
    expect(await replica.findByCode(first.code, 10)).toEqual([]);
  });
}

function codeContract(open: JournalOpening): void {
  test('by a code that was read out finds the operation of any caller, in every process', async () => {
    await using subject = await open();
    const operation = await begun(subject.journal, { caller: 'client kiosk' });
    await begun(subject.journal);
    const { code } = operation;
    const replica = await subject.open();
    for (const typed of [code, ` ${code.slice(0, 4).toLowerCase()}-${code.slice(4).toLowerCase()} `]) {
      await expect(replica.findByCode(typed, 100)).resolves.toEqual([operation]);
    }
  });

  test('by a code that two operations share finds both, the latest first', async () => {
    await using subject = await open();
    const { journal } = subject;
    const operations: Operation[] = [];
    for (const [at, id] of ['Wxyz1234', '0123xyzw', 'Wxyz1234'].entries()) {
      await subject.pass(1_000);
      const operation = await begun(journal);
      const renamed = `${id}${at}`.padEnd(22, 'x');
      await subject.query(
        `update ${subject.table('operations')} set id = '${renamed}' where id = '${operation.id}'`,
      );
      operations.push({ ...operation, id: renamed, code: operationCode(renamed) });
    }
    const [first, , last] = operations;
    await expect(journal.findByCode('0vwx-1234', 100)).resolves.toEqual([last, first]);
    await expect(journal.findByCode('0vwx-1234', 1)).resolves.toEqual([last]);
  });

  test.each(['', '1234567', '123456789', '1234567U', '1234 567*'])(
    'finds null by no code: %j',
    async (text) => {
      await using subject = await open();
      await expect(subject.journal.findByCode(text, 1)).resolves.toBeNull();
    },
  );

  test('by a code finds none where there is none', async () => {
    await using subject = await open();
    await expect(subject.journal.findByCode('00000000', 1)).resolves.toEqual([]);
  });

  test("has the same code in SQL, for each letter of an id, at each of the code's places", async () => {
    await using subject = await open();
    await begun(subject.journal);
    const letters = [...idAlphabet];
    for (const [at] of letters.entries()) {
      const id = [...letters.slice(at), ...letters].slice(0, 22).join('');
      const rows = await subject.query(
        `update ${subject.table('operations')} set id = '${id}' returning code`,
      );
      expect(rows).toEqual([{ code: operationCode(id) }]);
    }
  });
}

function referenceContract(open: JournalOpening): void {
  test('by a reference finds those of all callers, the latest first', async () => {
    await using subject = await open();
    const { journal } = subject;
    const first = await begun(journal, { reference: '0012' });
    await subject.pass(1_000);
    const last = await begun(journal, { reference: '0012', caller: 'client kiosk' });
    await begun(journal, { reference: '0013' });
    const replica = await subject.open();
    await expect(replica.findByReference('0012', 100)).resolves.toEqual([last, first]);
    await expect(replica.findByReference('0012', 1)).resolves.toEqual([last]);
    await expect(replica.findByReference('0014', 1)).resolves.toEqual([]);
  });

  test('finds no child operation', async () => {
    await using subject = await open();
    const { journal } = subject;
    const child = await begun(journal, { reference: '0012', isUnlisted: true, patronId });
    await expect(journal.findByReference('0012', 100)).resolves.toEqual([]);
    await expect(journal.findByCode(child.code, 100)).resolves.toEqual([]);
    await expect(journal.operationsOfPatron(patronId, null, 100)).resolves.toEqual([]);
    await expect(journal.findById(child.id)).resolves.toEqual(child);
  });

  test('finds what was settled for 30 days, and then nothing', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id, code } = await begun(journal, { reference: '0012', patronId });
    const { operation } = await journal.settle(id, done);
    const found = () =>
      Promise.all([
        journal.findByReference('0012', 1),
        journal.findByCode(code, 1),
        journal.operationsOfPatron(patronId, null, 1),
      ]);
    await subject.pass(29 * 86_400_000);
    await journal.removeExpired();
    await expect(found()).resolves.toEqual([[operation], [operation], [operation]]);
    await subject.pass(2 * 86_400_000);
    await journal.removeExpired();
    await expect(found()).resolves.toEqual([[], [], []]);
  });
}

/** Every method that saves an operation's patron. Each entry uses its method to make an operation of the patron. */
const ways: Readonly<Record<string, (journal: Journal, patron: string) => Promise<Operation>>> = {
  begin: (journal, patron) => begun(journal, { patronId: patron }),
  reserve: (journal, patron) => reserved(journal, loanOf(patron)),
  async allowSending(journal, patron) {
    const { id } = await begun(journal);
    await journal.allowSending(id, 'a plan', 20_000, { arriveWithinMs: null, patronId: patron });
    return await ofId(journal, id);
  },
  async settle(journal, patron) {
    const { id } = await begun(journal);
    return (await journal.settle(id, { ...done, patronId: patron })).operation;
  },
};

async function ofId(journal: Journal, id: string): Promise<Operation> {
  const operation = await journal.findById(id);
  if (operation === null) {
    throw new Error('it is gone');
  }
  return operation;
}

function patronContract(open: JournalOpening): void {
  test.each(Object.entries(ways))(
    'by patron finds an operation once %s has named the patron',
    async (_name, say) => {
      await using subject = await open();
      const { journal } = subject;
      const operation = await say(journal, patronId);
      expect(operation.patronId).toBe(patronId);
      const replica = await subject.open();
      await expect(replica.operationsOfPatron(patronId, null, 100)).resolves.toEqual([operation]);
      await expect(replica.operationsOfPatron(otherPatron, null, 100)).resolves.toEqual([]);
    },
  );

  test.each(Object.entries(ways))(
    'keeps the patron whom %s has named, whoever is named later',
    async (_name, say) => {
      await using subject = await open();
      const { journal } = subject;
      const { id } = await say(journal, patronId);
      await journal.allowSending(id, null, 1_000, { arriveWithinMs: null, patronId: otherPatron });
      await journal.reserve(id, loanOf(otherPatron), always);
      await journal.settle(id, { ...done, patronId: otherPatron });
      expect((await ofId(journal, id)).patronId).toBe(patronId);
      expect(await idsOfPatron(journal)).toEqual([id]);
      expect(await idsOfPatron(journal, otherPatron)).toEqual([]);
    },
  );

  test('by patron finds none whose patron nobody has named, and none that an outcome was not taken for', async () => {
    await using subject = await open();
    const { journal } = subject;
    const unnamed = await begun(journal, { patronId: null });
    const { id } = await begun(journal);
    await journal.settle(id, { ...done, concludedFrom: { sendBy: new Date(0) }, patronId });
    expect([unnamed.patronId, (await ofId(journal, id)).patronId]).toEqual([null, null]);
    expect(await idsOfPatron(journal)).toEqual([]);
  });

  test("by patron doesn't find an operation that repeats a reference with another patron", async () => {
    await using subject = await open();
    const { journal } = subject;
    const { operation } = await journal.begin(checkOut('0012', { patronId }));
    const again = await journal.begin(checkOut('0012', { patronId: otherPatron }));
    expect(again).toEqual({ operation, isNew: false });
    expect(await idsOfPatron(journal, otherPatron)).toEqual([]);
  });

  test('by patron goes through all pages, the latest first, and none twice as others begin', async () => {
    await using subject = await open();
    const { journal } = subject;
    const operations: Operation[] = [];
    for (let at = 0; at < 7; at += 1) {
      // Some operations may have the same millisecond; the others certainly have different times.
      await subject.pass(at % 3 === 0 ? 1_000 : 0);
      operations.push(await (at % 2 === 0 ? lent(journal, loanOf(patronId)) : begun(journal, { patronId })));
      await begun(journal, { patronId: otherPatron });
    }
    const seen: Operation[] = [];
    for (let page = await journal.operationsOfPatron(patronId, null, 2); page.length > 0; ) {
      seen.push(...page);
      await subject.pass(10);
      await begun(journal, { patronId });
      page = await journal.operationsOfPatron(patronId, page.at(-1) ?? null, 2);
    }
    // Four more operations of the patron began while the pages were read.
    expect(await journal.countOperationsOfPatron(patronId, null)).toBe(operations.length + 4);
    const idsOf = (all: readonly Operation[]) => all.map(({ id }) => id).sort();
    expect(idsOf(seen)).toEqual(idsOf(operations));
    const times = seen.map(({ requestedAt }) => Number(requestedAt));
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  test('by patron and state goes through all pages in both orders', async () => {
    await using subject = await open();
    const { journal } = subject;
    const unsettled: string[] = [];
    for (let at = 0; at < 4; at += 1) {
      await subject.pass(at % 2 === 0 ? 1_000 : 0);
      unsettled.push((await begun(journal, { patronId })).id);
      const { id } = await begun(journal, { patronId });
      await journal.settle(id, done);
      await begun(journal, { patronId: otherPatron });
    }
    const listed = async (order: OperationOrder) => {
      const ids: string[] = [];
      const read = (after: Operation | null) =>
        journal.operationsOfPatron(patronId, after, 3, { state: 'UNSETTLED', order });
      for (let page = await read(null); page.length > 0; page = await read(page.at(-1) ?? null)) {
        ids.push(...page.map(({ id }) => id));
      }
      return ids;
    };
    const newest = await listed('NEWEST_FIRST');
    expect(newest.toSorted()).toEqual(unsettled.toSorted());
    expect(await listed('OLDEST_FIRST')).toEqual(newest.toReversed());
    expect(await journal.countOperationsOfPatron(patronId, 'UNSETTLED')).toBe(unsettled.length);
  });
}

function callerContract(open: JournalOpening): void {
  test('of a caller about a patron finds no other caller and no other patron, the latest first', async () => {
    await using subject = await open();
    const { journal } = subject;
    const own: string[] = [];
    for (let at = 0; at < 3; at += 1) {
      await subject.pass(1_000);
      own.unshift((await begun(journal, { caller: 'reader', patronId })).id);
      await begun(journal, { caller: 'station', patronId });
      await begun(journal, { caller: 'reader', patronId: otherPatron });
    }
    const idsOf = async (maxItems: number) =>
      (await journal.operationsOfCaller('reader', patronId, maxItems)).map(({ id }) => id);
    expect(await idsOf(100)).toEqual(own);
    expect(await idsOf(2)).toEqual(own.slice(0, 2));
  });
}

function unsettledContract(open: JournalOpening): void {
  test('of what is not settled finds operations of all callers, in both orders, and no parts', async () => {
    await using subject = await open();
    const { journal } = subject;
    await lent(journal, loanOf(patronId));
    const { id: refused } = await begun(journal);
    await journal.settle(refused, outcomeOf('REFUSED', null));
    await begun(journal, { isUnlisted: true });
    const ids: string[] = [];
    for (const caller of ['reader', 'station', 'desk']) {
      await subject.pass(1_000);
      ids.unshift((await begun(journal, { caller })).id);
    }
    for (const [order, expected] of [
      ['NEWEST_FIRST', ids],
      ['OLDEST_FIRST', ids.toReversed()],
    ] as const) {
      const page = await journal.unsettledOperations(null, 2, order);
      const next = await journal.unsettledOperations(page.at(-1) ?? null, 2, order);
      expect([...page, ...next].map(({ id }) => id)).toEqual(expected);
    }
    expect(await journal.countUnsettledOperations()).toBe(ids.length);
  });
}

function boundsContract(open: JournalOpening): void {
  test.each([0, 102, 1.5])('rejects a maximum of %d operations', async (maxItems) => {
    await using subject = await open();
    const { journal } = subject;
    await expect(journal.findByCode('00000000', maxItems)).rejects.toThrow(RangeError);
    await expect(journal.findByReference('0012', maxItems)).rejects.toThrow(RangeError);
    await expect(journal.operationsOfPatron(patronId, null, maxItems)).rejects.toThrow(RangeError);
    await expect(journal.unsettledOperations(null, maxItems, 'NEWEST_FIRST')).rejects.toThrow(RangeError);
  });

  test.each(['', 'x'.repeat(65), 'a\0'])('rejects a patron out of bounds: %j', async (patron) => {
    await using subject = await open();
    const { journal } = subject;
    const operation = await begun(journal);
    const { id } = operation;
    const named = { arriveWithinMs: null, patronId: patron };
    for (const ask of [
      () => begun(journal, named),
      () => journal.allowSending(id, null, 1, named),
      () => journal.settle(id, { ...done, patronId: patron }),
      () => journal.operationsOfPatron(patron, null, 1),
    ]) {
      await expect(ask()).rejects.toThrow(RangeError);
    }
    await expect(journal.findById(id)).resolves.toEqual(operation);
  });

  test('rejects a position that is none, and a reference that nobody can have', async () => {
    await using subject = await open();
    const { journal } = subject;
    const position = { requestedAt: new Date(), id: 'x'.repeat(23) };
    await expect(journal.operationsOfPatron(patronId, position, 1)).rejects.toThrow(RangeError);
    await expect(journal.findByReference('', 1)).rejects.toThrow(RangeError);
  });
}
