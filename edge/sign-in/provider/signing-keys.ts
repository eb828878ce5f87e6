/** The keys that sign tokens. They are in the shared state, and a new pair takes over every month. */
import { exportJWK, generateKeyPair, type JWK } from 'jose';
import { z } from 'zod';
import { nameOfError } from '../../../platform/telemetry/describe-error.ts';
import type { SealedState } from '../../../store/shared-state/port.ts';
import { plainItem } from '../../server/shared-item.ts';

const dayMs = 24 * 60 * 60 * 1000;

export const keyTimes = {
  /** Time for which a pair signs. */
  signsMs: 30 * dayMs,
  /** Time for which it is published before it signs: clients that fetch keys once a day know it by then. */
  announcedMs: 1 * dayMs,
  /** Time for which it stays published afterwards: an ID token is shown again when its reader signs out. */
  verifiesMs: 60 * dayMs,
  /** Time between two checks for keys of other processes. */
  checkMs: 10 * 60 * 1000,
} as const;

/** Two keys that were made together: each relying party accepts one of the algorithms. */
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

/** The current private keys; those that sign come first. */
export interface KeySet {
  readonly keys: readonly JWK[];
  /** The same without what is private. */
  readonly publicKeys: readonly JWK[];
  /** Changes whenever a key is added or removed, or another one signs. */
  readonly generation: number;
}

export interface SigningKeys extends Disposable {
  current(): KeySet;
  /** Looks for keys of other processes, and makes new ones where it is time. */
  refresh(): Promise<void>;
}

/** The pair that signs, followed by the others that are published. Null where there is none yet. */
export function pairsInOrder(pairs: readonly KeyPair[], now: number): readonly KeyPair[] | null {
  const [oldest, ...newer] = pairs.toSorted((one, other) => one.generation - other.generation);
  if (oldest === undefined) {
    return null;
  }
  // The first pair ever signs without being announced: there is no other.
  const signing = newer.findLast(({ createdAt }) => createdAt + keyTimes.announcedMs <= now) ?? oldest;
  return [signing, ...[...newer, oldest].filter((pair) => pair !== signing)];
}

/** Whether it is time for another pair: once that is announced, the newest one has signed long enough. */
export const needsNext = (pairs: readonly KeyPair[], now: number): boolean =>
  pairs.every(({ createdAt }) => createdAt + keyTimes.signsMs <= now);

/** Opens the keys, or makes the first ones. Rejects as the state does. */
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

/** Of several processes one adds its pair, and the others read it. */
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

/** What may be published of a key: all but the private parts of RFC 7518, section 6. */
function publicPart({ d: _d, p: _p, q: _q, dp: _dp, dq: _dq, qi: _qi, ...key }: JWK): JWK {
  return key;
}
