/** The form of every text that a problem or an error can have, in both languages. */
import { describe, expect, test } from 'vitest';
import { insteadTexts, stateTexts } from '../../../subgraphs/credentials/rules/messages/wrong-state.ts';
import { languages } from '../../../subgraphs/library/language.ts';
import { type AddressedText, allMessages } from '../../messages/all-messages.ts';

const texts = allMessages.map(
  ({ table, code, to, text }) => [`${table}, to ${to.join(', ')}: ${code}`, text] as const,
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
    const withoutScopes = text['zh-Hant'].replaceAll(/[a-z]+:[a-z]+/g, '');
    expect(withoutScopes).not.toMatch(/[,:;!?]/);
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

/** For each word of the messages and pages, the other words for the same thing. Messages must not use these. */
const otherNames: Readonly<Record<string, RegExp>> = {
  櫃位: /服務台|櫃[台檯]/,
  讀者編號: /讀者號碼/,
  館藏: /項目|圖書館資料(?!卡)/,
  圖書證: /借書證|讀者證|此卡/,
  紀錄: /記錄/,
  手續: /操作/,
};

test.each(Object.entries(otherNames))('%s has no other name', (_name, others) => {
  expect(allMessages.map(({ text }) => text['zh-Hant']).filter((text) => others.test(text))).toEqual([]);
});

const saidTo = (addressee: AddressedText['to'][number]) =>
  allMessages.filter(({ to }) => to.includes(addressee));
const english = ({ code, text }: AddressedText) => `${code}: ${text.en}`;

/**
 * The messages to this addressee, from tables that have different messages for different addressees. Messages of all
 * other tables speak to everyone.
 */
const addressed = (addressee: AddressedText['to'][number]) =>
  saidTo(addressee).filter(({ table }) =>
    /^(?:circulation|credentials|patrons)(?:, (?:INVALID|number and PIN))?$/.test(table),
  );
const wordsOf = ({ text }: AddressedText) => `${text.en} ${text['zh-Hant']}`;

test.each(['reader', 'station'] as const)('%s: the reader is addressed, and not spoken of', (addressee) => {
  const messages = addressed(addressee);
  expect(messages.length).toBeGreaterThan(40);
  const wrong = messages.filter((message) =>
    /\b(?:the|this) patron\b(?! number)|此讀者|colleague/i.test(wordsOf(message)),
  );
  expect(wrong.map(english)).toEqual([]);
});

test.each(['reader', 'station'] as const)(
  '%s: no value of an enum stands in a sentence for people',
  (addressee) => {
    const wrong = saidTo(addressee).filter((message) => /\b[A-Z][A-Z_]{3,}\b/.test(wordsOf(message)));
    expect(wrong.map(english)).toEqual([]);
  },
);

test('staff: nobody is sent to the staff, and the patron is spoken of', () => {
  const messages = addressed('staff');
  expect(messages.length).toBeGreaterThan(60);
  const wrong = messages.filter((message) =>
    /ask the staff|at a counter|\byou(?:rs?)?\b(?! saw)|向職員查詢|請職員|服務台|櫃位|你/i.test(
      wordsOf(message),
    ),
  );
  expect(wrong.map(english)).toEqual([]);
});

test.each(['reader', 'station'] as const)(
  '%s: no message about an application reveals who is registered or applied (R7)',
  (addressee) => {
    const revealing =
      /^(?:ALREADY_REGISTERED|OTHER_APPLICATION.*|SMART_ID_ENROLLED|REGISTERED_WITHOUT_CARD)$/;
    const told = saidTo(addressee).filter(
      ({ table, code }) => table === 'credentials' && revealing.test(code),
    );
    expect(new Set(told.map(({ text }) => text.en))).toEqual(
      new Set(['Staff must look at this application: ask at a counter.']),
    );
  },
);

test('a full quota says how many must come back', () => {
  const [reader, staff] = (['reader', 'staff'] as const).map((addressee) =>
    saidTo(addressee).find(({ code }) => code === 'QUOTA_REACHED'),
  );
  expect(reader?.text.en).toBe('You have 13 items out, and the limit is ten: return four first.');
  expect(staff?.text.en).toBe(
    'The patron has 13 items out, and the limit is ten: four must come back first.',
  );
});
