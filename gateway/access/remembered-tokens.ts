import { hash } from 'node:crypto';
import { type CacheStats, WeightedCache } from '../../platform/caches/weighted-cache.ts';
import type { Identity } from './caller.ts';
import type { IssuerKeys } from './issuers/keys.ts';

/** How long a verified token is remembered at most, in ms. */
const rememberedMs = 60_000;
/** Characters of the tokens that are remembered: some ten thousand, for what is kept of a token is never larger than it. */
const maxCharacters = 8 * 1024 * 1024;

interface RememberedToken {
  readonly identity: Identity;
  readonly keys: IssuerKeys;
  /** The generation of the keys by which the token was verified. */
  readonly generation: number;
  /** In ms since 1970. */
  readonly from: number;
  readonly until: number;
}

/**
 * Tokens that were verified within the last minute. A client sends the same token with each request, and verifying a signature costs
 * more than the rest of a small request. Tokens are kept as SHA-256, so that a copy of the process's memory has none. Only accepted
 * tokens are remembered, so that nobody can fill the memory with invented ones.
 *
 * A token is forgotten when it expires, when any of its issuer's keys comes or goes, and when the clock is put back.
 */
export class RememberedTokens {
  readonly #tokens = new WeightedCache<string, RememberedToken>(maxCharacters);

  get stats(): CacheStats {
    return this.#tokens.stats;
  }

  get(token: string, now: number): Identity | undefined {
    const remembered = this.#tokens.get(keyOf(token));
    if (remembered === undefined) {
      return undefined;
    }
    const { identity, keys, generation, from, until } = remembered;
    return generation === keys.generation && from <= now && now < until ? identity : undefined;
  }

  /**
   * `generation`: that of the keys before the token was verified; null where there were none, and then it isn't remembered.
   * `expiresAt`: when the token is no longer accepted, in ms since 1970.
   */
  add(
    token: string,
    identity: Identity,
    { keys, generation }: { readonly keys: IssuerKeys; readonly generation: number | null },
    expiresAt: number,
    now: number,
  ): void {
    if (generation === null) {
      return;
    }
    const until = Math.min(expiresAt, now + rememberedMs);
    const remembered = { identity, keys, generation, from: now, until };
    this.#tokens.set(keyOf(token), remembered, { weight: token.length });
  }
}

const keyOf = (token: string): string => hash('sha256', token, 'base64url');
