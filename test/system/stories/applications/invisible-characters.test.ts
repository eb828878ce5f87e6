/**
 * Every input refuses control characters, and characters that change how other characters look. Nothing is sent to a
 * legacy system.
 */
import { beforeEach, describe, expect, test } from 'vitest';
import { formOf, libraryForTests } from '../library.ts';
import type { ChangeName } from '../payloads.ts';
import { guarantor, newApplicant } from '../people.ts';

const library = libraryForTests();
beforeEach(() => library.resetCalls());

const controls = ['\u0000', '\u0007', '\u001b', '\u007f', '\u0085'];
/** Characters that change the direction of writing. */
const directions = [
  0x061c, 0x200e, 0x200f, 0x202a, 0x202b, 0x202c, 0x202d, 0x202e, 0x2066, 0x2067, 0x2068, 0x2069,
];
const widths = ['\u00ad', '\u200b', '\u2060'];
const invisible = [...controls, ...directions.map((code) => String.fromCodePoint(code)), ...widths];

type Input = Readonly<Record<string, unknown>>;

const person = newApplicant({ email: 'reader@patrons.example' });
const form = (changes: Input) => formOf({ ...person, ...changes }, ['LIBRARY_CARD']);

/**
 * Every text of a person that is stored: the mutation, the field that the problem names, and an input with the text.
 */
const texts: readonly (readonly [ChangeName, string, (text: string) => Input])[] = [
  ['submitApplication', 'applicant.englishName', (text) => form({ englishName: `CHAN, ${text}TAI MAN` })],
  ['submitApplication', 'applicant.chineseName', (text) => form({ chineseName: `陳大${text}文` })],
  ['submitApplication', 'applicant.addressLines', (text) => form({ addressLines: [`1 Library${text}Road`] })],
  ['submitApplication', 'applicant.email', (text) => form({ email: `read${text}er@patrons.example` })],
  [
    'submitApplication',
    'guarantor.name',
    (text) => ({ ...form({}), guarantor: { ...guarantor(true), name: `CHAN, ${text}SIU MING` } }),
  ],
  [
    'amendContact',
    'addressLines',
    (text) => ({ reader: { patronId: 'P0000003' }, version: 'x', addressLines: [`1 Library${text}Road`] }),
  ],
  [
    'amendContact',
    'email',
    (text) => ({ reader: { patronId: 'P0000003' }, version: 'x', email: `read${text}er@patrons.example` }),
  ],
  [
    'decideApplication',
    'reason',
    (text) => ({ applicationId: 'A0000001', approve: false, reason: `No proof${text} of address.` }),
  ],
];

test.each(texts)('%s refuses them in %s', async (name, field, inputWith) => {
  for (const character of invisible) {
    const payload = await library.change(name, inputWith(character));
    const problem = payload.problems.find((one) => one.field?.join('.') === field);
    expect([JSON.stringify(character), payload.operation.state, problem?.code]).toEqual([
      JSON.stringify(character),
      'REFUSED',
      'INVALID',
    ]);
    expect(JSON.stringify(payload.problems)).not.toContain(JSON.stringify(character).slice(1, -1));
  }
  expect(library.changesSent()).toEqual([]);
});

test('another kind of space becomes a space', async () => {
  const input = form({ englishName: ' NG,\tSIU\u00a0\nFONG ', addressLines: ['1\u3000Library Road\r\n'] });
  const { operation } = await library.apply(input);
  expect(operation.state).toBe('DONE');
});

describe('in a search, and in the branch of a hold, they are refused without a call', () => {
  test.each<[string, (text: string) => [query: string, variables: Input]]>([
    [
      'items',
      (text) => ['query ($title: String!) { items(title: $title) { title } }', { title: `Wal${text}den` }],
    ],
    [
      'patrons',
      (text) => [
        'query ($name: String) { patrons(search: { name: $name }) { totalCount } }',
        { name: `CH${text}AN` },
      ],
    ],
    [
      'operation',
      (text) => [
        'query ($reference: ID!) { operation(reference: $reference) { state } }',
        { reference: `a${text}b` },
      ],
    ],
  ])('%s', async (field, asking) => {
    for (const character of invisible) {
      const [query, variables] = asking(character);
      const { body } = await library.system.ask(query, { variables, token: library.counter });
      expect([JSON.stringify(character), body]).toMatchObject([
        JSON.stringify(character),
        { data: { [field]: null }, errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
      ]);
    }
    expect(library.callsOf('prs', 'circ')).toEqual([]);
  });

  test('placeHold', async () => {
    for (const character of invisible) {
      const input = {
        reader: { patronId: 'P0000002' },
        titleNumber: 'B0000010',
        pickupBranch: `HK${character}CL`,
      };
      const payload = await library.change('placeHold', input);
      expect([JSON.stringify(character), payload.operation.state, payload.problems[0]]).toMatchObject([
        JSON.stringify(character),
        'REFUSED',
        { code: 'BRANCH_NOT_FOUND', field: ['pickupBranch'] },
      ]);
    }
    expect(library.callsOf('prs', 'circ')).toEqual([]);
  });
});
