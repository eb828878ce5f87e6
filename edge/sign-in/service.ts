import { createHmac } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isIPv6 } from 'node:net';
import type { Provider } from 'oidc-provider';
import type { SignInState } from '../../adapters/shared-state/port.ts';
import type { SignInClient } from './clients/read-clients.ts';
import type { ReaderGraph } from './graph.ts';
import { createClaims } from './provider/accounts.ts';
import { type Consents, createConsents } from './provider/consents.ts';
import { createProvider, type ProviderPages } from './provider/create-provider.ts';
import type { KeySet, SigningKeys } from './provider/signing-keys.ts';
import type { StaffAccounts } from './staff-accounts.ts';

export interface SignInOptions {
  /** The public URL of the service, without a slash at the end, such as `https://library.example/sign-in`. */
  readonly issuer: URL;
  readonly state: SignInState;
  readonly keys: SigningKeys;
  readonly clients: readonly SignInClient[];
  readonly graph: ReaderGraph;
  /** Null where staff don't sign in here. */
  readonly staff: StaffAccounts | null;
  /** `aud` of access tokens for the graph. */
  readonly graphAudience: string;
  readonly log: SignInLog;
  /** In ms since 1970. */
  readonly now: () => number;
}

/** No line names a person, a number, an address or a URL's query (R30). */
export interface SignInLog {
  info(details: object, message: string): void;
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** What the routes work with. */
export interface SignInService
  extends Pick<SignInOptions, 'issuer' | 'graph' | 'staff' | 'log' | 'state' | 'now'> {
  /** The path that it is mounted at, such as `/sign-in`. */
  readonly base: string;
  readonly clients: ReadonlyMap<string, SignInClient>;
  readonly consents: Consents;
  /** The provider with the keys of now. */
  provider(): Provider;
  /** Has that provider answer. */
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** An HMAC of a client's address, for the graph to count by. */
  addressKey(address: string): string;
}

export function createService(options: SignInOptions, pages: ProviderPages): SignInService {
  const { issuer, state, clients, graph, keys, now, log } = options;
  const consents = createConsents(state, now);
  const addressSecret = state.keyFor('addresses');
  const makeProvider = (current: KeySet) => {
    const provider = createProvider({
      ...{ issuer, state, clients, consents, pages, now, keys: current },
      graphAudience: options.graphAudience,
      claimsOf: createClaims(graph),
    });
    // Every request has the issuer's host and protocol, whatever it came with: `withIssuerHost`.
    provider.proxy = true;
    provider.on('server_error', (_ctx, error) => log.error(placeOf(error), 'a request failed'));
    // Koa would print it, with its message. Its types don't say that it emits that.
    const koa: EventEmitter = provider;
    koa.on('error', (error) => log.error(placeOf(error), 'a request failed'));
    return { keys: current, provider, handle: provider.callback() };
  };
  let made = makeProvider(keys.current());
  const latest = () => {
    const current = keys.current();
    if (made.keys !== current) {
      made = makeProvider(current);
    }
    return made;
  };
  return {
    ...{ issuer, state, graph, consents, log, now, staff: options.staff },
    base: issuer.pathname,
    clients: new Map(clients.map((client) => [client.id, client])),
    provider: () => latest().provider,
    handle: (request, response) => latest().handle(request, response),
    addressKey: (address) =>
      createHmac('sha256', addressSecret).update(networkOf(address)).digest('base64url'),
  };
}

/** A household or a phone has an IPv6 network of its own, with more addresses than anybody could count tries by. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  if (!isIPv6(plain)) {
    return plain;
  }
  // As a URL it is in its shortest form; `::` stands for the groups that are missing.
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const groupsOf = (text: string | undefined) => (text ?? '').split(':').filter((group) => group !== '');
  const left = groupsOf(head);
  const right = groupsOf(tail);
  const missing = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...missing, ...right].slice(0, 4).join(':');
}

/** An error's name and stack frames. Its message could hold a person's data (R30). */
export function placeOf(error: unknown): object {
  if (!(error instanceof Error)) {
    return { name: typeof error };
  }
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return { name: error.name, frames: frames.slice(0, 8).map((line) => line.trim()) };
}
