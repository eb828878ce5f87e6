import type { Credentials } from '../added-systems.ts';
import { isDay } from '../hong-kong-time.ts';
import { childrenOf, optionalAttribute, type XmlElement } from '../soap/xml.ts';
import { EnvelopeFault } from './faults.ts';
import { PASSWORD_TEXT, WSSE, WSU } from './names.ts';

/** The maximum difference between `Created` and the machine's clock, in either direction, in ms. */
const WINDOW_MS = 5 * 60_000;

/**
 * Step 4 of RPS's nine checks, WS-Security: there must be one `Timestamp`, and one `UsernameToken` whose password is
 * plain text. @throws EnvelopeFault
 */
export function admit(header: XmlElement | null, login: Credentials, now: Date): void {
  const security = only(header, WSSE, 'Security');
  const timestamp = only(security, WSU, 'Timestamp');
  const token = only(security, WSSE, 'UsernameToken');
  const created = timeIn(timestamp, 'Created');
  const expires = timeIn(timestamp, 'Expires');
  const user = only(token, WSSE, 'Username').text;
  const password = only(token, WSSE, 'Password');
  if ((optionalAttribute(password, 'Type') ?? PASSWORD_TEXT) !== PASSWORD_TEXT) {
    throw malformed('the password is not PasswordText');
  }
  if (Math.abs(now.getTime() - created) > WINDOW_MS || expires <= created || expires <= now.getTime()) {
    throw new EnvelopeFault('MessageExpired', 'The message is not within its time.');
  }
  if (user !== login.user || password.text !== login.password) {
    throw new EnvelopeFault('FailedAuthentication', 'The user or the password is wrong.');
  }
}

const malformed = (why: string): EnvelopeFault =>
  new EnvelopeFault('InvalidSecurity', `The security header is not accepted: ${why}.`);

function only(parent: XmlElement | null, uri: string, local: string): XmlElement {
  const [found, another] = parent === null ? [] : childrenOf(parent, uri, local);
  if (found === undefined || another !== undefined) {
    throw malformed(`there must be one ${local}`);
  }
  return found;
}

const ZONED = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/** Returns a time in the timestamp, in ms since 1970. */
function timeIn(timestamp: XmlElement, local: string): number {
  const text = only(timestamp, WSU, local).text.trim();
  // `Date.parse` reads 30 February as 2 March.
  const at = ZONED.test(text) && isDay(text.slice(0, 10)) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) {
    throw malformed(`${local} is not a UTC time`);
  }
  return at;
}
