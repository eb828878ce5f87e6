import { expect, test } from 'vitest';
import { dayOf, instantOf } from '../../../../../adapters/soap/contract/xsd-dates.ts';

test('a day stays as it is written, without its zone', () => {
  expect(['2026-11-29', '2026-11-29Z', '2026-11-29+08:00', '2026-11-29-05:30'].map(dayOf)).toEqual(
    Array(4).fill('2026-11-29'),
  );
});

test('a time without a zone is in Hong Kong', () => {
  expect(instantOf('2026-11-29T10:15:00.5')).toBe('2026-11-29T10:15:00.5+08:00');
  expect(instantOf('2026-11-29T10:15:00Z')).toBe('2026-11-29T10:15:00Z');
  expect(instantOf('2026-11-29T10:15:00-05:00')).toBe('2026-11-29T10:15:00-05:00');
});
