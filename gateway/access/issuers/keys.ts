import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { KeptKeys } from './kept-keys.ts';
import { reasonOf } from './load-keys.ts';

/**
 * `up`: the keys are current. `stale`: the last refresh failed, and older keys are used. `down`: there are no usable
 * keys.
 */
export type KeysState = 'up' | 'stale' | 'down';

export interface IssuerKeys {
  /** Finds the key of a token. Rejects with jose's errors if no key fits, and with {@link KeysUnavailable}. */
  readonly find: JWTVerifyGetKey;
  /** A number that changes whenever a key is added or removed. Null if there are no usable keys. */
  readonly generation: number | null;
  readonly state: KeysState;
  /** Time since the keys were fetched, in ms. Null if they have never been fetched, or if they never change. */
  readonly ageMs: number | null;
}

/** Thrown if a token can't be checked at present. The message is for the client. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** Keys that never change. */
export function fixedKeys(jwks: JSONWebKeySet): IssuerKeys {
  return { find: createLocalJWKSet(jwks), generation: 0, state: 'up', ageMs: null };
}

/** The times for fetching keys, in ms. */
export interface KeyTimes {
  /** Time between refreshes of the keys. While the issuer answers, a withdrawn key is accepted this long at most. */
  readonly refresh: number;
  /** Time from a failed refresh to the next attempt. */
  readonly retry: number;
  /** Time limit of one attempt to fetch the keys. A token with an unknown key waits for the attempt. */
  readonly timeout: number;
  /**
   * The shortest time between two refreshes that tokens with unknown keys cause. Without it, anybody could cause
   * requests to the issuer by inventing a `kid`.
   */
  readonly cooldown: number;
  /**
   * The cooldown while there are no usable keys. It is short, because callers of this issuer are rejected until there are
   * keys.
   */
  readonly cooldownWithoutKeys: number;
  /**
   * The greatest age of keys. Older keys are not used, so a withdrawn key is rejected in the end, even if refreshes
   * fail.
   */
  readonly maxAge: number;
}

const hourMs = 60 * 60 * 1000;
export const keyTimes: KeyTimes = {
  refresh: 10 * 60 * 1000,
  retry: 30_000,
  timeout: 5000,
  cooldown: 10_000,
  cooldownWithoutKeys: 1000,
  maxAge: 24 * hourMs,
};

/**
 * The maximum number of the gateway's requests that wait for one fetch of an issuer's keys. Further requests are
 * refused at once, so that an issuer that hangs can't use up MAX_CONCURRENT_REQUESTS.
 */
const maxWaiting = 100;

export interface RefreshedKeysOptions {
  /** The issuer's name, for the log. */
  readonly name: string;
  readonly load: (signal: AbortSignal) => Promise<JSONWebKeySet>;
  /** Keeps the keys for the next start of the process. Must report its own failures and not reject. */
  readonly keep: (keys: KeptKeys) => Promise<void>;
  readonly log: { warn(details: object, message: string): void };
  /** Returns milliseconds since 1970. */
  readonly now: () => number;
  readonly times?: KeyTimes;
}

interface KeySet {
  readonly find: JWTVerifyGetKey;
  readonly generation: number;
  /** The keys as JSON, to detect whether a refresh has changed them. */
  readonly text: string;
}

/**
 * An issuer's keys, refreshed in the background. A token with a known key never waits for a refresh, even if the issuer
 * hangs or is down. While an issuer is down, the last keys are used for `times.maxAge`.
 *
 * jose's `createRemoteJWKSet` has three faults here. If the keys are too old, the next token waits, and the last keys
 * are lost. While an issuer is down, each token with an unknown key causes a request (decision 20).
 */
export class RefreshedKeys implements IssuerKeys, AsyncDisposable {
  readonly #options: RefreshedKeysOptions;
  readonly #times: KeyTimes;
  readonly #closing = new AbortController();
  #keySet: KeySet | null = null;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  /** The time of the last fetch by the process's monotonic clock. */
  #fetchedAtMonotonic = Number.NEGATIVE_INFINITY;
  /** Whether the last completed attempt was successful. */
  #fresh = false;
  #attempt: Promise<boolean> | null = null;
  #attemptBegan = Number.NEGATIVE_INFINITY;
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;
  #keeping: Promise<void> = Promise.resolve();

  constructor(options: RefreshedKeysOptions) {
    this.#options = options;
    this.#times = options.times ?? keyTimes;
  }

  /**
   * Uses the keys that an earlier process has kept. Keys from the future are ignored: a clock was wrong, so their age
   * is unknown.
   */
  restore({ jwks, fetchedAt }: KeptKeys): void {
    if (fetchedAt <= this.#options.now()) {
      this.#take(jwks, fetchedAt);
    }
  }

  /** Starts to refresh the keys. Resolves to true if the first attempt is successful. */
  start(): Promise<boolean> {
    return this.#refresh();
  }

  get generation(): number | null {
    return this.#usable()?.generation ?? null;
  }

  get state(): KeysState {
    if (this.#usable() === null) {
      return 'down';
    }
    return this.#fresh ? 'up' : 'stale';
  }

  /** The age by the wall clock or by the monotonic clock, whichever is greater. The wall clock may be set back. */
  get ageMs(): number | null {
    if (this.#keySet === null) {
      return null;
    }
    return Math.max(this.#options.now() - this.#fetchedAt, performance.now() - this.#fetchedAtMonotonic);
  }

  readonly find: JWTVerifyGetKey = async (header, token) => {
    const known = this.#usable();
    if (known !== null) {
      try {
        return await known.find(header, token);
      } catch (error) {
        if (!(error instanceof errors.JWKSNoMatchingKey)) {
          throw error;
        }
      }
    }
    const isFresh = await this.#refreshForUnknownKey();
    const refreshed = this.#usable();
    if (refreshed !== null && (isFresh || refreshed !== known)) {
      return await refreshed.find(header, token);
    }
    throw new KeysUnavailable(
      this.#keySet !== null && refreshed === null
        ? `The issuer's keys could not be fetched for ${this.#times.maxAge / hourMs} hours, so its tokens are not accepted.`
        : "The issuer's keys can't be fetched, so the token can't be checked.",
    );
  };

  async [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#timer);
    this.#closing.abort();
    await this.#attempt;
    await this.#keeping;
  }

  #usable(): KeySet | null {
    return (this.ageMs ?? Number.POSITIVE_INFINITY) <= this.#times.maxAge ? this.#keySet : null;
  }

  /** Refreshes the keys, but not too often. Resolves to whether the keys are current. */
  async #refreshForUnknownKey(): Promise<boolean> {
    const cooldown = this.#usable() === null ? this.#times.cooldownWithoutKeys : this.#times.cooldown;
    const coolingDown = performance.now() - this.#attemptBegan < cooldown;
    if (this.#attempt === null && coolingDown) {
      return this.#fresh;
    }
    if (this.#waiting >= maxWaiting) {
      return false;
    }
    this.#waiting++;
    try {
      return await (this.#attempt ?? this.#refresh());
    } finally {
      this.#waiting--;
    }
  }

  #refresh(): Promise<boolean> {
    clearTimeout(this.#timer);
    this.#attemptBegan = performance.now();
    const attempt = this.#loadOnce().then((loaded) => {
      this.#fresh = loaded;
      this.#attempt = null;
      if (!this.#closing.signal.aborted) {
        const delay = loaded ? this.#times.refresh : this.#times.retry;
        this.#timer = setTimeout(() => void this.#refresh(), delay).unref();
      }
      return loaded;
    });
    this.#attempt = attempt;
    return attempt;
  }

  async #loadOnce(): Promise<boolean> {
    const { name, load, keep, log, now } = this.#options;
    const fetchedAt = now();
    try {
      const signals = [AbortSignal.timeout(this.#times.timeout), this.#closing.signal];
      const jwks = await load(AbortSignal.any(signals));
      this.#take(jwks, fetchedAt);
      this.#keeping = this.#keeping.then(() => keep({ jwks, fetchedAt }));
      return true;
    } catch (error) {
      if (!this.#closing.signal.aborted) {
        log.warn({ issuer: name, reason: reasonOf(error) }, "an issuer's keys could not be refreshed");
      }
      return false;
    }
  }

  #take(jwks: JSONWebKeySet, fetchedAt: number): void {
    const text = JSON.stringify(jwks.keys);
    if (text !== this.#keySet?.text) {
      const generation = (this.#keySet?.generation ?? 0) + 1;
      this.#keySet = { find: createLocalJWKSet(jwks), generation, text };
    }
    this.#fetchedAt = fetchedAt;
    this.#fetchedAtMonotonic = performance.now() - (this.#options.now() - fetchedAt);
  }
}
