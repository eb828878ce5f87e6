/** The patron status of SIP2 messages 24, 26 and 64: fourteen flags. */
import { expect, test } from 'vitest';
import { flagsOf } from '../../../../edge/sip2/answers/patron/flags.ts';

const cardOf = (...codes: readonly string[]) => ({
  __typename: 'LibraryCard',
  status: 'ACTIVE',
  patron: {
    name: null,
    status: 'ACTIVE',
    loanQuota: null,
    borrowing: { allowed: codes.length === 0, reasons: codes.map((code) => ({ code, message: '' })) },
  },
});

test.each([
  [[], '              '],
  [['QUOTA_REACHED'], 'Y    Y        '],
  [['CHARGES_LIMIT_REACHED'], 'Y         YY  '],
])('%j is shown as “%s”', (codes, flags) => {
  expect(flagsOf(cardOf(...codes), true, true)).toBe(flags);
});
