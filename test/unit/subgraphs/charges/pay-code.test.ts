import { expect, test } from 'vitest';
import { makePayCode, openPayCode } from '../../../../subgraphs/charges/paying/pay-code.ts';

const keys = { fingerprintKey: new Uint8Array(32).fill(7) };
const now = new Date('2026-11-24T12:00:00+08:00');
const later = (hours: number) => new Date(now.getTime() + hours * 3_600_000);

test('a code leads to its patron for a day, and tells nothing to who reads it', async () => {
  const { code, validUntil } = await makePayCode(keys, 'P0000016', now);
  expect(validUntil).toEqual(later(24));
  expect(code).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
  expect(Buffer.from(code, 'base64url').toString('latin1')).not.toContain('P0000016');
  expect(await openPayCode(keys, code, later(23))).toBe('P0000016');
  expect(await openPayCode(keys, code, later(25))).toBeNull();
});

test.each(['', 'none', 'a.b.c.d.e'])('%o is no code', async (code) => {
  expect(await openPayCode(keys, code, now)).toBeNull();
});

test('a code of another library is none', async () => {
  const { code } = await makePayCode({ fingerprintKey: new Uint8Array(32).fill(8) }, 'P0000016', now);
  expect(await openPayCode(keys, code, now)).toBeNull();
});
