import { expect, test } from 'vitest';
import { newCode, parseCode } from '../../../../../edge/web/stations/codes.ts';

test('a code has eight letters and digits, and none that looks like another', () => {
  for (let tries = 0; tries < 1_000; tries += 1) {
    expect(newCode()).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/);
  }
});

test('each of the 32 letters is as likely as another', () => {
  const asked: number[] = [];
  newCode((max) => {
    asked.push(max);
    return 0;
  });
  expect(asked).toEqual([32, 32, 32, 32, 32, 32, 32, 32]);
});

test.each([
  ['7K2M9QXR', '7K2M9QXR'],
  [' 7k2m-9qxr ', '7K2M9QXR'],
  ['7K2M – 9QXR', '7K2M9QXR'],
  ['oil10000', '01110000'],
  ['７Ｋ２Ｍ９ＱＸＲ', '7K2M9QXR'],
])('%j is read as it was meant', (text, code) => {
  expect(parseCode(text)).toBe(code);
});

test.each(['', '7K2M9QX', '7K2M9QXRR', '7K2M9QXU', '7K2M9QX*'])('%j is no code', (text) => {
  expect(parseCode(text)).toBeNull();
});
