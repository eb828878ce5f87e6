import { afterEach, beforeEach, expect, test } from 'vitest';
import { type RunningSimulators, startSimulators } from '../../simulators/index.ts';
import { type Answer, el, prs } from './wire-client.ts';

let now = new Date();
let legacy: RunningSimulators;
beforeEach(async () => {
  now = new Date('2026-11-24T17:30:00Z');
  legacy = await startSimulators({ systems: ['prs'], clock: () => now });
});
afterEach(() => legacy[Symbol.asyncDispose]());

interface Details {
  readonly eng?: string;
  readonly documents?: string;
  readonly dob?: string;
  readonly rest?: string;
}
const details = ({
  eng = 'FOK, MAN',
  documents = el('HKID', 'Z683365(A)'),
  dob = '20000229',
  rest = '',
}: Details = {}) =>
  el('DETAILS', `${el('ENG_NAME', eng)}${documents}${el('DOB', dob)}${el('ADDR_PROOF', 'N')}${rest}`);
const register = (given?: Details): Promise<Answer> => prs(legacy, 'RegisterPatron', details(given));
const amend = (patronNo: string, lastUpd: string, given?: Details, status = 'A'): Promise<Answer> =>
  prs(
    legacy,
    'AmendPatron',
    el('PATRON_NO', patronNo) + el('LAST_UPD', lastUpd) + details(given) + el('STATUS', status),
  );
const codes = async (answer: Promise<Answer>): Promise<string[]> => {
  const { status, texts } = await answer;
  expect(status).toBe(500);
  return texts('CODE');
};

test('RegisterPatron gives the next number, active, as of today in Hong Kong, and FindPatron then finds it', async () => {
  const answer = await register();
  expect(answer.texts('PATRON_NO')).toEqual(['P0000019']);
  expect([answer.texts('STATUS'), answer.texts('REG_DATE'), answer.texts('LAST_UPD')]).toEqual([
    ['A'],
    ['20261125'],
    ['20261125013000'],
  ]);
  expect((await prs(legacy, 'FindPatron', el('HKID', 'Z683365(A)'))).texts('PATRON_NO')).toEqual([
    'P0000019',
  ]);
  expect((await register({ documents: '' })).texts('PATRON_NO')).toEqual(['P0000020']);
});

test('a document that is registered already is PRS-409, also for an amendment of someone else', async () => {
  expect(await codes(register({ documents: el('HKID', 'A123456(3)') }))).toEqual(['PRS-409']);
  expect(await codes(register({ documents: el('BIRTH_CERT_NO', 'S1234567') }))).toEqual(['PRS-409']);
  const other = amend('P0000004', '20250101090000', { documents: el('HKID', 'A123456(3)') });
  expect(await codes(other)).toEqual(['PRS-409']);
});

test.each<[string, Details]>([
  ['a name in lower case', { eng: 'Fok, Man' }],
  ['an empty name', { eng: ' ' }],
  ['a guarantor in lower case', { rest: el('GUARANTOR_NAME', 'Fok, Lee') }],
  ['a wrong check digit', { documents: el('HKID', 'Z683365(5)') }],
  ['a day that is in no calendar', { dob: '20010229' }],
])('%s is PRS-001', async (_name, given) => {
  expect(await codes(register(given))).toEqual(['PRS-001']);
});

test('a fifth line of address is PRS-001', async () => {
  const lines = (count: number): string =>
    details().replace(
      '<ADDR_PROOF>',
      `${el('ADDR_LINE', ...Array.from({ length: count }, () => 'x'))}<ADDR_PROOF>`,
    );
  expect(await codes(prs(legacy, 'RegisterPatron', lines(5)))).toEqual(['PRS-001']);
  expect((await prs(legacy, 'RegisterPatron', lines(4))).texts('ADDR_LINE')).toHaveLength(4);
});

test('AmendPatron wants a patron and the LAST_UPD of the record', async () => {
  expect(await codes(amend('P9999999', '20250101090000'))).toEqual(['PRS-404']);
  expect(await codes(amend('P0000001', '20250101090001'))).toEqual(['PRS-412']);
});

test('AmendPatron replaces the whole of the details: what is left out is wiped', async () => {
  const answer = await amend('P0000001', '20250101090000', { documents: el('HKID', 'A123456(3)') }, 'S');
  expect(answer.texts('CHI_NAME')).toEqual([]);
  expect([answer.texts('ADDR_LINE'), answer.texts('EMAIL'), answer.texts('STATUS')]).toEqual([[], [], ['S']]);
  expect([answer.texts('REG_DATE'), answer.texts('LAST_UPD')]).toEqual([['20100401'], ['20261125013000']]);
  const read = await prs(legacy, 'GetPatrons', el('PATRON_NO', 'P0000001'));
  expect(read.texts('ENG_NAME')).toEqual(['FOK, MAN']);
});

test('LAST_UPD moves on by a second at least, however fast the amendments come', async () => {
  const first = await amend('P0000004', '20250101090000', { documents: '' });
  const [stamp = ''] = first.texts('LAST_UPD');
  const second = await amend('P0000004', stamp, { documents: '' });
  expect([stamp, ...second.texts('LAST_UPD')]).toEqual(['20261125013000', '20261125013001']);
  expect(await codes(amend('P0000004', stamp, { documents: '' }))).toEqual(['PRS-412']);
});

test('a document that an amendment gave up is free for another patron', async () => {
  await amend('P0000001', '20250101090000', { documents: '' });
  expect((await register({ documents: el('HKID', 'A123456(3)') })).texts('PATRON_NO')).toEqual(['P0000019']);
});

test('an empty optional field is an absent one', async () => {
  const answer = await register({ rest: el('TEL', '') + el('EMAIL', 'a@b.example') });
  expect([answer.texts('TEL'), answer.texts('EMAIL')]).toEqual([[], ['a@b.example']]);
});

test('markup in a name goes in and comes out as text', async () => {
  const answer = await register({ eng: 'O&apos;NEIL &amp; &lt;SON&gt; ]]&gt;' });
  expect(answer.texts('ENG_NAME')).toEqual(["O'NEIL & <SON> ]]>"]);
});
