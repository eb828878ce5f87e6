import { expect, test } from 'vitest';
import type { Attempts } from '../../../store/journal/port.ts';
import { begun, type JournalOpening } from './journal-under-test.ts';

const key = 'partner cinema number 21852000000066';
const maxAttempts = 5;
const windowMs = 900_000;
const dayMs = 86_400_000;

/** Counts an attempt. Resolves to its id, or to null if there were too many attempts. */
async function counted(attempts: Attempts, under = key): Promise<string | null> {
  const attempt = await attempts.attempt(under, maxAttempts, windowMs);
  return 'id' in attempt ? attempt.id : null;
}

async function fill(attempts: Attempts): Promise<string[]> {
  const ids: string[] = [];
  for (let at = 0; at < maxAttempts; at += 1) {
    ids.push((await counted(attempts)) ?? '');
  }
  return ids;
}

export function journalAttemptsContract(open: JournalOpening): void {
  test('are counted up to the maximum, by all processes together', async () => {
    await using subject = await open();
    const ids = await fill(subject.journal);
    expect(new Set(ids).size).toBe(maxAttempts);
    await expect(counted(await subject.open())).resolves.toBeNull();
    await expect(counted(subject.journal, 'partner cinema number 21852000000116')).resolves.not.toBeNull();
  });

  test('have room again when the oldest no longer counts, at the time that was given', async () => {
    await using subject = await open();
    const { journal } = subject;
    const { requestedAt: before } = await begun(journal);
    await counted(journal);
    await subject.pass(60_000);
    for (let left = maxAttempts - 1; left > 0; left -= 1) {
      await counted(journal);
    }
    const full = await journal.attempt(key, maxAttempts, windowMs);
    if (!('until' in full)) {
      throw new Error('it was counted');
    }
    const { requestedAt: now } = await begun(journal);
    const waitMs = Number(full.until) - Number(now);
    expect(Number(full.until) - Number(before)).toBeGreaterThanOrEqual(windowMs);
    expect(waitMs).toBeLessThanOrEqual(windowMs - 60_000);
    await subject.pass(waitMs - 15_000);
    await expect(counted(journal)).resolves.toBeNull();
    await subject.pass(15_000);
    await expect(counted(journal)).resolves.not.toBeNull();
    await expect(counted(journal)).resolves.toBeNull();
  });

  test('count no longer than the time that was given, if the clock is put back', async () => {
    await using subject = await open();
    const { journal } = subject;
    await subject.step(3_600_000);
    await fill(journal);
    await subject.step(-3_600_000);
    const { requestedAt: now } = await begun(journal);
    const full = await journal.attempt(key, maxAttempts, windowMs);
    expect('until' in full && Number(full.until) - Number(now)).toBeLessThanOrEqual(windowMs + 1_000);
    await subject.pass(windowMs - 60_000);
    await expect(counted(journal)).resolves.toBeNull();
    await subject.pass(61_000);
    await expect(counted(journal)).resolves.not.toBeNull();
  });

  test("that found no room don't prolong the wait", async () => {
    await using subject = await open();
    const { journal } = subject;
    await fill(journal);
    const first = await journal.attempt(key, maxAttempts, windowMs);
    await subject.pass(60_000);
    await expect(journal.attempt(key, maxAttempts, windowMs)).resolves.toEqual(first);
  });

  test("that are forgiven don't count", async () => {
    await using subject = await open();
    const { journal } = subject;
    const [first = '', second = ''] = await fill(journal);
    await (await subject.open()).forgive([first, second]);
    await expect(counted(journal)).resolves.not.toBeNull();
    await expect(counted(journal)).resolves.not.toBeNull();
    await expect(counted(journal)).resolves.toBeNull();
  });

  test('are counted as long as they count', async () => {
    await using subject = await open();
    const { journal } = subject;
    expect(await journal.count(key)).toBe(0);
    const [first = ''] = await fill(journal);
    await counted(journal, 'another key');
    expect(await (await subject.open()).count(key)).toBe(maxAttempts);
    await journal.forgive([first]);
    expect(await journal.count(key)).toBe(maxAttempts - 1);
    await subject.pass(windowMs);
    expect(await journal.count(key)).toBe(0);
  });

  test('may be forgiven twice, and forgiving none is allowed', async () => {
    await using subject = await open();
    const { journal } = subject;
    const [first = ''] = await fill(journal);
    await journal.forgive([first]);
    await journal.forgive([first, 'nobody knows it']);
    await journal.forgive([]);
    await expect(counted(journal)).resolves.not.toBeNull();
    await expect(counted(journal)).resolves.toBeNull();
  });

  test('of 50 concurrent ones, as many are counted as there is room for', async () => {
    await using subject = await open();
    const replicas = [subject.journal, await subject.open()];
    const all = await Promise.all(
      Array.from({ length: 50 }, (_, at) => counted(replicas[at % 2] ?? subject.journal)),
    );
    expect(all.filter((id) => id !== null)).toHaveLength(maxAttempts);
    const [row] = await subject.query(`select count(*) as count from ${subject.table('attempts')}`);
    expect(Number(row?.count)).toBe(maxAttempts);
  });

  test('are kept for their window, and removed after it', async () => {
    await using subject = await open();
    const { journal } = subject;
    await fill(journal);
    await journal.attempt('of a day', 1, dayMs);
    await subject.pass(windowMs - 60_000);
    await journal.removeExpired();
    await expect(counted(journal)).resolves.toBeNull();
    await subject.pass(60_000);
    await expect(journal.removeExpired()).resolves.toBe(0);
    const left = () => subject.query(`select key from ${subject.table('attempts')}`);
    await expect(left()).resolves.toEqual([{ key: 'of a day' }]);
    await subject.pass(dayMs - windowMs);
    await journal.removeExpired();
    await expect(left()).resolves.toEqual([]);
  });

  test('of one key are forgiven together, and those of other keys are not', async () => {
    await using subject = await open();
    const { journal } = subject;
    await fill(journal);
    await journal.attempt('another', 1, windowMs);
    await (await subject.open()).forgiveKey(key);
    await expect(fill(journal)).resolves.not.toContain('');
    await expect(journal.attempt('another', 1, windowMs)).resolves.toHaveProperty('until');
  });

  test('with one `about` are forgiven together, whatever their key', async () => {
    await using subject = await open();
    const { journal } = subject;
    const attempt = (under: string, about: string) => journal.attempt(under, 1, windowMs, about);
    await attempt('one', 'this');
    await attempt('two', 'this');
    await attempt('three', 'that');
    await (await subject.open()).forgiveAbout('this');
    await expect(attempt('one', 'this')).resolves.toHaveProperty('id');
    await expect(attempt('two', 'this')).resolves.toHaveProperty('id');
    await expect(attempt('three', 'that')).resolves.toHaveProperty('until');
  });

  test.each<[string, string, number, number]>([
    ['no key', '', maxAttempts, windowMs],
    ['a key of 401 characters', 'x'.repeat(401), maxAttempts, windowMs],
    ['a key with a NUL', 'a\0', maxAttempts, windowMs],
    ['none allowed', key, 0, windowMs],
    ['more than 10000 allowed', key, 10_001, windowMs],
    ['a window of more than a day', key, maxAttempts, dayMs + 1],
    ['a part of a millisecond', key, maxAttempts, 0.5],
  ])('with %s are not counted', async (_what, under, allowed, withinMs) => {
    await using subject = await open();
    await expect(subject.journal.attempt(under, allowed, withinMs)).rejects.toThrow(RangeError);
    await expect(subject.query(`select id from ${subject.table('attempts')}`)).resolves.toEqual([]);
  });

  test('with an empty or too long `about` are not counted', async () => {
    await using subject = await open();
    for (const about of ['', 'x'.repeat(401), 'a\0']) {
      await expect(subject.journal.attempt(key, maxAttempts, windowMs, about)).rejects.toThrow(RangeError);
      await expect(subject.journal.forgiveAbout(about)).rejects.toThrow(RangeError);
      await expect(subject.journal.forgiveKey(about)).rejects.toThrow(RangeError);
    }
  });
}
