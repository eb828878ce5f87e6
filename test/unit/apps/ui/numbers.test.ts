import { expect, test } from 'vitest';
import {
  isCardNumber,
  isItemNumber,
  readDate,
  readNumber,
} from '../../../../apps/ui/src/scanning/numbers.ts';

test.each([
  ['31852000000494', '31852000000494'],
  [' 3 1852 00000 0494 ', '31852000000494'],
  ['A31852000000494B', '31852000000494'],
  ['３１８５２００００００４９４', '31852000000494'],
  ['3-1852-0000-00494-X', '31852000000494X'],
  ['d21852–0000–00033a', '21852000000033'],
  ['A12B3', 'A12B3'],
  ['', ''],
])('%j is the number %j', (text, number) => {
  expect(readNumber(text)).toBe(number);
});

test('the first digit says whether a number is a card’s or an item’s', () => {
  expect([isCardNumber('21852000000033'), isItemNumber('21852000000033')]).toEqual([true, false]);
  expect([isCardNumber('31852000000494'), isItemNumber('31852000000494')]).toEqual([false, true]);
  expect(['2185200000003', '218520000000330', '11852000000033'].some(isCardNumber)).toBe(false);
});

test.each([
  ['2020-06-02', '2020-06-02'],
  ['20200602', '2020-06-02'],
  ['2020/06/02', '2020-06-02'],
  ['02-06-2020', '2020-06-02'],
  [' 02.06.2020 ', '2020-06-02'],
  ['２０２００６０２', '2020-06-02'],
  ['01/12/2020', '2020-12-01'],
  ['01122020', '2020-12-01'],
  ['1.2.2020', '2020-02-01'],
  ['20122012', '2012-12-20'],
  ['2/6/20', '2020-06-02'],
  ['24/11/26', '2026-11-24'],
  ['25/11/26', '1926-11-25'],
])('%j is read as %s', (text, date) => {
  expect(readDate(text, '2026-11-24')).toBe(date);
});

test.each(['', '2020-06', '2020-13-01', '2020-02-30', '12/31/2020', '2020-06/02', '1/2/020', 'yesterday'])(
  '%j is not a date',
  (text) => {
    expect(readDate(text)).toBeNull();
  },
);
