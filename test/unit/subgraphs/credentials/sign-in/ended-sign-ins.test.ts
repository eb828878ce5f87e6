import { expect, test } from 'vitest';
import { defaultLimits } from '../../../../../gateway/limits.ts';
import type { AuditedChange } from '../../../../../store/journal/port.ts';
import { endedSignIns } from '../../../../../subgraphs/credentials/sign-in/ended-sign-ins.ts';

const at = new Date('2026-11-30T12:00:00.500+08:00');
const change: AuditedChange = {
  at,
  operationId: 'y'.repeat(22),
  subject: 'u',
  clientId: null,
  role: 'PATRON',
  patronId: 'P0000001',
  field: 'credential.pin',
  signInId: null,
};

const second = Math.floor(at.getTime() / 1000);
const signInId = `session ${second - 60}`;

test('the sign-in that set a PIN goes on, and none that reported a loss', async () => {
  const changes = [
    { ...change, signInId },
    { ...change, patronId: 'P0000002', field: 'credential.status', signInId },
  ];
  const before = '2026-11-30T12:00:00+08:00';
  expect(await endedSignIns({ changes: { recentChanges: async () => changes } })).toEqual([
    { patronId: 'P0000001', before, exceptSignInId: signInId },
    { patronId: 'P0000002', before, exceptSignInId: null },
  ]);
});

const secondsBefore = (seconds: number) => new Date(at.getTime() - seconds * 1000);

test.each<[string, Partial<AuditedChange>, string | null]>([
  ['by staff in the same second', { role: 'STAFF' }, null],
  ['by staff since it began', { role: 'STAFF', at: secondsBefore(30) }, null],
  ['by staff in the second in which it began', { role: 'STAFF', at: secondsBefore(60) }, null],
  ['of another sign-in', { signInId: `another ${second - 70}`, at: secondsBefore(30) }, null],
  ['that was its own report of a loss', { field: 'credential.status', signInId }, null],
  ['that was a closing', { field: 'signIns', at: secondsBefore(30) }, null],
  ['before it began', { role: 'STAFF', at: secondsBefore(62) }, signInId],
  ['that was its own PIN', { signInId, at: secondsBefore(30) }, signInId],
])('a sign-in with which a PIN was set, after a change %s', async (_, earlier, exceptSignInId) => {
  const changes = [
    { ...change, signInId },
    { ...change, ...earlier },
    { ...change, patronId: 'P0000002', role: 'STAFF' as const },
  ];
  expect(await endedSignIns({ changes: { recentChanges: async () => changes } })).toMatchObject([
    { patronId: 'P0000001', exceptSignInId },
    { patronId: 'P0000002', exceptSignInId: null },
  ]);
});

test('the longest list fits in an answer of a subgraph', async () => {
  const recentChanges = async (_fields: unknown, _maxAgeMs: number, maxChanges: number) =>
    Array.from({ length: maxChanges }, (_, index) => ({
      ...change,
      patronId: `${index}`.padStart(64, '0'),
      signInId: `${'s'.repeat(64)} ${second}`,
    }));
  const listed = await endedSignIns({ changes: { recentChanges } });
  const answer = JSON.stringify({ data: { endedSignIns: listed } });
  expect(Buffer.byteLength(answer)).toBeLessThan(defaultLimits.maxSubgraphBytes);
});
