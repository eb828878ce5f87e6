import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import { z } from 'zod';
import type { TerminalState } from '../../server/terminal-state.ts';

/** Time for the answers of all servers after their addresses were looked up, in ms. The servers answer from memory. */
const timeoutMs = 2_000;
/** The maximum size of a server's answer, in bytes. Each terminal needs some 200 bytes. */
const maxBytes = 1024 * 1024;
/** The maximum number of servers. A library has two or three. */
const maxServers = 20;

/** A SIP2 server gave no usable answer, or the addresses of the servers are unknown. The message contains the host. */
export class Sip2Unavailable extends Error {
  override readonly name = 'Sip2Unavailable';
}

export type ResolveHost = (host: string) => Promise<readonly string[]>;

/**
 * Returns a function that requests the terminals from every SIP2 server. A terminal may connect to any server, and each
 * server knows only its own connections. `url` is the origin of the servers' metrics port. If the host has several
 * addresses, each is the address of one server.
 *
 * The function rejects with Sip2Unavailable if a server doesn't answer, because its terminals would look disconnected.
 * The function also rejects if the host has no address, or more than `maxServers`.
 */
export const terminalsAt =
  (url: URL, resolve: ResolveHost = addressesOf): (() => Promise<readonly TerminalState[]>) =>
  async () => {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const addresses = await resolve(host).catch(() => {
      throw new Sip2Unavailable(`${host} has no address`);
    });
    if (addresses.length > maxServers) {
      throw new Sip2Unavailable(`${host} has more than ${maxServers} addresses`);
    }
    const signal = AbortSignal.timeout(timeoutMs);
    return joinTerminals(await Promise.all(addresses.map((address) => terminalsOf(address, url, signal))));
  };

/**
 * The addresses of one family: IPv4 if there are any, otherwise IPv6. A server may have one address in each family, but
 * must be called only once.
 */
async function addressesOf(host: string): Promise<readonly string[]> {
  const addresses = (await lookup(host, { all: true })).map(({ address }) => address);
  const ipv4 = addresses.filter(isIPv4);
  return ipv4.length > 0 ? ipv4 : addresses;
}

const status = z.object({
  terminals: z.array(
    z.object({
      name: z.string(),
      profile: z.enum(['station', 'e-book']),
      branch: z.string().nullable(),
      connections: z.int(),
      lastSeenAt: z.iso.datetime().nullable(),
      heardAt: z.iso.datetime().nullable(),
      problems: z.array(z.enum(['BLANK_DATES', 'CLOCK_STANDS_STILL', 'WRONG_LOGIN', 'TOO_MANY_CONNECTIONS'])),
    }),
  ),
});

async function terminalsOf(
  address: string,
  url: URL,
  signal: AbortSignal,
): Promise<readonly TerminalState[]> {
  const at = new URL('/status', url);
  at.hostname = isIPv4(address) ? address : `[${address}]`;
  try {
    const response = await fetch(at, { redirect: 'error', signal });
    return status.parse(JSON.parse(await textOf(response))).terminals;
  } catch {
    throw new Sip2Unavailable(`no list of terminals at ${at.host}`);
  }
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) {
      throw new Error(`more than ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/**
 * Joins the states of each terminal. The connections are added up. The problems come from the server that heard the
 * terminal last.
 */
export function joinTerminals(lists: readonly (readonly TerminalState[])[]): readonly TerminalState[] {
  const joined = new Map<string, TerminalState>();
  for (const terminal of lists.flat()) {
    const known = joined.get(terminal.name);
    joined.set(terminal.name, known === undefined ? terminal : joinOf(known, terminal));
  }
  return [...joined.values()];
}

function joinOf(one: TerminalState, other: TerminalState): TerminalState {
  const latest = (other.heardAt ?? '') > (one.heardAt ?? '') ? other : one;
  const lastSeenAt = [one.lastSeenAt ?? '', other.lastSeenAt ?? ''].sort().at(-1) || null;
  return { ...latest, connections: one.connections + other.connections, lastSeenAt };
}
