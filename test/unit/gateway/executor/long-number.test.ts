import { describe, expect, test } from 'vitest';
import { hasLongNumber, LongNumber, parseJson } from '../../../../gateway/executor/index.ts';
import { AnswerBudget } from '../../../../gateway/executor/run/answer/answer-budget.ts';
import { pick, randomFrom, seed } from '../../../support/random.ts';

const read = (text: string): unknown => parseJson(Buffer.from(text));
const has = (text: string): boolean => hasLongNumber(Buffer.from(text));

describe('which numbers keep their text', () => {
  test.each([
    '9007199254740993',
    '-9007199254740993',
    '12345678901234567890123',
    '1000000000000000000000',
    '0.12345678901234567890',
    '1234567.1234567891',
    '-1.1000000000000000',
    '1.234567890123456e+400',
    '123456789012345678E2',
  ])('%s does', (text) => {
    for (const json of [text, `[${text}]`, `{"a":${text}}`, `{"a": [1, ${text} ]}`]) {
      expect(has(json)).toBe(true);
      expect(JSON.stringify(read(json))).toBe(json.replaceAll(' ', ''));
    }
    expect(read(text)).toEqual(new LongNumber(text));
  });

  test.each([
    '0',
    '-1',
    '123456789012345',
    '9007199254740992',
    '-9007199254740992',
    '0.30000000000000004',
    '52.37022095234568',
    '1.7976931348623157e+308',
  ])('%s is a double', (text) => {
    for (const json of [text, `[${text}]`, `{"a":${text}}`]) {
      expect(has(json)).toBe(false);
      expect(read(json)).toEqual(JSON.parse(json));
    }
  });

  test.each([
    '"9007199254740993"',
    '{"9007199254740993":1}',
    '["x9007199254740993", "-9007199254740993"]',
    '"2026-11-29T10:11:12.123456789Z"',
    '1e0000000000000000001',
  ])('digits in a text do not choose the slower reader: %s', (json) => {
    expect(has(json)).toBe(false);
    expect(read(json)).toEqual(JSON.parse(json));
  });

  test('a byte order mark and texts in other scripts stay out of the way', () => {
    expect(read('\uFEFF{"名":["電話",9007199254740993]}')).toEqual({
      名: ['電話', new LongNumber('9007199254740993')],
    });
    expect(() => read('{"a":9007199254740993')).toThrow(SyntaxError);
  });
});

test('every long number is found, wherever it stands', () => {
  const random = randomFrom(seed);
  process.stdout.write(`long numbers: SEED=${seed}\n`);
  const digits = (count: number) =>
    Array.from({ length: count }, () => pick(random, [...'0123456789'])).join('');
  const number = () => {
    const whole = `${pick(random, [...'123456789'])}${digits(pick(random, [0, 3, 14, 15, 16, 20, 40]))}`;
    const decimals = pick(random, ['', '', `.${digits(pick(random, [1, 5, 15, 16, 17]))}`]);
    return `${pick(random, ['', '-'])}${whole}${decimals}${pick(random, ['', '', 'e5', 'E-12', 'e+100'])}`;
  };
  for (let tried = 0; tried < 20_000; tried++) {
    const filling = '"'.padEnd(1 + (tried % 33), pick(random, ['x', '7', '.'])).concat('"');
    const numbers = [number(), number()];
    const json = `{"a":${filling},"b":[${numbers}]}`;
    // A number with fewer than 16 digits may be written in another form, because a double can hold it.
    const text = JSON.stringify((read(json) as { b: unknown }).b)
      .slice(1, -1)
      .split(',');
    for (const [at, written] of numbers.entries()) {
      const significant = written.replace(/[eE].*/, '').replaceAll(/[-.]/g, '').length;
      expect(significant >= 16 ? text[at] : Number(text[at]), json).toBe(
        significant >= 16 ? written : Number(written),
      );
    }
  }
});

test.each([
  '{"__proto__":9007199254740993,"a":{"__proto__":[-9007199254740993]}}',
  String.raw`{"\\":["\"","\\\"9007199254740993",12345678901234567890],"b\"":1.2345678901234567890e5}`,
  '[1,-2.5,1e5,true,null,"",[],{},9007199254740993]',
])('texts, keys and other numbers beside a long number stay: %s', (json) => {
  expect(JSON.stringify(read(json))).toBe(json.replace('1e5,true', '100000,true'));
  expect(Object.getPrototypeOf(read(json))).toBe(json.startsWith('[') ? Array.prototype : Object.prototype);
});

test('the time grows with the bytes, and not with their square', () => {
  const items = Array.from({ length: 200_000 }, (_, index) => index).join();
  const startedAt = performance.now();
  expect(read(`[9007199254740993,${items}]`)).toHaveLength(200_001);
  for (const digits of ['1'.repeat(4_000_000), `${'1'.repeat(17)}x`.repeat(200_000)]) {
    expect(has(`"${digits}"`)).toBe(false);
  }
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test('the digits of a number count as part of an answer', () => {
  const budget = new AnswerBudget(1000);
  budget.spendLeaf(new LongNumber('1'.repeat(900)));
  expect(budget.leftBytes).toBe(100);
});
