import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningSimulators, startSimulators } from '../../simulators/index.ts';
import { el, prs } from './wire-client.ts';

let legacy: RunningSimulators;
beforeAll(async () => {
  legacy = await startSimulators({ systems: ['prs'] });
});
afterAll(() => legacy[Symbol.asyncDispose]());

const number = (index: number): string => `P${String(index).padStart(7, '0')}`;
const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => number(index + 1));

test('GetPatrons answers known numbers once each, in an order of its own, and leaves out the others', async () => {
  const asked = [...numbers(18), 'P9999999', 'P0000001'];
  const answer = await prs(legacy, 'GetPatrons', el('PATRON_NO', ...asked));
  expect(answer.status).toBe(200);
  expect(answer.contentType).toBe('text/xml; charset=utf-8');
  const got = answer.texts('PATRON_NO');
  expect([...got].sort()).toEqual(numbers(18));
  expect(got).not.toEqual(numbers(18));
  expect(got).not.toEqual(numbers(18).reverse());
});

test('a record is unqualified, its dates YYYYMMDD, its stamp YYYYMMDDHHMMSS, what is absent left out', async () => {
  const answer = await prs(legacy, 'GetPatrons', el('PATRON_NO', number(4)));
  expect(answer.value('namespace-uri(//PATRON/DETAILS/DOB)')).toBe('');
  expect(answer.value('//DOB')).toBe('19600101');
  expect(answer.value('//REG_DATE')).toBe('20100401');
  expect(answer.value('//LAST_UPD')).toBe('20250101090000');
  expect(answer.value('//ENG_NAME')).toBe('NG, WAI');
  expect(answer.value('//HKID')).toBe('D135790(6)');
  expect(answer.texts('ADDR_LINE')).toEqual(['Flat 4, Block A', '1 Library Road', 'Hong Kong']);
  expect(answer.value('//ADDR_PROOF')).toBe('Y');
  for (const absent of ['CHI_NAME', 'EMAIL', 'BIRTH_CERT_NO', 'GUARANTOR_NAME']) {
    expect(answer.texts(absent), absent).toEqual([]);
  }
});

test('a Chinese name with a character beyond the basic plane comes whole', async () => {
  const answer = await prs(legacy, 'GetPatrons', el('PATRON_NO', number(18)));
  expect(answer.value('//CHI_NAME')).toBe('蕭𨱏');
});

test('GetPatrons of nobody known is an empty response', async () => {
  const answer = await prs(legacy, 'GetPatrons', el('PATRON_NO', 'P9999998', 'P9999999'));
  expect([answer.status, answer.texts('PATRON')]).toEqual([200, []]);
});

test('fifty numbers are taken, fifty-one are PRS-001', async () => {
  const fifty = await prs(legacy, 'GetPatrons', el('PATRON_NO', ...numbers(50)));
  expect([fifty.status, fifty.texts('PATRON').length]).toEqual([200, 18]);
  const more = await prs(legacy, 'GetPatrons', el('PATRON_NO', ...numbers(51)));
  expect([more.status, more.texts('CODE')]).toEqual([500, ['PRS-001']]);
});

test('one number of the wrong form makes the whole request invalid', async () => {
  const answer = await prs(legacy, 'GetPatrons', el('PATRON_NO', number(1), 'P12'));
  expect([answer.status, answer.texts('CODE')]).toEqual([500, ['PRS-001']]);
  expect(answer.texts('faultcode')).toEqual(['soap:Client']);
});

test('FindPatron finds by identity number and by birth certificate', async () => {
  const byCard = await prs(legacy, 'FindPatron', el('HKID', 'WX123450(A)'));
  expect(byCard.texts('PATRON_NO')).toEqual([number(18)]);
  const byCertificate = await prs(legacy, 'FindPatron', el('BIRTH_CERT_NO', 'S1234567'));
  expect(byCertificate.texts('PATRON_NO')).toEqual([number(5)]);
});

test('FindPatron leaves PATRON out where the document is nobody’s', async () => {
  for (const content of [el('HKID', 'Z683365(A)'), el('BIRTH_CERT_NO', 'S7654321')]) {
    const answer = await prs(legacy, 'FindPatron', content);
    expect([answer.status, answer.texts('FindPatronResponse'), answer.texts('PATRON')]).toEqual([
      200,
      [''],
      [],
    ]);
  }
});

test.each(['A123456(4)', 'A123456', 'a123456(3)', 'A1234563', 'A123456(3) ', ''])(
  'FindPatron refuses the identity number %j with PRS-001',
  async (hkid) => {
    const answer = await prs(legacy, 'FindPatron', el('HKID', hkid));
    expect([answer.status, answer.texts('CODE')]).toEqual([500, ['PRS-001']]);
  },
);

test('SearchPatrons takes any part of either name, letter case ignored, in the order of the numbers', async () => {
  const english = await prs(legacy, 'SearchPatrons', el('NAME', 'siu') + el('MAX_ROWS', 100));
  expect(english.texts('PATRON_NO')).toEqual([number(2), number(9), number(18)]);
  const chinese = await prs(legacy, 'SearchPatrons', el('NAME', '文') + el('MAX_ROWS', 100));
  expect(chinese.texts('PATRON_NO')).toEqual([number(1), number(15)]);
});

test('SearchPatrons counts all that match, whatever the page', async () => {
  const first = await prs(legacy, 'SearchPatrons', el('NAME', 'SIU') + el('MAX_ROWS', 2));
  expect([first.value('//TOTAL'), first.texts('PATRON_NO')]).toEqual(['3', [number(2), number(9)]]);
  const next = el('NAME', 'SIU') + el('AFTER_PATRON_NO', number(9)) + el('MAX_ROWS', 2);
  const second = await prs(legacy, 'SearchPatrons', next);
  expect([second.value('//TOTAL'), second.texts('PATRON_NO')]).toEqual(['3', [number(18)]]);
});

test('SearchPatrons wants all criteria to hold, and none of them finds everyone', async () => {
  const suspended = await prs(legacy, 'SearchPatrons', el('STATUS', 'S') + el('MAX_ROWS', 10));
  expect(suspended.texts('PATRON_NO')).toEqual([number(13)]);
  const nobody = el('TEL', '20000001') + el('STATUS', 'S') + el('MAX_ROWS', 10);
  expect((await prs(legacy, 'SearchPatrons', nobody)).value('//TOTAL')).toBe('0');
  expect((await prs(legacy, 'SearchPatrons', el('MAX_ROWS', 1))).value('//TOTAL')).toBe('18');
});

test.each([0, 101, -1])('SearchPatrons refuses MAX_ROWS %i with PRS-001', async (maxRows) => {
  const answer = await prs(legacy, 'SearchPatrons', el('MAX_ROWS', maxRows));
  expect([answer.status, answer.texts('CODE')]).toEqual([500, ['PRS-001']]);
});

test('busy and housekeeping are PRS-503 and internal trouble PRS-900, all the server’s faults', async () => {
  for (const [kind, code] of [
    ['housekeeping', 'PRS-503'],
    ['busy', 'PRS-503'],
    ['internal', 'PRS-900'],
  ] as const) {
    legacy.prs.faults.set([{ kind }]);
    const answer = await prs(legacy, 'GetPatrons', el('PATRON_NO', number(1)));
    expect([answer.status, answer.texts('faultcode'), answer.texts('CODE')]).toEqual([
      500,
      ['soap:Server'],
      [code],
    ]);
  }
  legacy.prs.faults.clear();
});
