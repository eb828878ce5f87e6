import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Area } from '../areas.ts';

/**
 * A cookie for this host alone, over https alone, that no script can read: RFC 6265bis, section 4.1.3.2. Browsers also accept it over
 * http from this machine.
 */
export type CookieName = `__Host-${string}`;

/** The cookie of an area's sessions. */
export const sessionCookie = ({ name }: Area): CookieName => `__Host-${name}`;

export function readCookie({ headers }: FastifyRequest, name: CookieName): string | null {
  const cookies = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const values = cookies.filter((pair) => pair.startsWith(`${name}=`));
  // Browsers send one. Two are an attack: somebody tests which one counts.
  return values.length === 1 ? (values[0]?.slice(name.length + 1) ?? null) : null;
}

export interface CookieOptions {
  /** `strict`: not sent when another site leads here. */
  readonly sameSite: 'lax' | 'strict';
  /** Null: as long as the browser runs. */
  readonly maxAgeSeconds: number | null;
}

export function setCookie(
  reply: FastifyReply,
  name: CookieName,
  value: string,
  { sameSite, maxAgeSeconds }: CookieOptions,
): void {
  const age = maxAgeSeconds === null ? '' : `; Max-Age=${maxAgeSeconds}`;
  const site = sameSite === 'strict' ? 'Strict' : 'Lax';
  reply.header('set-cookie', `${name}=${value}; Path=/; Secure; HttpOnly; SameSite=${site}${age}`);
}

export const clearCookie = (reply: FastifyReply, name: CookieName): void =>
  setCookie(reply, name, '', { sameSite: 'lax', maxAgeSeconds: 0 });
