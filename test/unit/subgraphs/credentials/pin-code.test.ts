import { expect, test } from 'vitest';
import type { Operation } from '../../../../store/journal/port.ts';
import {
  currentPinCode,
  expiryOf,
  pinCodeLifetimeMs,
  pinCodeOf,
} from '../../../../subgraphs/credentials/procedures/pin-code.ts';

const ledger = { fingerprintKey: new Uint8Array(32).fill(7) };
const requestedAt = new Date('2026-11-26T09:00:00Z');

/** A `createPinCode` operation that is done. */
function madeBy(id: string): Operation {
  const operation = { id, requestedAt, state: 'DONE' } as Operation;
  return { ...operation, result: { libraryCardNumber: '21852000000033', expiresAt: expiryOf(operation) } };
}

test('is told for fifteen minutes', () => {
  const operation = madeBy('1');
  const after = (ms: number) => new Date(requestedAt.getTime() + ms);
  const code = pinCodeOf(ledger, operation);
  expect(currentPinCode(ledger, operation, after(0))).toBe(code);
  expect(currentPinCode(ledger, operation, after(pinCodeLifetimeMs - 1))).toBe(code);
  expect(currentPinCode(ledger, operation, after(pinCodeLifetimeMs))).toBeNull();
  expect(currentPinCode(ledger, { ...operation, state: 'REFUSED' }, after(0))).toBeNull();
});

test('has eight digits, which differ by operation and by key, and are spread evenly', () => {
  const codes = Array.from({ length: 2000 }, (_, index) => pinCodeOf(ledger, madeBy(String(index))));
  expect(codes.filter((code) => !/^[0-9]{8}$/.test(code))).toEqual([]);
  expect(new Set(codes).size).toBeGreaterThan(1990);
  const counts = Array.from(
    { length: 10 },
    (_, digit) => codes.filter((code) => code.startsWith(`${digit}`)).length,
  );
  // Each digit is expected 200 times, with a standard deviation of 13.
  expect(Math.min(...counts)).toBeGreaterThan(130);
  expect(Math.max(...counts)).toBeLessThan(270);
  const other = { fingerprintKey: new Uint8Array(32).fill(8) };
  expect(pinCodeOf(other, madeBy('1'))).not.toBe(codes[1]);
});
