import { expect, test } from 'vitest';
import { begun, broken, checkOut, lent, out } from './example-histories.ts';

const foreign = new Map([['theirs', 5_000]]);
const found = [{ operationId: 'theirs', discrepancy: 'OPERATION_LOST' }] as const;

test('a change of another installation is no violation if its books know it, and nothing is reserved beside it', () => {
  const { changes, effects, journal } = lent(10);
  const theirs = {
    foreign,
    findings: found,
    changes: [...changes, begun('theirs', 5_000)],
    effects: [...effects, out('theirs')],
  };
  expect(broken({ ...theirs, journal })).toEqual([]);
  expect(broken({ ...theirs, journal, findings: [] })).toEqual(['books agree']);
});

test('a place that is reserved beside another installation within the settling time is a violation', () => {
  const reservedAt = (at: number) =>
    broken({
      foreign,
      findings: found,
      effects: [out('theirs'), out('a')],
      settlingMs: 28_000,
      changes: [begun('theirs', 5_000), begun('a', at)],
      journal: [checkOut('a', at)],
    });
  expect(reservedAt(12_000)).toEqual([]);
  expect(reservedAt(20_000)).toEqual(['closed beside another installation']);
  expect(reservedAt(33_000)).toEqual([]);
});
