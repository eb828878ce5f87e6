import { beforeEach, describe, expect, test } from 'vitest';
import { mutationOf } from '../../../support/mutation.ts';
import type { Answer } from '../../running-system.ts';
import { formOf, libraryForTests } from '../library.ts';
import type { ChangeName } from '../payloads.ts';
import { guarantor, newApplicant } from '../people.ts';

const library = libraryForTests();

beforeEach(() => {
  library.system.log.length = 0;
});

type Input = Readonly<Record<string, unknown>>;

/** Texts that no form sends, but a program may. */
const odd = [
  '',
  ' ',
  'x'.repeat(300),
  'x'.repeat(5000),
  '💥'.repeat(60),
  'ﷺ'.repeat(90),
  'ß'.repeat(100),
  '\u0000',
  'P0000003\u0000',
  '\ud800',
  '\uffff',
  '\u202e\u200b',
  'P0000003 ',
  '１２３',
  '__proto__',
  'constructor',
  "'; drop table operations; --",
  '<a>&amp;]]></a>',
  '%s',
  '../../..',
];

const card = { libraryCardNumber: '21852000009992' };
const person = newApplicant({
  chineseName: '崔盈',
  birthCertificateNumber: 'S7000002',
  telephone: '2111 0001',
  email: 'reader@patrons.example',
});
/** For each mutation of cards and contact details, an input that has every text. */
const inputs = {
  submitApplication: formOf(person, ['SMART_ID'], { patronId: 'P9999999', guarantor: guarantor(true) }),
  approveApplication: { applicationId: 'A9999999' },
  rejectApplication: { applicationId: 'A9999999', reason: 'No.' },
  withdrawApplication: { applicationId: 'A9999999' },
  decideApplication: { applicationId: 'A9999999', approve: false, reason: 'No.' },
  reportLoss: card,
  replaceCredential: card,
  discontinueSmartId: card,
  surrenderLibraryCard: card,
  printInformationCard: card,
  setPin: { ...card, newPin: '1352' },
  amendContact: {
    reader: { patronId: 'P0000003' },
    version: 'x',
    addressLines: ['x'],
    telephone: 'x',
    email: 'x',
  },
} as const satisfies Partial<Record<ChangeName, Input>>;
const verification = { ...card, pin: '1352' };
/** Fields that aren't texts. The schema already refuses unusual values for them. */
const otherwise = ['channel', 'wants', 'dateOfBirth', 'smartIdDateOfIssue', 'signedOn'];

/** Copies of the input. In each copy, a different text is replaced by `text`. */
function oddInputs(input: Input, text: string): Input[] {
  return Object.entries(input)
    .filter(([key]) => !otherwise.includes(key))
    .flatMap(([key, value]) => {
      if (typeof value === 'string') {
        return [{ ...input, [key]: text }];
      }
      if (Array.isArray(value)) {
        return [{ ...input, [key]: [text] }];
      }
      if (typeof value !== 'object' || value === null) {
        return [];
      }
      return oddInputs(value as Input, text).map((inner) => ({ ...input, [key]: inner }));
    });
}

/** Fails the test unless the operation is settled, or the only errors are the caller's. */
function expectAnswered({ body }: Answer, name: string): void {
  const codes = body.errors?.map(({ extensions }) => extensions.code) ?? [];
  expect(codes.filter((code) => code !== 'BAD_USER_INPUT')).toEqual([]);
  const payload = body.data?.[name] as { operation?: { state: string } } | null | undefined;
  expect(payload?.operation?.state).not.toBe('UNSETTLED');
}

describe('an unusual text never causes an internal error', () => {
  test.each(Object.entries(inputs) as [ChangeName, Input][])('%s', async (name, form) => {
    const asked = odd.flatMap((text) => [...oddInputs(form, text), { ...form, reference: text }]);
    for (const input of asked) {
      expectAnswered(await library.send(name, input), name);
    }
    expect(library.system.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test('submitApplication, by strangers', async () => {
    const form = { ...inputs.submitApplication, channel: 'INTERNET' };
    // Each request has a client of its own, because the applications of one client's address are limited.
    const apply = async (input: Input, index: number) => {
      const token = await library.system.token({ subject: `stranger ${index}`, clientId: `web ${index}` });
      return await library.send('submitApplication', input, token);
    };
    const answers = await Promise.all(odd.flatMap((text) => oddInputs(form, text)).map(apply));
    for (const answer of answers) {
      expectAnswered(answer, 'submitApplication');
    }
    expect(library.system.log.filter((line) => line.includes('"level":50'))).toEqual([]);
  });

  test('verifyPatron: each of them is a wrong number or PIN', async () => {
    const query = mutationOf('verifyPatron', 'problem');
    const ask = async (input: Input, index: number) => {
      const clientId = `partner-${index}`;
      const token = await library.system.token({ clientId, scope: 'partner:verify' });
      return (await library.system.ask(query, { token, variables: { input } })).body;
    };
    const answers = await Promise.all(odd.flatMap((text) => oddInputs(verification, text)).map(ask));
    const wrong = { data: { verifyPatron: { problem: 'WRONG_NUMBER_OR_PIN' } } };
    expect(answers).toEqual(answers.map(() => wrong));
  });
});
