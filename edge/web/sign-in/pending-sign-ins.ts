import { EncryptJWT, jwtDecrypt } from 'jose';
import { z } from 'zod';

const pendingShape = z.object({
  state: z.string(),
  nonce: z.string(),
  codeVerifier: z.string(),
  /** In seconds since 1970. */
  begunAt: z.number(),
  /** The path of the area to which the browser goes after the sign-in. */
  to: z.string(),
});

/** The data that is needed when the provider sends the browser back. */
export type PendingSignIn = z.infer<typeof pendingShape>;

/**
 * Sign-ins that have begun. Each one is an encrypted text in a cookie of the browser. The server stores nothing, so
 * nobody can fill its state by beginning sign-ins.
 */
export interface PendingSignIns {
  readonly lifetimeSeconds: number;
  seal(pending: PendingSignIn): Promise<string>;
  /** Decrypts a text. Null if it is too old, or wasn't encrypted by this library's server for this area. */
  open(text: string): Promise<PendingSignIn | null>;
}

export const lifetimeSeconds = 15 * 60;

/** `key` has 32 bytes and is the same in all processes. `now` is in ms since 1970. */
export function createPendingSignIns(key: Uint8Array, area: string, now: () => number): PendingSignIns {
  return {
    lifetimeSeconds,
    seal: (pending) =>
      new EncryptJWT(pending)
        .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
        .setAudience(area)
        .setExpirationTime(Math.floor(now() / 1000) + lifetimeSeconds)
        .encrypt(key),
    async open(text) {
      const options = { audience: area, currentDate: new Date(now()), keyManagementAlgorithms: ['dir'] };
      const opened = await jwtDecrypt(text, key, options).catch(() => null);
      return opened === null ? null : (pendingShape.safeParse(opened.payload).data ?? null);
    },
  };
}
