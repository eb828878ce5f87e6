import { hash } from 'node:crypto';
import { type CacheStats, WeightedCache } from '../../platform/caches/weighted-cache.ts';
import type { Identity } from './caller.ts';
import type { IssuerKeys } from './issuers/keys.ts';

/** The longest time for which a verified token is remembered, in ms. */
const rememberedMs = 60_000;
/**
 * The maximum number of characters in remembered tokens: about ten thousand tokens. The data kept for a token is not
 * larger than the token.
 */
const maxCharacters = 8 * 1024 * 1024;

interface RememberedToken {
  readonly identity: Identity;
  readonly keys: IssuerKeys;
  /**
   * The value of `keys.generation` when the keys verified the token. It changes whenever a key is added or removed.
   */
  readonly generation: number;
  /** In ms since 1970. */
  readonly from: number;
  readonly until: number;
}

/**
 * Tokens that were verified within the last minute. A client sends the same token with each request. Verifying the
 * signature costs more than the rest of a small request. A token is kept as its SHA-256, so that a copy of the memory
 * contains no tokens. Only accepted tokens are remembered, so that nobody can fill the memory with invented ones.
 *
 * A token is forgotten when it expires, when a key of its issuer is added or removed, and when the clock is set back.
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
   * Remembers a token, unless it never expires.
   * @param generation The generation of the keys before the verification. If it is null, there were no keys, and the
   * token is not remembered.
   */
  add(
    token: string,
    identity: Identity,
    { keys, generation }: { readonly keys: IssuerKeys; readonly generation: number | null },
    now: number,
  ): void {
    if (generation === null || identity.expiresAt === null) {
      return;
    }
    const until = Math.min(identity.expiresAt, now + rememberedMs);
    const remembered = { identity, keys, generation, from: now, until };
    this.#tokens.set(keyOf(token), remembered, { weight: token.length });
  }
}

const keyOf = (token: string): string => hash('sha256', token, 'base64url');
