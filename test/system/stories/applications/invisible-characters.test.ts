/** Control characters, and characters that change how others look: refused in every input, and nothing is sent. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { callsOfRequests } from '../../calls-of-requests.ts';
import { type ChangeName, formOf, type Library, openLibrary } from '../library.ts';
import { guarantor, stranger } from '../people.ts';

let library: Library;
beforeAll(async () => {
  library = await openLibrary();
});
afterAll(() => library[Symbol.asyncDispose]());
beforeEach(() => {
  const { prs, cms, circ } = library.system.legacy;
  for (const system of [prs, cms, circ]) {
    system.resetCalls();
  }
});

const controls = ['\u0000', '\u0007', '\u001b', '\u007f', '\u0085'];
const directions = [
  '\u061c',
  '\u200e',
  '\u200f',
  '\u202a',
  '\u202b',
  '\u202c',
  '\u202d',
  '\u202e',
  '\u2066',
  '\u2067',
  '\u2068',
  '\u2069',
];
const widths = ['\u00ad', '\u200b', '\u2060'];
const invisible = [...controls, ...directions, ...widths];

type Input = Readonly<Record<string, unknown>>;

const person = stranger({ email: 'reader@patrons.example' });
const form = (changes: Input) => formOf({ ...person, ...changes }, ['LIBRARY_CARD']);

/** Each stored text of a person with one of the characters in it, and the field that the problem names. */
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

const reads = /^(Get|Find|List|Search|Login)/;
function changesAsked(): string[] {
  const { prs, cms, circ } = library.system.legacy;
  return [prs, cms, circ].flatMap(({ calls }) => [...calls.keys()]).filter((name) => !reads.test(name));
}

test.each(texts)('%s: %s', async (name, field, inputWith) => {
  for (const character of invisible) {
    const payload = await library.change(name, inputWith(character), library.counter);
    const problem = payload.problems.find((one) => one.field?.join('.') === field);
    expect([JSON.stringify(character), payload.operation.state, problem?.code]).toEqual([
      JSON.stringify(character),
      'REFUSED',
      'INVALID',
    ]);
    expect(JSON.stringify(payload.problems)).not.toContain(JSON.stringify(character).slice(1, -1));
  }
  expect(changesAsked()).toEqual([]);
});

test('what is only another kind of space is a space', async () => {
  const input = form({ englishName: ' NG,\tSIU\u00a0\nFONG ', addressLines: ['1\u3000Library Road\r\n'] });
  const { operation } = await library.change('submitApplication', input, library.counter);
  expect(operation.state).toBe('DONE');
});

describe('what is looked for, and what a reservation names', () => {
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
    const { prs, circ } = library.system.legacy;
    expect([...prs.calls, ...callsOfRequests(circ)]).toEqual([]);
  });

  test('no branch of a reservation has such a code', async () => {
    for (const character of invisible) {
      const input = {
        reader: { patronId: 'P0000002' },
        titleNumber: 'B0000010',
        pickupBranch: `HK${character}CL`,
      };
      const payload = await library.change('placeHold', input, library.counter);
      expect([JSON.stringify(character), payload.operation.state, payload.problems[0]]).toMatchObject([
        JSON.stringify(character),
        'REFUSED',
        { code: 'BRANCH_NOT_FOUND', field: ['pickupBranch'] },
      ]);
    }
    const { prs, circ } = library.system.legacy;
    expect([...prs.calls, ...callsOfRequests(circ)]).toEqual([]);
  });
});
