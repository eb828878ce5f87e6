import type { MessagePlugin } from './message-plugin.ts';

/** HTTP's Basic authentication (RFC 7617), in UTF-8. Throws a `TypeError` if the user's name contains a colon. */
export function basicAuthentication(user: string, password: string): MessagePlugin {
  if (user.includes(':')) {
    throw new TypeError('the name of a user of Basic authentication must not contain a colon');
  }
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  return { begin: () => ({ httpHeaders: { authorization } }) };
}
