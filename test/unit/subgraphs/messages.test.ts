/** The form of every text that a problem can have, in both languages. */
import { describe, expect, test } from 'vitest';
import { messages as circulationMessages } from '../../../subgraphs/circulation/rules/problem-messages.ts';
import { invalidTexts } from '../../../subgraphs/credentials/rules/invalid-texts.ts';
import { wrongState } from '../../../subgraphs/credentials/rules/problem.ts';
import {
  messages as credentialMessages,
  insteadTexts,
  stateTexts,
  wrongStateTexts,
} from '../../../subgraphs/credentials/rules/problem-messages.ts';
import { addressFault, emailFault, telephoneFault } from '../../../subgraphs/library/contact.ts';
import { type Localized, languages } from '../../../subgraphs/library/language.ts';
import {
  certificateFault,
  chineseNameFault,
  dateOfBirthFault,
  englishNameFault,
  guarantorNameFault,
} from '../../../subgraphs/library/person.ts';
import { unavailable, unencodable } from '../../../subgraphs/operations/procedure.ts';
import {
  messages as patronMessages,
  invalidTexts as patronTexts,
} from '../../../subgraphs/patrons/rules/problems.ts';

const tables: Readonly<Record<string, Readonly<Record<string, Localized>>>> = {
  circulation: circulationMessages,
  credentials: credentialMessages,
  'credentials, INVALID': invalidTexts,
  'credentials, WRONG_STATE': { ...wrongStateTexts, wrong: wrongState('LOST', 'REPORT_LOSS_FIRST').message },
  patrons: patronMessages,
  'patrons, INVALID': patronTexts,
  procedures: { unavailable: unavailable.message, unencodable: unencodable.message },
  'contact and names': Object.fromEntries(
    [
      addressFault(['', '', '', '', '']),
      addressFault(['\0']),
      telephoneFault('x'),
      emailFault('x'),
      englishNameFault('1'),
      chineseNameFault('\0'),
      guarantorNameFault(''),
      dateOfBirthFault('1800-01-01', '2026-11-25'),
      certificateFault(''),
    ].map((fault, index) => [String(index), fault ?? { en: '', 'zh-Hant': '' }]),
  ),
};
const texts = Object.entries(tables).flatMap(([table, rows]) =>
  Object.entries(rows).map(([key, text]) => [`${table}: ${key}`, text] as const),
);

/**
 * The Chinese characters of levels 1 and 2 of Big5, which has no simplified characters. The additions of the Hong Kong
 * Supplementary Character Set are left out, because some of them are simplified.
 */
function traditionalCharacters(): ReadonlySet<string> {
  const decoder = new TextDecoder('big5');
  const rows = [...range(0xa4, 0xc6), ...range(0xc9, 0xf9)];
  const columns = [...range(0x40, 0x7e), ...range(0xa1, 0xfe)];
  return new Set(
    rows.flatMap((row) =>
      columns
        .filter((column) => row !== 0xc6 || column <= 0x7e)
        .filter((column) => row !== 0xf9 || column <= 0xd5)
        .map((column) => decoder.decode(Uint8Array.of(row, column))),
    ),
  );
}
const range = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);
const traditional = traditionalCharacters();

test('the set of traditional characters has no simplified one', () => {
  expect(['證', '預', '約', '員', '處', '紀', '錄', '裡'].every((char) => traditional.has(char))).toBe(true);
  expect(['证', '预', '约', '员', '处', '录', '请', '馆', '号'].some((char) => traditional.has(char))).toBe(
    false,
  );
});

describe.each(texts)('%s', (_key, text) => {
  test('has a sentence in each language', () => {
    expect(Object.keys(text).sort()).toEqual([...languages].sort());
    expect(text.en).toMatch(/^[A-Z][\x20-\x7e]+\.$/);
    expect(text['zh-Hant']).toMatch(/^.*\p{Script=Han}.*。$/u);
  });

  test('is in Traditional Chinese, with full-width punctuation', () => {
    const han = [...text['zh-Hant']].filter((char) => /\p{Script=Han}/u.test(char));
    expect(han.filter((char) => !traditional.has(char))).toEqual([]);
    expect(text['zh-Hant']).not.toMatch(/[,:;!?]/);
  });
});

test('the beginning of a wrong state has both languages for every state, and what to do instead too', () => {
  for (const text of [...Object.values(stateTexts), ...Object.values(insteadTexts)]) {
    expect(Object.values(text).every((words) => words !== '')).toBe(true);
    expect(
      [...text['zh-Hant']].filter((char) => /\p{Script=Han}/u.test(char) && !traditional.has(char)),
    ).toEqual([]);
  }
});
