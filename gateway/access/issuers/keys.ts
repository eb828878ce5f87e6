import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose';
import type { KeptKeys } from './kept-keys.ts';
import { reasonOf } from './load-keys.ts';

/** `stale`: the last attempt to refresh the keys failed, and the ones before are used. `down`: there are none to use. */
export type KeysState = 'up' | 'stale' | 'down';

/** The keys that verify an issuer's tokens. */
export interface IssuerKeys {
  /** Rejects with jose's errors for a token that no key fits, and with {@link KeysUnavailable}. */
  readonly find: JWTVerifyGetKey;
  /** Another number whenever a key came or went; null while there are no keys to use. */
  readonly generation: number | null;
  readonly state: KeysState;
  /** Time since they were fetched, in ms; null where they never were, or never change. */
  readonly ageMs: number | null;
}

/** The token can't be checked now. The message is for the client. */
export class KeysUnavailable extends Error {
  override readonly name = 'KeysUnavailable';
}

/** Keys that never change. */
export function fixedKeys(jwks: JSONWebKeySet): IssuerKeys {
  return { find: createLocalJWKSet(jwks), generation: 0, state: 'up', ageMs: null };
}

/** When keys are asked for, in ms. */
export interface KeyTimes {
  /** Between refreshes. For so long a withdrawn key is still accepted, if the issuer answers. */
  readonly refresh: number;
  /** Until the next attempt after one that failed. */
  readonly retry: number;
  /** One attempt. A token of an unknown key waits for it. */
  readonly timeout: number;
  /** Between attempts that tokens of unknown keys cause: anybody can invent a `kid`. */
  readonly cooldown: number;
  /** The same while there are no keys at all. It is short: no caller of this issuer is served until there are. */
  readonly cooldownWithoutKeys: number;
  /** Age at which keys that could not be refreshed are no longer used: a withdrawn key must end some day. */
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
 * Requests that may wait for one attempt. More are refused at once: an issuer that hangs must not use up the requests
 * that the gateway executes at the same time (MAX_CONCURRENT_REQUESTS).
 */
const maxWaiting = 100;

export interface RefreshedKeysOptions {
  /** The issuer's name, for the log. */
  readonly name: string;
  readonly load: (signal: AbortSignal) => Promise<JSONWebKeySet>;
  /** Keeps the keys for the next start of the process. It reports its own failures. */
  readonly keep: (keys: KeptKeys) => Promise<void>;
  readonly log: { warn(details: object, message: string): void };
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly times?: KeyTimes;
}

interface KeySet {
  readonly find: JWTVerifyGetKey;
  readonly generation: number;
  /** The keys as JSON: to notice whether a refresh changed any. */
  readonly text: string;
}

/**
 * An issuer's keys, refreshed in the background. A token whose key is known never waits, neither for a refresh nor for an issuer that
 * hangs or is down. While an issuer is down the last keys are used, for `times.maxAge`.
 *
 * jose's `createRemoteJWKSet` doesn't do: once the keys are too old it makes the next token wait, it forgets the last keys, and while an
 * issuer is down it asks again for each token of an unknown key.
 */
export class RefreshedKeys implements IssuerKeys, AsyncDisposable {
  readonly #options: RefreshedKeysOptions;
  readonly #times: KeyTimes;
  readonly #closing = new AbortController();
  #keySet: KeySet | null = null;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  /** The same by the process's monotonic clock. */
  #fetchedAtMonotonic = Number.NEGATIVE_INFINITY;
  /** Whether the last attempt that ended was successful. */
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

  /** Takes the keys that an earlier process has kept, unless they are from the future: then a clock was wrong. */
  restore({ jwks, fetchedAt }: KeptKeys): void {
    if (fetchedAt <= this.#options.now()) {
      this.#take(jwks, fetchedAt);
    }
  }

  /** Begins to refresh. Resolves to whether the first attempt was successful. */
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

  /** The larger age by the two clocks, so that a wall clock that is put back extends nothing. */
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

  /** Resolves to whether the keys are the issuer's current ones, so that a key that is not among them doesn't exist. */
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
