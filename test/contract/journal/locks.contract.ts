import { expect, test } from 'vitest';
import { type Journal, outcomeOf } from '../../../store/journal/port.ts';
import { StoreUnavailable } from '../../../store/store-unavailable.ts';
import { begun, type JournalOpening } from './journal-under-test.ts';

const dayMs = 86_400_000;
const card = 'card 21852000000066';
const applicant = 'applicant P0000001';

export function journalLocksContract(open: JournalOpening): void {
  test('holds its keys, and no others, for all processes', async () => {
    await using subject = await open();
    const replica = await subject.open();
    const { id } = await begun(subject.journal);
    await expect(subject.journal.isLocked(card)).resolves.toBe(false);
    await expect(subject.journal.lock(id, [card, applicant])).resolves.toBeNull();
    for (const key of [card, applicant]) {
      await expect(replica.isLocked(key)).resolves.toBe(true);
    }
    await expect(replica.isLocked(`${card}0`)).resolves.toBe(false);
  });

  test('excludes every other operation, and not its own', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    const other = await begun(journal);
    await journal.lock(id, [card]);
    await expect(journal.lock(other.id, [card])).resolves.toBe(id);
    await expect(journal.lock(id, [card, card, applicant])).resolves.toBeNull();
    await expect(journal.lock(other.id, [applicant])).resolves.toBe(id);
  });

  test('is found by its own operation only where it asks without its id', async () => {
    await using subject = await open();
    const { journal } = subject;
    const replica = await subject.open();
    const { id } = await begun(journal);
    const other = await begun(journal);
    await journal.lock(id, [card]);
    for (const process of [journal, replica]) {
      await expect(process.isLocked(card, id)).resolves.toBe(false);
      await expect(process.isLocked(card, other.id)).resolves.toBe(true);
      await expect(process.isLocked(card)).resolves.toBe(true);
    }
  });

  test('that fails for one key holds none', async () => {
    await using subject = await open();
    const { journal } = subject;
    const [first, second, third] = [await begun(journal), await begun(journal), await begun(journal)];
    await journal.lock(first.id, [card]);
    await expect(journal.lock(second.id, [applicant, card])).resolves.toBe(first.id);
    await expect(journal.isLocked(applicant)).resolves.toBe(false);
    await expect(journal.lock(third.id, [applicant])).resolves.toBeNull();
  });

  test.each(['DONE', 'REFUSED'] as const)('ends when its operation is settled: %s', async (state) => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    await journal.lock(id, [card]);
    await subject.pass(dayMs);
    await expect(journal.isLocked(card)).resolves.toBe(true);
    await journal.settle(id, outcomeOf(state, null));
    await expect(journal.isLocked(card)).resolves.toBe(false);
    await expect(journal.lock((await begun(journal)).id, [card])).resolves.toBeNull();
  });

  test('of a settled operation holds nothing', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    await journal.settle(id, { ...outcomeOf('REFUSED', null), reconcileAfterMs: dayMs });
    await expect(journal.lock(id, [card])).resolves.toBeNull();
    await expect(journal.isLocked(card)).resolves.toBe(false);
  });

  test('of an operation that does not exist is rejected as unavailable', async () => {
    await using subject = await open();
    const claiming = subject.journal.lock('0123456789ABCDEFGHIJKL', [card]);
    await expect(claiming).rejects.toThrow(StoreUnavailable);
    await expect(subject.journal.isLocked(card)).resolves.toBe(false);
  });

  test('goes to one of several concurrent operations, in whatever order they name the keys', async () => {
    await using subject = await open();
    const replicas = [subject.journal, await subject.open()];
    for (let round = 0; round < 5; round += 1) {
      const keys = Array.from({ length: 5 }, (_, at) => `round ${round} key ${at}`);
      const claiming = Array.from({ length: 12 }, async (_, at) => {
        const journal = replicas[at % replicas.length] ?? subject.journal;
        const { id } = await begun(journal);
        // Each operation asks for three consecutive keys of the five, so any two operations have a key in common. Half
        // of the operations ask in reverse order.
        const wanted = [0, 1, 2].map((step) => keys[(at + step) % keys.length] ?? '');
        return { id, other: await journal.lock(id, at % 2 === 0 ? wanted : wanted.toReversed()) };
      });
      const all = await Promise.all(claiming);
      const winners = all.filter(({ other }) => other === null);
      expect(winners).toHaveLength(1);
      expect(new Set(all.map(({ other }) => other ?? winners[0]?.id))).toEqual(new Set([winners[0]?.id]));
    }
  });

  test('passes from one operation to the next, and is never held by two', async () => {
    await using subject = await open();
    const replicas = [subject.journal, await subject.open()];
    let holders = 0;
    let turns = 0;
    const takeTurns = async (journal: Journal) => {
      for (let left = 15; left > 0; left -= 1) {
        const { id } = await begun(journal);
        if ((await journal.lock(id, [card, applicant])) === null) {
          holders += 1;
          turns += 1;
          expect(holders).toBe(1);
          await expect(journal.isLocked(applicant)).resolves.toBe(true);
          holders -= 1;
        }
        await journal.settle(id, outcomeOf('DONE', null));
      }
    };
    await Promise.all([...replicas, ...replicas].map(takeTurns));
    expect(turns).toBeGreaterThan(0);
    await expect(subject.journal.isLocked(card)).resolves.toBe(false);
  });

  test('is removed with its operation', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { id } = await begun(journal);
    const { id: unsettled } = await begun(journal);
    await journal.lock(id, [card]);
    await journal.settle(id, outcomeOf('DONE', null));
    await journal.lock(unsettled, [card]);
    await subject.pass(30 * dayMs);
    await expect(journal.removeExpired()).resolves.toBe(1);
    const claims = await subject.query(`select operation_id from ${subject.table('claims')}`);
    expect(claims).toEqual([{ operation_id: unsettled }]);
    await expect(journal.isLocked(card)).resolves.toBe(true);
  });

  test.each<[string, readonly string[]]>([
    ['no keys', []],
    ['eleven keys', Array.from({ length: 11 }, (_, at) => `key ${at}`)],
    ['a key of 201 characters', ['x'.repeat(201)]],
    ['an empty key', ['']],
    ['a key with a NUL', ['a\0']],
    ['a key with half a character', ['a\ud800']],
  ])('of %s is rejected', async (_what, keys) => {
    await using subject = await open();
    const { id } = await begun(subject.journal);
    await expect(subject.journal.lock(id, keys)).rejects.toThrow(RangeError);
    await expect(subject.journal.lock(id, [card])).resolves.toBeNull();
  });

  test('of ten keys of 200 characters is accepted', async () => {
    await using subject = await open();
    const { journal } = subject;
    const keys = Array.from({ length: 10 }, (_, at) => `${at}${'參'.repeat(199)}`);
    await expect(journal.lock((await begun(journal)).id, keys)).resolves.toBeNull();
    for (const key of keys) {
      await expect(journal.isLocked(key)).resolves.toBe(true);
    }
    await expect(journal.isLocked('x'.repeat(201))).rejects.toThrow(RangeError);
  });
}
