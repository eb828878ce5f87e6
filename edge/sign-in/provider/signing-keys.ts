/** The keys that sign tokens. They are in the shared state, and a new pair is used every month. */
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';
import { nameOfError } from '../../../platform/telemetry/describe-error.ts';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { plainItem } from '../../server/shared-item.ts';

const dayMs = 24 * 60 * 60 * 1000;

export const keyTimes = {
  /** How long a pair signs. */
  signsMs: 30 * dayMs,
  /**
   * How long a pair is published before it signs tokens. So clients that fetch the keys once a day have it in time.
   */
  announcedMs: 1 * dayMs,
  /**
   * How long a pair stays published after its time of signing is over. When a reader signs out, the client sends an old
   * ID token, which the provider must still be able to verify.
   */
  verifiesMs: 60 * dayMs,
  /** How often a process looks for keys that other processes have added, and adds a pair if one is due. */
  checkMs: 10 * 60 * 1000,
} as const;

/** Two keys with different algorithms, made at the same time. Each relying party accepts one of the two algorithms. */
interface KeyPair {
  readonly generation: number;
  /** In ms since 1970. */
  readonly createdAt: number;
  readonly keys: readonly JWK[];
}

const storedPair: z.ZodType<KeyPair> = z.object({
  generation: z.int().min(1),
  createdAt: z.number(),
  keys: z.array(z.looseObject({ kty: z.string(), kid: z.string(), alg: z.string() })),
});

/** The current keys, private and public, in the same order. The keys that sign come first. */
export interface KeySet {
  readonly keys: readonly JWK[];
  readonly publicKeys: readonly JWK[];
  /** Changes whenever a key is added or removed, or another key signs. */
  readonly generation: number;
}

export interface SigningKeys extends Disposable {
  current(): KeySet;
  /** Reads the keys of other processes, and adds a pair when one is due. */
  refresh(): Promise<void>;
}

/** The pair that signs now, followed by the other published pairs. Null if there are no pairs. */
export function pairsInOrder(pairs: readonly KeyPair[], now: number): readonly KeyPair[] | null {
  const [oldest, ...newer] = pairs.toSorted((one, other) => one.generation - other.generation);
  if (oldest === undefined) {
    return null;
  }
  // The very first pair signs at once, without being announced, because there is no other pair.
  const signing = newer.findLast(({ createdAt }) => createdAt + keyTimes.announcedMs <= now) ?? oldest;
  return [signing, ...[...newer, oldest].filter((pair) => pair !== signing)];
}

/**
 * Whether a new pair is due: every pair is at least `signsMs` old, or there is no pair. The newest pair continues to sign
 * until the new pair has been announced long enough.
 */
export const needsNext = (pairs: readonly KeyPair[], now: number): boolean =>
  pairs.every(({ createdAt }) => createdAt + keyTimes.signsMs <= now);

/** Opens the signing keys. Makes the first pair if there is none. Rejects if the state can't be read or written. */
export async function openSigningKeys(
  state: SealedState,
  now: () => number,
  log: { warn(details: object, message: string): void },
): Promise<SigningKeys> {
  let current: KeySet | null = null;
  const refresh = async () => {
    let pairs = await readPairs(state);
    if (needsNext(pairs, now())) {
      await addPair(state, pairs, now());
      pairs = await readPairs(state);
    }
    current = keySetOf(pairs, now(), current);
  };
  await refresh();
  const timer = setInterval(() => {
    refresh().catch((error: unknown) =>
      log.warn({ reason: nameOfError(error) }, 'signing keys could not be read'),
    );
  }, keyTimes.checkMs).unref();
  return {
    current() {
      if (current === null) {
        throw new Error('sign-in: there are no signing keys');
      }
      return current;
    },
    refresh,
    [Symbol.dispose]: () => clearInterval(timer),
  };
}

const kind = 'SigningKeys';

const readPairs = async (state: SealedState): Promise<readonly KeyPair[]> =>
  (await state.list(kind)).map(({ value }) => storedPair.parse(value));

/** If several processes add a pair at the same time, only one succeeds. The others then read the pair that was added. */
async function addPair(state: SealedState, pairs: readonly KeyPair[], now: number): Promise<void> {
  const generation = Math.max(0, ...pairs.map((pair) => pair.generation)) + 1;
  const keys = await Promise.all([generateKey('RS256', generation), generateKey('ES256', generation)]);
  await state.add({
    kind,
    id: String(generation),
    value: { generation, createdAt: now, keys },
    expiresAt: now + keyTimes.announcedMs + keyTimes.signsMs + keyTimes.verifiesMs,
    ...plainItem,
  });
}

async function generateKey(algorithm: 'RS256' | 'ES256', generation: number): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, modulusLength: 2048 });
  const kid = `${generation}-${algorithm.slice(0, 2)}-${crypto.randomUUID()}`;
  return { ...(await exportJWK(privateKey)), kid, alg: algorithm, use: 'sig' };
}

function keySetOf(pairs: readonly KeyPair[], now: number, last: KeySet | null): KeySet {
  const keys = (pairsInOrder(pairs, now) ?? []).flatMap((pair) => pair.keys);
  const kidsOf = (set: readonly JWK[]) => set.map(({ kid }) => kid).join(' ');
  return last !== null && kidsOf(last.keys) === kidsOf(keys)
    ? last
    : { keys, publicKeys: keys.map(publicPart), generation: (last?.generation ?? 0) + 1 };
}

/** The public part of a key: all except the private members of RFC 7518, section 6. */
function publicPart({ d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...key }: JWK): JWK {
  return key;
}
