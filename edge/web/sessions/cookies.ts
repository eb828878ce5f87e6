import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Area } from '../areas.ts';

/**
 * The name of a cookie that browsers send only to this host, and only over https (RFC 6265bis, section 4.1.3.2).
 * Browsers also accept such a cookie over http on the local machine.
 */
export type CookieName = `__Host-${string}`;

export const sessionCookie = ({ name }: Area): CookieName => `__Host-${name}`;

export function readCookie({ headers }: FastifyRequest, name: CookieName): string | null {
  const cookies = (headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const values = cookies.filter((pair) => pair.startsWith(`${name}=`));
  // A browser sends the cookie once. If two are sent, one of them may be an attack, so neither is used.
  return values.length === 1 ? (values[0]?.slice(name.length + 1) ?? null) : null;
}

export interface CookieOptions {
  /** With `strict`, the browser doesn't send the cookie when a link on another site leads here. */
  readonly sameSite: 'lax' | 'strict';
  /** Null for a session cookie. */
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
