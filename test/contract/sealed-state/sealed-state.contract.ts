import { describe, expect, test } from 'vitest';
import { type SealedItem, SealedStateFull } from '../../../store/shared-state/port.ts';
import type { StateOpening } from './state-under-test.ts';

const start = Date.parse('2026-11-24T12:00:00+08:00');
const secret = (letter: string) => new TextEncoder().encode(letter.repeat(32));

const item = (more: Partial<SealedItem> = {}): SealedItem => ({
  kind: 'Session',
  id: 'id-of-a-session',
  value: { accountId: 'P0000001', nested: { list: ['紅樓夢', 1, null] } },
  expiresAt: start + 60_000,
  ownerId: null,
  uid: null,
  maxOfKind: null,
  ...more,
});

export function sealedStateContract(open: StateOpening): void {
  test('what is saved is found under its kind and id, by another process too', async () => {
    await using subject = await open({ now: () => start });
    await subject.state.save(item());
    const other = await subject.openAnother();
    for (const state of [subject.state, other]) {
      expect(await state.find('Session', 'id-of-a-session')).toEqual({
        value: item().value,
        consumedAt: null,
      });
      expect(await state.find('Grant', 'id-of-a-session')).toBeNull();
      expect(await state.find('Session', 'another')).toBeNull();
    }
  });

  test('what is saved again has the new value, uid, grant and end, and is not consumed', async () => {
    await using subject = await open({ now: () => start });
    const { state } = subject;
    await state.save(item({ uid: 'first', ownerId: 'g1' }));
    await state.consume('Session', 'id-of-a-session');
    await state.save(item({ uid: 'second', ownerId: 'g2', value: { changed: true } }));
    expect(await state.findByUid('Session', 'first')).toBeNull();
    await state.removeOwned('Session', 'g1');
    expect(await state.findByUid('Session', 'second')).toEqual({
      value: { changed: true },
      consumedAt: null,
    });
  });

  test('an item is not found from the time at which it expires', async () => {
    let now = start;
    await using subject = await open({ now: () => now });
    const { state } = subject;
    await state.save(item({ uid: 'uid', ownerId: 'owner' }));
    now = start + 59_999;
    expect(await state.find('Session', 'id-of-a-session')).not.toBeNull();
    now = start + 60_000;
    expect(await state.find('Session', 'id-of-a-session')).toBeNull();
    expect(await state.findByUid('Session', 'uid')).toBeNull();
    expect(await state.list('Session')).toEqual([]);
    expect(await state.listOwned('Session', 'owner')).toEqual([]);
    expect(await state.consume('Session', 'id-of-a-session')).toBe(false);
  });

  test('of many that consume one item at the same moment, one is the first', async () => {
    await using subject = await open({ now: () => start });
    const other = await subject.openAnother();
    await subject.state.save(item());
    const states = Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? subject.state : other));
    const firsts = await Promise.all(states.map((state) => state.consume('Session', 'id-of-a-session')));
    expect(firsts.filter((isFirst) => isFirst)).toHaveLength(1);
    expect(await other.find('Session', 'id-of-a-session')).toMatchObject({ consumedAt: start });
  });

  test('of many that add one item at the same moment, one writes it', async () => {
    await using subject = await open({ now: () => start });
    const other = await subject.openAnother();
    const written = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        (index % 2 === 0 ? subject.state : other).add(item({ value: { index } })),
      ),
    );
    expect(written.filter((isWritten) => isWritten)).toHaveLength(1);
    expect(await other.find('Session', 'id-of-a-session')).toMatchObject({
      value: { index: written.indexOf(true) },
    });
  });

  test('an item can be added in place of one that has expired', async () => {
    let now = start;
    await using subject = await open({ now: () => now });
    await subject.state.add(item());
    now = start + 60_000;
    expect(await subject.state.add(item({ expiresAt: now + 1_000, value: { second: true } }))).toBe(true);
    expect(await subject.state.find('Session', 'id-of-a-session')).toMatchObject({ value: { second: true } });
  });

  test('an item is replaced where there is one: what was removed, or has expired, stays so', async () => {
    let now = start;
    await using subject = await open({ now: () => now });
    const { state } = subject;
    expect(await state.replace(item())).toBe(false);
    await state.save(item({ ownerId: 'g1' }));
    await state.consume('Session', 'id-of-a-session');
    const replaced = item({ value: { second: true }, uid: 'uid', ownerId: 'g2', expiresAt: start + 90_000 });
    expect(await state.replace(replaced)).toBe(true);
    const found = { value: { second: true }, consumedAt: start };
    expect(await state.findByUid('Session', 'uid')).toEqual(found);
    expect(await state.listOwned('Session', 'g2')).toEqual([found]);
    now = start + 90_000;
    expect(await state.replace(item({ expiresAt: start + 120_000 }))).toBe(false);
    expect(await state.find('Session', 'id-of-a-session')).toBeNull();
    await state.remove('Session', 'id-of-a-session');
    expect(await state.replace(item({ expiresAt: start + 120_000 }))).toBe(false);
    expect(await subject.rows()).toEqual([]);
  });

  test('what was made under a consent goes with it, and nothing else', async () => {
    await using subject = await open({ now: () => start });
    const { state } = subject;
    for (const [id, ownerId] of [
      ['a', 'g1'],
      ['b', 'g1'],
      ['c', 'g2'],
      ['d', null],
    ] as const) {
      await state.save(item({ kind: 'RefreshToken', id, ownerId }));
    }
    await state.save(item({ kind: 'AccessToken', id: 'e', ownerId: 'g1' }));
    expect(await state.listOwned('RefreshToken', 'g1')).toHaveLength(2);
    expect(await state.listOwned('RefreshToken', 'another')).toEqual([]);
    await state.removeOwned('RefreshToken', 'g1');
    const left = await Promise.all(
      ['a', 'b', 'c', 'd'].map(async (id) => (await state.find('RefreshToken', id)) !== null),
    );
    expect(left).toEqual([false, false, true, true]);
    expect(await state.find('AccessToken', 'e')).not.toBeNull();
  });

  test('a removed item is not found', async () => {
    await using subject = await open({ now: () => start });
    await subject.state.save(item({ uid: 'uid' }));
    await subject.state.remove('Session', 'id-of-a-session');
    expect(await subject.state.find('Session', 'id-of-a-session')).toBeNull();
    expect(await subject.state.findByUid('Session', 'uid')).toBeNull();
  });

  test('a list has every item of its kind', async () => {
    await using subject = await open({ now: () => start });
    await subject.state.save(item({ id: 'a', value: { at: 1 } }));
    await subject.state.save(item({ id: 'b', value: { at: 2 } }));
    await subject.state.save(item({ id: 'c', kind: 'Grant' }));
    const listed = (await subject.state.list('Session')).map(({ value }) => value.at);
    expect(listed.sort()).toEqual([1, 2]);
  });

  test('expired items are removed from the database, others are not', async () => {
    let now = start;
    await using subject = await open({ now: () => now });
    await subject.state.save(item({ id: 'a' }));
    await subject.state.save(item({ id: 'b', expiresAt: start + 600_000 }));
    now = start + 60_000;
    expect(await subject.state.removeExpired()).toBe(1);
    expect(await subject.state.removeExpired()).toBe(0);
    expect(await subject.rows()).toHaveLength(1);
  });

  test('however many have expired, all are removed, until it is told to stop', async () => {
    let now = start;
    const limits = { valueLength: 1_000, countingMs: 1_000, removedAtOnce: 2 };
    await using subject = await open({ now: () => now, limits });
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      await subject.state.save(item({ id }));
    }
    now = start + 60_000;
    expect(await subject.state.removeExpired(AbortSignal.abort())).toBe(0);
    expect(await subject.state.removeExpired()).toBe(5);
    expect(await subject.rows()).toEqual([]);
  });

  describe('bounds', () => {
    test('what has expired or was consumed takes no room, whether it is removed or not', async () => {
      let now = start;
      const limits = { valueLength: 1_000, countingMs: 1_000, removedAtOnce: 2_000 };
      const maxOfKind = 2;
      await using subject = await open({ now: () => now, limits });
      const { state } = subject;
      await state.save(item({ id: 'short', maxOfKind }));
      await state.save(item({ id: 'long', maxOfKind, expiresAt: start + 600_000 }));
      now = start + 59_000;
      await expect(state.save(item({ id: 'third', maxOfKind }))).rejects.toThrow(SealedStateFull);
      now = start + 60_000;
      await state.save(item({ id: 'third', maxOfKind, expiresAt: start + 600_000 }));
      now += 1_000;
      await expect(state.save(item({ id: 'fourth', maxOfKind }))).rejects.toThrow(SealedStateFull);
      await state.consume('Session', 'long');
      now += 1_000;
      await state.save(item({ id: 'fourth', maxOfKind, expiresAt: start + 600_000 }));
    });

    test('a kind that is full takes no more, until some of it is gone; another kind does', async () => {
      let now = start;
      const limits = { valueLength: 1_000, countingMs: 1_000, removedAtOnce: 2_000 };
      const maxOfKind = 3;
      await using subject = await open({ now: () => now, limits });
      const { state } = subject;
      for (const id of ['a', 'b', 'c']) {
        now += 1_000;
        await state.save(item({ id, maxOfKind, expiresAt: start + 600_000 }));
      }
      now += 1_000;
      await expect(state.save(item({ id: 'd', maxOfKind }))).rejects.toThrow(SealedStateFull);
      await state.save(item({ kind: 'Grant', id: 'd', maxOfKind }));
      await state.save(item({ id: 'without a bound' }));
      await state.remove('Session', 'without a bound');
      await state.remove('Session', 'a');
      now += 1_000;
      await state.save(item({ id: 'd', maxOfKind }));
    });

    test('of a kind that is full, the owner with most items loses the oldest, and a newcomer has room', async () => {
      let now = start;
      const limits = { valueLength: 1_000, countingMs: 1_000, removedAtOnce: 2_000 };
      await using subject = await open({ now: () => now, limits });
      const other = await subject.openAnother();
      const save = (id: string, ownerId: string, state = subject.state) =>
        state.save(item({ id, ownerId, maxOfKind: 6, expiresAt: now + 600_000 }));
      const left = async (ids: readonly string[]) => {
        const found = await Promise.all(ids.map((id) => subject.state.find('Session', id)));
        return ids.filter((_id, index) => found[index] !== null);
      };
      await save('reader', 'home');
      for (const id of ['flood 1', 'flood 2', 'flood 3', 'flood 4', 'flood 5']) {
        now += 1;
        await save(id, 'flooder', other);
      }
      now += 1_000;
      await save('newcomer', 'office');
      await save('flood 6', 'flooder', other);
      await save('second newcomer', 'school');
      const all = ['reader', 'newcomer', 'second newcomer', ...[1, 2, 3, 4, 5, 6].map((id) => `flood ${id}`)];
      expect(await left(all)).toEqual([
        'reader',
        'newcomer',
        'second newcomer',
        'flood 4',
        'flood 5',
        'flood 6',
      ]);
      expect(await subject.state.count('Session', 6)).toBe(6);
      await expect(subject.state.save(item({ id: 'of nobody', maxOfKind: 6 }))).rejects.toThrow(
        SealedStateFull,
      );
    });

    test('a flood of many at once leaves the others what they have', async () => {
      let now = start;
      const limits = { valueLength: 1_000, countingMs: 1_000, removedAtOnce: 2_000 };
      await using subject = await open({ now: () => now, limits });
      const { state } = subject;
      const save = (id: string, ownerId: string) => state.save(item({ id, ownerId, maxOfKind: 20 }));
      await Promise.all(Array.from({ length: 5 }, (_, index) => save(`own ${index}`, `reader ${index}`)));
      now += 1_000;
      await Promise.all(Array.from({ length: 200 }, (_, index) => save(`flood ${index}`, 'flooder')));
      now += 1_000;
      await save('newcomer', 'office');
      for (const id of ['own 0', 'own 1', 'own 2', 'own 3', 'own 4', 'newcomer']) {
        expect(await state.find('Session', id), id).not.toBeNull();
      }
    });

    test('a value that is too long is refused', async () => {
      await using subject = await open({ now: () => start });
      const value = { text: 'x'.repeat(40_000) };
      await expect(subject.state.save(item({ value }))).rejects.toThrow(RangeError);
    });
  });

  describe('what the database holds', () => {
    test('no id, no person, no grant in clear', async () => {
      await using subject = await open({ now: () => start });
      await subject.state.save(item({ uid: 'the-uid', ownerId: 'the-grant' }));
      const stored = JSON.stringify(await subject.rows());
      for (const secretText of [
        'id-of-a-session',
        'P0000001',
        'the-uid',
        'the-grant',
        '紅樓夢',
        'accountId',
      ]) {
        expect(stored).not.toContain(secretText);
      }
    });

    test('a value that somebody moved to the row of another is an error', async () => {
      await using subject = await open({ now: () => start });
      await subject.state.save(item({ id: 'mine' }));
      await subject.state.save(item({ id: 'theirs' }));
      await subject.run(`update ${subject.table} set sealed = (select max(sealed) from ${subject.table})`);
      const [mine, theirs] = await Promise.allSettled([
        subject.state.find('Session', 'mine'),
        subject.state.find('Session', 'theirs'),
      ]);
      expect([mine.status, theirs.status].sort()).toEqual(['fulfilled', 'rejected']);
    });
  });

  describe('the secret', () => {
    test('can be changed while processes with the old one run, and keys stay the same', async () => {
      await using subject = await open({ now: () => start, secrets: [secret('a')] });
      await subject.state.save(item());
      const changed = await subject.openAnother({ secrets: [secret('b'), secret('a')] });
      expect(await changed.find('Session', 'id-of-a-session')).toMatchObject({ value: item().value });
      await subject.state.save(item({ id: 'by the old process' }));
      const after = await subject.openAnother({ secrets: [secret('b')] });
      expect(await after.find('Session', 'by the old process')).not.toBeNull();
      expect(after.keyFor('cookies')).toEqual(subject.state.keyFor('cookies'));
      expect(after.keyFor('cookies')).not.toEqual(after.keyFor('addresses'));
      await expect(subject.openAnother({ secrets: [secret('a')] })).rejects.toThrow(/SIGN_IN_SECRET/);
    });

    test('processes that open an empty database at the same moment agree on one data key', async () => {
      await using subject = await open({ now: () => start });
      const others = await Promise.all(Array.from({ length: 4 }, () => subject.openAnother()));
      const keys = [subject.state, ...others].map((state) => Buffer.from(state.keyFor('x')).toString('hex'));
      expect(new Set(keys).size).toBe(1);
    });
  });
}
