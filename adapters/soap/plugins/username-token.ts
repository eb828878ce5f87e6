import { hash } from 'node:crypto';
import { escapeText } from '../codec/encode/escape.ts';
import { oasis, type SecurityPart } from './ws-security.ts';

export interface UsernameTokenSource {
  readonly user: string;
  readonly password: string;
  readonly now: () => Date;
  readonly randomBytes: (size: number) => Uint8Array;
}

/**
 * A UsernameToken of type PasswordDigest (OASIS UsernameToken Profile 1.0). Each call makes a new nonce and timestamp,
 * so a token can be used only once. The tokens of node-soap are not used: it takes no clock, and their `Id` is not
 * valid by XML Schema.
 */
export const digestToken =
  ({ user, password, now, randomBytes }: UsernameTokenSource): SecurityPart =>
  () => {
    const nonce = randomBytes(16);
    const created = now().toISOString();
    const digest = hash('sha1', Buffer.concat([nonce, Buffer.from(created + password)]), 'base64');
    return token(
      user,
      'PasswordDigest',
      digest,
      `<wsse:Nonce EncodingType="${oasis}-soap-message-security-1.0#Base64Binary">` +
        `${Buffer.from(nonce).toString('base64')}</wsse:Nonce><wsu:Created>${created}</wsu:Created>`,
    );
  };

/** A UsernameToken of type PasswordText. Only TLS keeps the password secret. */
export const textToken =
  ({ user, password }: Pick<UsernameTokenSource, 'user' | 'password'>): SecurityPart =>
  () =>
    token(user, 'PasswordText', escapeText(password), '');

const token = (user: string, type: string, password: string, more: string): string =>
  `<wsse:UsernameToken><wsse:Username>${escapeText(user)}</wsse:Username>` +
  `<wsse:Password Type="${oasis}-username-token-profile-1.0#${type}">${password}</wsse:Password>${more}` +
  '</wsse:UsernameToken>';
