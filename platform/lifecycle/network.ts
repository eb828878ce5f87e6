import { BlockList, isIP, isIPv4, isIPv6 } from 'node:net';

/** The networks of a client, the narrowest first. */
export type Networks = readonly [narrowest: string, ...wider: string[]];

/**
 * The keys by which a client is counted: its IPv4 address, or the /64, /56 and /48 networks of its IPv6 address. A phone
 * has a /64, and could use a new address for each request. A household with a /56 or an office with a /48 could use a
 * new /64 for each request.
 *
 * @example networksOf('2001:db8:0:1f2::1') // ['2001:db8:0:1f2', '2001:db8:0:100/56', '2001:db8:0/48']
 * @example networksOf('::ffff:203.0.113.7') // ['203.0.113.7'], as a dual-stack socket has an IPv4 address
 * @example networksOf('::ffff:cb00:7107') // ['203.0.113.7']
 */
export function networksOf(address: string): Networks {
  // Every request is counted. So the usual case must avoid the long regular expression of `isIPv6`.
  if (!address.includes(':') || !isIPv6(address)) {
    return [address];
  }
  const allGroups = groupsOf(address);
  const mapped = mappedAddress(allGroups);
  if (mapped !== null) {
    return [mapped];
  }
  const groups = allGroups.slice(0, 4);
  const site = groups.slice(0, 3).join(':');
  const household = Number.parseInt(groups[3] ?? '0', 16) & 0xff00;
  return [groups.join(':'), `${site}:${household.toString(16)}/56`, `${site}/48`];
}

/** The narrowest of {@link networksOf}: an IPv4 address or a /64 network. */
export const networkOf = (address: string): string => networksOf(address)[0];

/** The widest of {@link networksOf}: an IPv4 address or a /48 network. */
export const siteOf = (address: string): string => networksOf(address).at(-1) ?? address;

/**
 * The budget of a network, as a multiple of the narrowest network's budget. `position` is the index of the network in
 * {@link networksOf}: the result is 1 for the narrowest network, 2 for a /56 and 4 for a /48. A wider network gets
 * more, because several people may share it. It gets only a little more, because one person may also have the whole
 * network.
 */
export const budgetsOf = (position: number): number => 2 ** position;

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(address: string): readonly string[] {
  const [withoutZone = ''] = address.split('%');
  const [head = '', tail] = withoutZone.split('::');
  const first = writtenGroups(head);
  const last = writtenGroups(tail ?? '');
  const zeros = new Array<string>(8 - first.length - last.length).fill('0');
  return [...first, ...zeros, ...last];
}

/** An IPv4 address at the end, as in `::ffff:203.0.113.7`, makes two groups. */
function writtenGroups(text: string): readonly string[] {
  return text === ''
    ? []
    : text
        .split(':')
        .flatMap((group) => (isIPv4(group) ? groupsOfIPv4(group) : toGroup(Number.parseInt(group, 16))));
}

function groupsOfIPv4(address: string): readonly string[] {
  const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
  return [toGroup(a * 256 + b), toGroup(c * 256 + d)];
}

const toGroup = (value: number): string => value.toString(16);

/** The IPv4 address that an IPv6 address stands for (`::ffff:0:0/96`), or null. */
function mappedAddress(groups: readonly string[]): string | null {
  if (groups.slice(0, 6).join(':') !== '0:0:0:0:0:ffff') {
    return null;
  }
  return groups
    .slice(6)
    .map((group) => Number.parseInt(group, 16))
    .flatMap((value) => [value >> 8, value & 0xff])
    .join('.');
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
