import { expect, test } from 'vitest';
import { networkOf, networksOf, siteOf } from '../../../../platform/lifecycle/network.ts';

test.each([
  ['an IPv4 address', '203.0.113.7', '203.0.113.7'],
  ['the same, as IPv6 sockets write it', '::ffff:203.0.113.7', '203.0.113.7'],
  ['the same, in hexadecimal', '::ffff:cb00:7107', '203.0.113.7'],
  ['the same, without an abbreviation', '0:0:0:0:0:FFFF:cb00:7107', '203.0.113.7'],
  ['the same, with a zone', '::ffff:203.0.113.7%1', '203.0.113.7'],
  ['an IPv6 address that only ends like it', '2001:db8::ffff:203.0.113.7', '2001:db8:0:0'],
  ['an IPv6 address, with its network alone', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['a short one', '2001:db8::1', '2001:db8:0:0'],
  ['another spelling of it', '2001:0db8:0000:0000:ffff:0:0:2', '2001:db8:0:0'],
  ['one with a zone', 'fe80::1%eth0', 'fe80:0:0:0'],
  ['this machine', '::1', '0:0:0:0'],
])('%s is counted as one', (_, address, network) => {
  expect(networkOf(address)).toBe(network);
});

test.each([
  ['an IPv4 address has no wider network', '::ffff:203.0.113.7', ['203.0.113.7']],
  [
    'a /64, its /56 and its /48',
    '2001:db8:1:2a3::1',
    ['2001:db8:1:2a3', '2001:db8:1:200/56', '2001:db8:1/48'],
  ],
  [
    'another /64 of the same home',
    '2001:db8:1:2ff::1',
    ['2001:db8:1:2ff', '2001:db8:1:200/56', '2001:db8:1/48'],
  ],
  ['another home of the same /48', '2001:db8:1:1::', ['2001:db8:1:1', '2001:db8:1:0/56', '2001:db8:1/48']],
])('%s', (_, address, networks) => {
  expect(networksOf(address)).toEqual(networks);
  expect([networkOf(address), siteOf(address)]).toEqual([networks[0], networks.at(-1)]);
});
