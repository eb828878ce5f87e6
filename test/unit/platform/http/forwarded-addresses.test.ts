import { expect, test } from 'vitest';
import { readForwarded } from '../../../../platform/http/forwarded-addresses.ts';

test.each([
  ['203.0.113.7', ['203.0.113.7']],
  ['203.0.113.7:1024, 10.0.0.5:8080', ['203.0.113.7', '10.0.0.5']],
  ['[2001:db8::1]:443,[2001:db8::2], 2001:db8::3', ['2001:db8::1', '2001:db8::2', '2001:db8::3']],
  ['203.0.113.7, garbage, 10.0.0.5', ['10.0.0.5']],
  ['203.0.113.7, 203.0.113.8:', []],
  ['203.0.113.7,', []],
  ['[203.0.113.7]:80:80', []],
  ['', []],
])('%s has the addresses %j', (value, addresses) => {
  expect(readForwarded(value)).toEqual(addresses);
});
