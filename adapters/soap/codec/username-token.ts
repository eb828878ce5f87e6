import { hash } from 'node:crypto';
import { escapeText } from './encode.ts';

const oasis = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';

export interface UsernameTokenSource {
  readonly user: string;
  readonly password: string;
  readonly now: () => Date;
  /** Returns `size` random bytes. */
  readonly randomBytes: (size: number) => Uint8Array;
}

/**
 * A WS-Security header with a UsernameToken of type PasswordDigest (OASIS UsernameToken Profile 1.0). Each call makes a
 * new nonce and timestamp, so a header can be used only once. node-soap can make such a header, but it takes no clock,
 * and its `Id` is not valid by XML Schema.
 */
export function usernameTokenHeader({ user, password, now, randomBytes }: UsernameTokenSource): string {
  const nonce = randomBytes(16);
  const created = now().toISOString();
  const digest = hash('sha1', Buffer.concat([nonce, Buffer.from(created + password)]), 'base64');
  return (
    `<wsse:Security xmlns:wsse="${oasis}-wssecurity-secext-1.0.xsd" ` +
    `xmlns:wsu="${oasis}-wssecurity-utility-1.0.xsd" soap:mustUnderstand="true"><wsse:UsernameToken>` +
    `<wsse:Username>${escapeText(user)}</wsse:Username>` +
    `<wsse:Password Type="${oasis}-username-token-profile-1.0#PasswordDigest">${digest}</wsse:Password>` +
    `<wsse:Nonce EncodingType="${oasis}-soap-message-security-1.0#Base64Binary">` +
    `${Buffer.from(nonce).toString('base64')}</wsse:Nonce>` +
    `<wsu:Created>${created}</wsu:Created></wsse:UsernameToken></wsse:Security>`
  );
}
