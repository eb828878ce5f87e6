import { expect, test } from 'vitest';
import { wordsOf } from '../../../../subgraphs/library/words.ts';
import { rankOf, registryForms } from '../../../../subgraphs/patrons/rules/name-search.ts';

test.each([
  ['to ka ho', ['TO', 'KA', 'HO']],
  ['ＴＯ，ｋａ　ho', ['TO', 'KA', 'HO']],
  ["O'Brien-Smith, Zoë", ['O', 'BRIEN', 'SMITH', 'ZOË']],
  ['陳大文', ['陳大文']],
  [' ， - ', []],
])('%j has the words %j', (typed, words) => {
  expect(wordsOf(typed)).toEqual(words);
});

test.each([
  ['to ka ho', '0000'],
  ['ka ho to', '0001'],
  ['TO', '00'],
  ['t', '11'],
  ['kaho to', '201'],
  ['杜嘉豪', '01'],
  ['嘉豪', '21'],
  ['to 嘉豪', '200'],
  ['to ka hoi', null],
  ['chan', null],
])('%j fits TO, KA HO as %j', (typed, rank) => {
  expect(rankOf(wordsOf(typed), { englishName: 'TO, KA HO', chineseName: '杜嘉豪' })).toBe(rank);
});

test('a surname comes before a given name, and a whole word before its beginning and other parts', () => {
  const names = ['MACHAN, LEE', 'CHANG, SIU', 'CHAN, TAI MAN', 'LEE, CHAN'];
  const rank = (englishName: string) => rankOf(['CHAN'], { englishName, chineseName: null }) ?? '';
  expect(names.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1))).toEqual([
    'CHAN, TAI MAN',
    'LEE, CHAN',
    'CHANG, SIU',
    'MACHAN, LEE',
  ]);
});

test('the registry is asked for a surname first, a surname last, a given name and a Chinese name', () => {
  expect(registryForms(['KA', 'HO', 'TO'])).toEqual(['KA, HO TO', 'TO, KA HO', 'KA HO TO', 'KAHOTO']);
  expect(registryForms(['CHAN'])).toEqual(['CHAN']);
});
