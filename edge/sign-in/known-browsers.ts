/**
 * Remembers browsers in which a reader has signed in before, on a device of their own. Wrong PINs from elsewhere can
 * lock a card. A remembered browser may then still try once more (decision 35).
 */
import type { BlockList } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { EncryptJWT, jwtDecrypt } from 'jose';
import { z } from 'zod';
import { hmacSha256 } from '../../platform/hmac.ts';
import { isListed } from '../../platform/lifecycle/network.ts';
import type { SealedState } from '../../store/shared-state/port.ts';

export interface KnownBrowsers {
  /**
   * Whether the reader may let the browser remember their number. False in the library's own networks, where many
   * people share a computer. Also false if the library's networks aren't configured.
   */
  mayRemember(request: FastifyRequest): boolean;
  /**
   * Whether a reader has signed in with this browser before: with `number`, or with any number if `number` is absent.
   */
  knows(request: FastifyRequest, number?: string): Promise<boolean>;
  /** Makes the browser remember the number if `isKnown` is true, and otherwise forget it. */
  remember(request: FastifyRequest, reply: FastifyReply, number: string, isKnown: boolean): Promise<void>;
}

const lifetimeSeconds = 180 * 24 * 60 * 60;
/**
 * The maximum number of remembered numbers. A family may share a device. The number that was used least recently is
 * forgotten first.
 */
const maxNumbers = 5;
const sealedShape = z.object({ numbers: z.array(z.string()) });
const audience = 'known browser';

interface KnownBrowsersOptions {
  readonly issuer: URL;
  readonly state: Pick<SealedState, 'keyFor'>;
  /** The library's own networks. Null if none are configured: then no browser is remembered. */
  readonly libraryAddresses: BlockList | null;
  /** In ms since 1970. */
  readonly now: () => number;
}

/** Keeps HMACs of card numbers in an encrypted cookie of the browser. The server stores nothing. */
export function createKnownBrowsers({
  issuer,
  state,
  libraryAddresses,
  now,
}: KnownBrowsersOptions): KnownBrowsers {
  const isSecure = issuer.protocol === 'https:';
  // The cookie has a path, so it can't be named `__Host-…`.
  const cookie = `${isSecure ? '__Secure-' : ''}sign-in-known`;
  const key = state.keyFor('known browsers');
  const digestKey = state.keyFor('numbers of known browsers');
  const digestOf = (number: string) =>
    hmacSha256(digestKey).update(number.replaceAll(/\D/g, '')).digest('base64url');
  const mayRemember = ({ ip }: FastifyRequest) =>
    libraryAddresses !== null && !isListed(libraryAddresses, ip);

  const numbersIn = async (request: FastifyRequest): Promise<readonly string[]> => {
    const sealed = mayRemember(request) ? cookieOf(request, cookie) : null;
    if (sealed === null) {
      return [];
    }
    const options = { audience, currentDate: new Date(now()), keyManagementAlgorithms: ['dir'] };
    const opened = await jwtDecrypt(sealed, key, options).catch(() => null);
    return sealedShape.safeParse(opened?.payload).data?.numbers ?? [];
  };

  const seal = (numbers: readonly string[]) =>
    new EncryptJWT({ numbers })
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .setAudience(audience)
      .setExpirationTime(Math.floor(now() / 1000) + lifetimeSeconds)
      .encrypt(key);

  return {
    mayRemember,
    async knows(request, number) {
      const numbers = await numbersIn(request);
      return number === undefined ? numbers.length > 0 : numbers.includes(digestOf(number));
    },
    async remember(request, reply, number, isKnown) {
      if (!mayRemember(request)) {
        return;
      }
      const known = await numbersIn(request);
      const digest = digestOf(number);
      const others = known.filter((one) => one !== digest);
      const numbers = isKnown ? [...others, digest].slice(-maxNumbers) : others;
      if (known.length === 0 && numbers.length === 0) {
        return;
      }
      const value = numbers.length === 0 ? '' : await seal(numbers);
      const age = numbers.length === 0 ? 0 : lifetimeSeconds;
      const attributes = `Path=${issuer.pathname}; Max-Age=${age}; SameSite=Lax; HttpOnly${isSecure ? '; Secure' : ''}`;
      reply.header('set-cookie', `${cookie}=${value}; ${attributes}`);
    },
  };
}

/** The cookie's value. Null if the cookie is missing, or was sent twice: one value may be an attacker's. */
function cookieOf({ headers }: FastifyRequest, name: string): string | null {
  const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const values = pairs.filter((pair) => pair.startsWith(`${name}=`));
  return values.length === 1 ? (values[0]?.slice(name.length + 1) ?? null) : null;
}
