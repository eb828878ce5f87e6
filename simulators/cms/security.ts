import { hash } from 'node:crypto';
import { all } from '../soap/fields.ts';
import { clark, optionalAttribute, type XmlElement } from '../soap/xml.ts';
import { CmsError } from './cms-error.ts';

const OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';
const WSSE = `${OASIS}-wssecurity-secext-1.0.xsd`;
const WSU = `${OASIS}-wssecurity-utility-1.0.xsd`;
const PASSWORD_DIGEST = `${OASIS}-username-token-profile-1.0#PasswordDigest`;
const BASE64 = `${OASIS}-soap-message-security-1.0#Base64Binary`;

/** The name of the header block that CMS processes. */
export const SECURITY = clark(WSSE, 'Security');

/** The maximum difference between `Created` and now, in either direction, in ms. */
const WINDOW_MS = 5 * 60_000;

export interface UserCredentials {
  readonly user: string;
  readonly password: string;
}

/** Admits requests that prove knowledge of the password. Each nonce is accepted once. */
export class SecurityGate {
  readonly #credentials: UserCredentials;
  readonly #clock: () => Date;
  /**
   * The used nonces, the oldest first. The value of each is the time until which it must be remembered, in ms since
   * 1970.
   */
  readonly #used = new Map<string, number>();

  constructor(credentials: UserCredentials, clock: () => Date) {
    this.#credentials = credentials;
    this.#clock = clock;
  }

  /**
   * Checks the header and uses up its nonce.
   * @throws CmsError `E1004` unless there is exactly one valid UsernameToken
   */
  admit(headers: readonly XmlElement[]): void {
    const { nonce, created } = this.#authentic(tokenIn(headers));
    const now = this.#clock().getTime();
    const at = Date.parse(created);
    if (!isZoned(created) || !(Math.abs(now - at) <= WINDOW_MS)) {
      throw refused('Created is not within five minutes');
    }
    this.#forget(now);
    const key = nonce.toString('base64');
    if (this.#used.has(key)) {
      throw refused('the nonce was used before');
    }
    this.#used.set(key, now + 2 * WINDOW_MS);
  }

  /**
   * Checks the digest: base64(SHA-1(nonce + created + password)), with the nonce as bytes (UsernameToken Profile 1.0).
   */
  #authentic(token: XmlElement): { nonce: Buffer; created: string } {
    const username = only(token, WSSE, 'Username');
    const password = only(token, WSSE, 'Password');
    const nonceElement = only(token, WSSE, 'Nonce');
    const created = only(token, WSU, 'Created').text.trim();
    const nonce = Buffer.from(nonceElement.text.trim(), 'base64');
    if (optionalAttribute(password, 'Type') !== PASSWORD_DIGEST) {
      throw refused('the password is no digest');
    }
    if ((optionalAttribute(nonceElement, 'EncodingType') ?? BASE64) !== BASE64 || nonce.length === 0) {
      throw refused('the nonce is not base64');
    }
    const { user, password: secret } = this.#credentials;
    const digest = hash('sha1', Buffer.concat([nonce, Buffer.from(created + secret)]), 'base64');
    if (username.text !== user || password.text.trim() !== digest) {
      throw refused('unknown user or wrong digest');
    }
    return { nonce, created };
  }

  /**
   * Forgets nonces after twice `WINDOW_MS`. A request with such a nonce is then refused because its `Created` is too
   * old.
   */
  #forget(now: number): void {
    for (const [key, until] of this.#used) {
      if (until >= now) {
        return;
      }
      this.#used.delete(key);
    }
  }
}

const refused = (why: string): CmsError => new CmsError('E1004', `security header refused: ${why}`);

const isZoned = (created: string): boolean =>
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})$/.test(
    created,
  );

function tokenIn(headers: readonly XmlElement[]): XmlElement {
  const [security, another] = headers.filter(({ uri, local }) => uri === WSSE && local === 'Security');
  if (security === undefined) {
    throw refused('there is none');
  }
  if (another !== undefined) {
    throw refused('there is more than one');
  }
  return only(security, WSSE, 'UsernameToken');
}

function only(parent: XmlElement, uri: string, local: string): XmlElement {
  const [found, another] = all(parent, local).filter((one) => one.uri === uri);
  if (found === undefined || another !== undefined) {
    throw refused(`${parent.local} wants one ${local}`);
  }
  return found;
}
