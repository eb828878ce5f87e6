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

test('the sign-in that set a PIN goes on, and none that reported a loss', async () => {
  const signInId = 'session 1795651199';
  const changes = [
    { ...change, signInId },
    { ...change, patronId: 'P0000002', field: 'credential.status', signInId },
  ];
  const before = '2026-11-30T12:00:00+08:00';
  expect(await endedSignIns({ changes: { lastChangeOfEach: async () => changes } })).toEqual([
    { patronId: 'P0000001', before, exceptSignInId: signInId },
    { patronId: 'P0000002', before, exceptSignInId: null },
  ]);
});

test('the longest list fits in an answer of a subgraph', async () => {
  const lastChangeOfEach = async (_fields: unknown, _maxAgeMs: number, maxChanges: number) =>
    Array.from({ length: maxChanges }, (_, index) => ({
      ...change,
      patronId: `${index}`.padStart(64, '0'),
      signInId: `${'s'.repeat(64)} 1795651199`,
    }));
  const listed = await endedSignIns({ changes: { lastChangeOfEach } });
  const answer = JSON.stringify({ data: { endedSignIns: listed } });
  expect(Buffer.byteLength(answer)).toBeLessThan(defaultLimits.maxSubgraphBytes);
});
