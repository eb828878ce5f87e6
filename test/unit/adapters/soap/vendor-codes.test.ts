import { expect, test } from 'vitest';
import { refusesCredentials } from '../../../../adapters/soap/vendor-codes.ts';

const wsse = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

test.each([
  [`{${wsse}}FailedAuthentication`, true],
  [`{${wsse}}MessageExpired`, false],
  ['{urn:x}FailedAuthentication', false],
  [null, false],
])('a fault with the subcode %s refuses our credentials: %s', (subcode, expected) => {
  expect(refusesCredentials({ subcode })).toBe(expected);
});
