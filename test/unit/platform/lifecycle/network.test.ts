import { expect, test } from 'vitest';
import { networkOf } from '../../../../platform/lifecycle/network.ts';

test.each([
  ['an IPv4 address', '203.0.113.7', '203.0.113.7'],
  ['the same, as IPv6 sockets write it', '::ffff:203.0.113.7', '203.0.113.7'],
  ['an IPv6 address, with its network alone', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['a short one', '2001:db8::1', '2001:db8:0:0'],
  ['another spelling of it', '2001:0db8:0000:0000:ffff:0:0:2', '2001:db8:0:0'],
  ['one with a zone', 'fe80::1%eth0', 'fe80:0:0:0'],
  ['this machine', '::1', '0:0:0:0'],
])('%s is counted as one', (_, address, network) => {
  expect(networkOf(address)).toBe(network);
});
