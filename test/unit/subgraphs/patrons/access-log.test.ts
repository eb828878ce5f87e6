import { expect, test } from 'vitest';
import type { AuditedChange, AuditedReading, Numbered } from '../../../../store/journal/port.ts';
import {
  keyOfPosition,
  mergeAccesses,
  positionOfKey,
} from '../../../../subgraphs/patrons/rules/access-log.ts';

const at = (minute: number) => new Date(Date.UTC(2026, 10, 25, 1, minute));
const reading = (number: number, minute: number): Numbered<AuditedReading> => ({
  number,
  at: at(minute),
  subject: 'staff-7',
  clientId: 'counter',
  role: 'STAFF',
  reason: null,
  what: 'IDENTITY_NUMBER',
  applicationId: null,
  patronId: 'P0000001',
});
const change = (number: number, minute: number): Numbered<AuditedChange> => ({
  number,
  at: at(minute),
  subject: 'staff-8',
  clientId: null,
  role: 'STAFF',
  operationId: 'x'.repeat(22),
  patronId: 'P0000001',
  field: 'telephone',
  signInId: null,
});
const start = { reading: null, change: null };

test('readings and changes come in one order, the latest first, each with the position after it', () => {
  const entries = mergeAccesses([reading(8, 30), reading(7, 10)], [change(3, 20)], start);
  expect(entries.map(({ at: when, kind, position }) => [when, kind, keyOfPosition(position)])).toEqual([
    ['2026-11-25T09:30:00+08:00', 'IDENTITY_NUMBER_READ', '8.'],
    ['2026-11-25T09:20:00+08:00', 'CHANGED', '8.3'],
    ['2026-11-25T09:10:00+08:00', 'IDENTITY_NUMBER_READ', '7.3'],
  ]);
  expect(mergeAccesses([], [], start)).toEqual([]);
});

test('a lookup of the patron’s operations is told as one, by staff', () => {
  const lookup = { ...reading(9, 40), what: 'OPERATIONS' } as const;
  expect(mergeAccesses([lookup], [], start)).toMatchObject([
    { kind: 'OPERATIONS_READ', role: 'STAFF', field: null },
  ]);
});

test('R27: staff are named in `colleague` alone, and patrons nowhere', () => {
  const signIn = { ...reading(9, 40), what: 'SIGN_IN', role: 'PATRON', subject: 'P0000001' } as const;
  const entries = mergeAccesses([signIn, reading(8, 30)], [change(3, 20)], start);
  expect(entries.map(({ colleague }) => colleague)).toEqual([null, 'staff-7', 'staff-8']);
  const others = entries.map(({ colleague: _, ...entry }) => entry);
  expect(JSON.stringify(others)).not.toMatch(/staff-|P0000001/);
});

test('an opening has its role and its reason', () => {
  const opened = { ...reading(9, 40), what: 'RECORD', role: 'STATION' } as const;
  const asked = { ...reading(8, 30), what: 'LOANS', reason: 'READER_ASKED' } as const;
  expect(mergeAccesses([opened, asked], [], start)).toMatchObject([
    { kind: 'RECORD_READ', role: 'STATION', reason: null },
    { kind: 'LOANS_READ', role: 'STAFF', reason: 'READER_ASKED' },
  ]);
});

test('a position is read from its key, and nothing else is', () => {
  for (const position of [start, { reading: 8, change: null }, { reading: 7, change: 3 }]) {
    expect(positionOfKey(keyOfPosition(position))).toEqual(position);
  }
  for (const key of ['', '8', '8.3.1', '-1.', 'a.b', `${'9'.repeat(16)}.`]) {
    expect(positionOfKey(key)).toBeNull();
  }
});
