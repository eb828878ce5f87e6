/** The message of a problem is in the language that the reader asks for, whenever and by whomever it is asked for. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mutationOf } from '../../support/mutation.ts';
import { type RunningSystem, rootField, startSystem } from '../running-system.ts';

let system: RunningSystem;
let token: string;
beforeAll(async () => {
  system = await startSystem();
  token = await system.token({
    subject: 'staff',
    scope: 'patrons:read patrons:write credentials:write circulation:write',
  });
});
afterAll(() => system[Symbol.asyncDispose]());

type Input = Readonly<Record<string, unknown>>;

/** An operation of each subgraph that is refused, and what its message says in English and in Chinese. */
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
    /^Ten items are out/,
    /10 項/,
  ],
];

test.each(refused)(
  '%s, sent again in another language, tells the same problem in that',
  async (name, asked, english, chinese) => {
    const input = { reference: randomUUID(), ...asked };
    const messageIn = async (language: string) => {
      const { body } = await system.ask(mutationOf(name, 'problems { message }'), {
        token,
        language,
        variables: { input },
      });
      expect(body.errors).toBeUndefined();
      const [problem] = rootField<{ readonly problems: readonly { readonly message: string }[] }>(
        body,
        name,
      ).problems;
      return problem?.message;
    };
    expect(await messageIn('zh-HK')).toMatch(chinese);
    expect(await messageIn('en')).toMatch(english);
    expect(await messageIn('fr')).toMatch(english);
  },
);
