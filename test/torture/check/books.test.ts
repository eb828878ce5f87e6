import { describe, expect, test } from 'vitest';
import type { History } from '../history.ts';
import { disagreeingBooks } from './books.ts';
import { atDesk, begun, checkOut, lent, out, sound } from './example-histories.ts';

const details = (history: Partial<History>): readonly string[] =>
  disagreeingBooks({ ...sound, ...history }).map(({ detail }) => detail);
const finding = (discrepancy: History['findings'][number]['discrepancy'], operationId = 'a') =>
  [{ operationId, discrepancy }] as const;

const once = { journal: [checkOut('a', 0)], changes: [begun('a', 20)], effects: [out('a')] };
const twice = { ...once, effects: [out('a'), out('a')] };
const refused = { ...once, journal: [checkOut('a', 0, { state: 'REFUSED' })] };
/** The patron has eleven loans. Operations made ten of them, and a desk made one. */
const withDesk = { ...lent(10), changes: [atDesk('desk', 5), ...lent(10).changes] };
const corrected = { ...once, journal: [checkOut('a', 0, { state: 'DONE', firstState: 'REFUSED' })] };

describe('the program’s findings agree with the history', () => {
  test('if there is nothing to find', () => {
    expect(details(once)).toEqual([]);
  });

  test('if each discrepancy was found', () => {
    expect(details({ ...twice, findings: finding('DONE_TWICE') })).toEqual([]);
    expect(details({ ...refused, findings: finding('DONE_AFTER_REFUSAL') })).toEqual([]);
    expect(details({ ...once, journal: [], findings: finding('OPERATION_LOST') })).toEqual([]);
    const late = { ...out('a'), at: 12_011 };
    expect(details({ ...once, effects: [late], findings: finding('DONE_TOO_LATE') })).toEqual([]);
  });

  test('if a change seems late within half a minute after circulation’s clock was put forward', () => {
    const stepped = (at: number, byMs: number) =>
      details({
        ...once,
        effects: [{ ...out('a'), at: 40_000 }],
        journal: [checkOut('a', 39_980)],
        findings: finding('DONE_TOO_LATE'),
        legacySteps: [{ system: 'circ', at, byMs }],
      });
    expect(stepped(10_001, 3_600_000)).toEqual([]);
    expect(stepped(10_000, 3_600_000)).toEqual(['DONE_TOO_LATE of a is not so']);
    expect(stepped(39_000, -3_600_000)).toEqual(['DONE_TOO_LATE of a is not so']);
  });

  test('if a change seems late near a step of the database’s clock', () => {
    const jumped = (at: number) =>
      details({ ...once, findings: finding('DONE_TOO_LATE'), jumps: [{ at, byMs: -60_000 }] });
    expect(jumped(30_019)).toEqual([]);
    expect(jumped(30_020)).toEqual(['DONE_TOO_LATE of a is not so']);
  });

  test('if an operation that was not done, or an eleventh loan, was found', () => {
    expect(details({ ...once, effects: [], findings: finding('NOT_DONE') })).toEqual([]);
    expect(details({ ...lent(11), findings: finding('OVER_LIMIT', 'op-11') })).toEqual([]);
    expect(details(withDesk)).toEqual([]);
  });

  test('if a refusal was corrected with an alarm before the comparison', () => {
    expect(details({ ...corrected, alarms: ['a'] })).toEqual([]);
  });
});

describe('the program’s findings disagree with the history', () => {
  test('if a discrepancy was not found', () => {
    expect(details(twice)).toEqual(['DONE_TWICE of a was not found']);
    expect(details(refused)).toEqual(['DONE_AFTER_REFUSAL of a was not found']);
    expect(details(corrected)).toEqual(['DONE_AFTER_REFUSAL of a was not found']);
    expect(details({ ...once, effects: [] })).toEqual(['NOT_DONE of a was not found']);
    expect(details(lent(11))).toEqual(['OVER_LIMIT of op-11 was not found']);
    expect(details({ ...once, journal: [] })).toEqual(['OPERATION_LOST of a was not found']);
  });

  test.each([
    'DONE_TWICE',
    'DONE_AFTER_REFUSAL',
    'OPERATION_LOST',
    'DONE_TOO_LATE',
    'NOT_DONE',
    'OVER_LIMIT',
  ] as const)('if %s was found of a sound operation', (discrepancy) => {
    expect(details({ ...once, findings: finding(discrepancy) })).toEqual([`${discrepancy} of a is not so`]);
  });

  test('if an operation was found lost that circulation doesn’t know either', () => {
    expect(details({ findings: finding('OPERATION_LOST') })).toEqual(['OPERATION_LOST of a is not so']);
  });
});
