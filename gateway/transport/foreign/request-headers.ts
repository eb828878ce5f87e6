/**
 * The headers about the client in requests to a subgraph that is not ours. The subgraph gets only what the configuration
 * file's rules say.
 */
import type { Caller } from '../../access/caller.ts';
import type { HttpPost } from '../connection-pool.ts';
import type { RequestHeaderRule, TransportSettings } from './settings.ts';

type SendingRule = Exclude<RequestHeaderRule, { readonly kind: 'remove' }>;

const noHeaders: HttpPost['headers'] = {};

/**
 * Creates the function that makes the headers of a request. If several rules have the same header name, only the last
 * one applies. So a client can't send a header that the last rule makes from a claim, even if its token lacks the
 * claim.
 *
 * With `propagate: 'x-tenant'` and `insert: 'x-user', claim: 'sub'`:
 *
 *     client's headers               token           subgraph gets
 *     x-tenant: a, x-user: eve       sub: 'ada'      x-tenant: a, x-user: ada
 *     x-user: eve                    none            nothing
 */
export function createRequestHeaders(
  rules: readonly RequestHeaderRule[],
): (caller: Pick<Caller, 'forwarded' | 'claims'>) => HttpPost['headers'] {
  const lastRules = new Map(rules.map((rule) => [rule.name, rule]));
  const sending = [...lastRules.values()].filter((rule): rule is SendingRule => rule.kind !== 'remove');
  if (sending.length === 0) {
    return () => noHeaders;
  }
  return (caller) => {
    const headers: Record<string, string | undefined> = {};
    for (const rule of sending) {
      headers[rule.name] = sentValue(rule, caller);
    }
    return headers;
  };
}

function sentValue(
  rule: SendingRule,
  { forwarded, claims }: Pick<Caller, 'forwarded' | 'claims'>,
): string | undefined {
  switch (rule.kind) {
    case 'propagate':
      return forwarded[rule.of] ?? rule.fallback ?? undefined;
    case 'insert':
      return rule.value;
    case 'claim':
      return Object.hasOwn(claims, rule.claim) ? claimText(claims[rule.claim]) : undefined;
  }
}

/**
 * The value of a header made from a claim of the token. Text is sent as it is, and any other value as JSON in ASCII.
 * Undefined for text that is not valid in a header, such as text with a line break or with letters of another alphabet.
 */
function claimText(claim: unknown): string | undefined {
  if (typeof claim === 'string') {
    return /^[\x20-\x7e]+$/.test(claim) ? claim : undefined;
  }
  return JSON.stringify(claim).replaceAll(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Returns the names of the client's headers that at least one subgraph gets, in lower case. */
export const propagatedHeaders = (settings: Iterable<TransportSettings>): ReadonlySet<string> =>
  new Set(rulesIn(settings).flatMap((rule) => (rule.kind === 'propagate' ? [rule.of] : [])));

/** Returns the names of the claims that at least one subgraph gets. */
export const sentClaims = (settings: Iterable<TransportSettings>): ReadonlySet<string> =>
  new Set(rulesIn(settings).flatMap((rule) => (rule.kind === 'claim' ? [rule.claim] : [])));

const rulesIn = (settings: Iterable<TransportSettings>): readonly RequestHeaderRule[] =>
  [...settings].flatMap(({ requestHeaders }) => requestHeaders);
