/** The message of a problem is in the language of each request. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

const system = systemForTests();
const caller = callerForTests(system, {
  subject: 'staff',
  scope: 'patrons:read patrons:write credentials:write circulation:write',
});

type Input = Readonly<Record<string, unknown>>;

/** An operation of each subgraph that is refused, and the expected message in English and in Chinese. */
const refused: readonly (readonly [string, Input, RegExp, RegExp])[] = [
  [
    'amendContact',
    { reader: { patronId: 'P9999999' }, version: '20000101000000', telephone: '21110099' },
    /^There is no such patron/,
    /^沒有此讀者/,
  ],
  [
    'setPin',
    { libraryCardNumber: '21852000000033', newPin: '12' },
    /^A PIN has 4 to 8 digits/,
    /^密碼為 4 至 8 位數字/,
  ],
  [
    'checkOut',
    { credential: { libraryCardNumber: '21852000000017' }, itemNumber: '31852000000494' },
    /^The patron has ten items out/,
    /10 項/,
  ],
];

test.each(refused)(
  '%s, sent again in another language, returns the same problem in that language',
  async (name, asked, english, chinese) => {
    const input = { reference: randomUUID(), ...asked };
    const messageIn = async (language: string) => {
      const { problems } = await system.change<{ problems: { message: string }[] }>(
        name,
        'problems { message }',
        input,
        { ...caller, language },
      );
      return problems[0]?.message;
    };
    expect(await messageIn('zh-HK')).toMatch(chinese);
    expect(await messageIn('en')).toMatch(english);
    expect(await messageIn('fr')).toMatch(english);
  },
);

test('an error about a card in a reader is in the language of the request', async () => {
  const token = await system.token({ subject: 'a station', scope: 'station' });
  const query = 'query ($presented: SmartIdPresented!) { smartId(presented: $presented) { status } }';
  const variables = { presented: { identityNumber: 'A123456(4)', dateOfIssue: '2019-02-20' } };
  const messageIn = async (language: string) => {
    const { body } = await system.ask(query, { token, variables, language });
    expect(body.errors?.[0]?.extensions.code).toBe('IDENTITY_NUMBER_INVALID');
    return body.errors?.[0]?.message;
  };
  expect(await messageIn('zh-HK')).toBe('身份證號碼的校驗碼不正確：請重新讀取證件。');
  expect(await messageIn('en')).toBe("The identity number's check digit is wrong: read the card again.");
});
