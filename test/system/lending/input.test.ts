/** An invalid value of any field leads to a problem or an error. No operation stays unsettled. */
import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { callerForTests, systemForTests } from '../system-for-tests.ts';

const system = systemForTests();
const caller = callerForTests(system, { subject: 'staff', scope: 'circulation:write circulation:read' });

type Input = Readonly<Record<string, unknown>>;
const libraryCardNumber = '21852000000033';
const smartId = { identityNumber: 'B654321(4)', dateOfIssue: '2020-06-02' };
const patronId = 'P0000002';
const reader = { patronId };
const itemNumber = '31852000000494';

/** The mutation, the field, and the input with that field's value. */
const fields: readonly (readonly [string, string, (value: string) => Input])[] = [
  ['checkOut', 'reference', (reference) => ({ reference, credential: { libraryCardNumber }, itemNumber })],
  ['checkOut', 'libraryCardNumber', (value) => ({ credential: { libraryCardNumber: value }, itemNumber })],
  [
    'checkOut',
    'identityNumber',
    (identityNumber) => ({ credential: { smartId: { ...smartId, identityNumber } }, itemNumber }),
  ],
  [
    'checkOut',
    'dateOfIssue',
    (dateOfIssue) => ({ credential: { smartId: { ...smartId, dateOfIssue } }, itemNumber }),
  ],
  ['checkOut', 'itemNumber', (value) => ({ credential: { libraryCardNumber }, itemNumber: value })],
  ['checkIn', 'itemNumber', (value) => ({ itemNumber: value })],
  ['renewLoan', 'patronId', (value) => ({ reader: { patronId: value }, loanId: 'L00000011' })],
  [
    'renewLoan',
    'number',
    (value) => ({ reader: { cardAndPin: { libraryCardNumber: value, pin: '1234' } }, loanId: 'L00000011' }),
  ],
  [
    'renewLoan',
    'pin',
    (pin) => ({ reader: { cardAndPin: { libraryCardNumber, pin } }, loanId: 'L00000011' }),
  ],
  ['renewLoan', 'loanId', (loanId) => ({ reader: { patronId }, loanId })],
  ['renewAllLoans', 'patronId', (value) => ({ reader: { patronId: value } })],
  [
    'placeHold',
    'libraryCardNumber',
    (value) => ({ reader, libraryCardNumber: value, titleNumber: 'B0000010', pickupBranch: 'HKCL' }),
  ],
  ['placeHold', 'titleNumber', (titleNumber) => ({ reader, titleNumber, pickupBranch: 'HKCL' })],
  ['placeHold', 'pickupBranch', (pickupBranch) => ({ reader, titleNumber: 'B0000010', pickupBranch })],
  ['cancelHold', 'patronId', (value) => ({ reader: { patronId: value }, holdId: 'H0000001' })],
  ['cancelHold', 'holdId', (holdId) => ({ reader, holdId })],
];

/** Fields that accept any short text. */
const free = ['reference', 'pickupBranch'];
const codes = ['BAD_USER_INPUT', 'IDENTITY_NUMBER_INVALID'];

interface Payload {
  readonly operation: { readonly state: string };
}

const odd = {
  nothing: '',
  'a space': ' ',
  NUL: '\u0000',
  'half a surrogate pair': '\ud800',
  'digits of full width': '２１８５２００００００００３３',
  markup: '<![CDATA[x]]>',
  '100 characters': 'x'.repeat(100),
  '60 characters of two units': '💥'.repeat(60),
  '4 KB': 'x'.repeat(4_096),
  '70 KB': 'x'.repeat(70_000),
} as const;

test.each(fields)('%s refuses an invalid %s', async (name, field, inputOf) => {
  const states = free.includes(field) ? ['REFUSED', 'DONE'] : ['REFUSED'];
  for (const [what, value] of Object.entries(odd)) {
    const input = { reference: randomUUID(), ...inputOf(value) };
    const { body } = await system.mutate(name, 'operation { state } problems { code }', input, caller);
    const { [name]: told } = (body.data ?? {}) as Record<string, Payload | null>;
    if (told == null) {
      expect(codes, what).toContain(body.errors?.[0]?.extensions.code);
    } else {
      expect(states, what).toContain(told.operation.state);
    }
    expect(JSON.stringify(body), what).not.toContain('xxxx');
  }
  expect(system.log.filter((line) => line.includes('unforeseen'))).toEqual([]);
});
