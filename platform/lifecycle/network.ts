import { BlockList, isIP, isIPv6 } from 'node:net';

/**
 * The key by which a client is counted: its IPv4 address, or the /64 network of its IPv6 address. One household, office
 * or phone has a whole network, and could use a new address for each request.
 *
 * @example networkOf('2001:0db8::1') // '2001:db8:0:0'
 * @example networkOf('::ffff:203.0.113.7') // '203.0.113.7', as a dual-stack socket has an IPv4 address
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) {
    return address;
  }
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? firstGroupsOf(address).join(':');
}

/** The first four groups, without leading zeros. */
function firstGroupsOf(address: string): readonly string[] {
  const [head = '', tail] = address.split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...new Array<string>(zeros).fill('0'), ...last];
  return groups.slice(0, 4).map((group) => Number.parseInt(group, 16).toString(16));
}

/** Whether a URL's host name means this machine. */
export const isLoopbackName = (hostname: string): boolean =>
  /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/.test(hostname);

/** `ranges` has addresses, and networks such as `10.1.2.0/24`. */
export function blockListOf(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [host = '', prefix] = range.split('/');
    const family = isIP(host) === 6 ? 'ipv6' : 'ipv4';
    if (prefix === undefined) {
      list.addAddress(host, family);
    } else {
      list.addSubnet(host, Number(prefix), family);
    }
  }
  return list;
}

/**
 * Whether the address is in the list. A dual-stack socket has IPv4 addresses as `::ffff:127.0.0.1`: these are found,
 * too.
 */
export const isListed = (list: BlockList, address: string): boolean =>
  list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
