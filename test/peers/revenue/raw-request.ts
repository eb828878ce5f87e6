import { randomUUID } from 'node:crypto';
import { request as httpRequest } from 'undici';
import { account } from '../peer.ts';
import { at, type XmlTree, xmlTree } from './xml-tree.ts';

const WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-';
export const namespaces = {
  soap: 'http://www.w3.org/2003/05/soap-envelope',
  messages: 'http://rps.library.example/2014/11',
} as const;

/** The operations of the contract. */
export const operations = [
  'GetStatements',
  'GetOrders',
  'CreateOrder',
  'CancelOrder',
  'WaiveCharge',
  'RefundOrder',
  'ListChanges',
  'GetReceipt',
  'Ping',
] as const;
export type OperationName = (typeof operations)[number];

/** The parts of a request, as text, so that a test can leave out, repeat or damage each of them. */
export interface RawRequest {
  readonly contentType: string;
  readonly envelopeNamespace: string;
  readonly action: string;
  readonly messageId: string;
  readonly to: string;
  readonly security: string;
  readonly callContext: string;
  /** More header blocks. */
  readonly headers: string;
  readonly body: string;
}

/** The prefixes that every envelope declares: `m` for the wrappers, `t` for the types, `c` for the common ones. */
const prefixes = {
  a: 'http://www.w3.org/2005/08/addressing',
  o: `${WSS}wssecurity-secext-1.0.xsd`,
  u: `${WSS}wssecurity-utility-1.0.xsd`,
  i: 'http://www.w3.org/2001/XMLSchema-instance',
  m: namespaces.messages,
  t: `${namespaces.messages}/types`,
  c: `${namespaces.messages}/common`,
};

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');

export interface SecurityParts {
  /** Of `Created` and `Expires`, in ms from the machine's time. */
  readonly createdMs?: number;
  readonly expiresMs?: number;
  readonly user?: string;
  readonly password?: string;
  /** The `Type` of the password; null to leave it out. */
  readonly type?: string | null;
}

export function securityHeader({
  createdMs = 0,
  expiresMs = 300_000,
  user = account.user,
  password = account.password,
  type = `${WSS}username-token-profile-1.0#PasswordText`,
}: SecurityParts = {}): string {
  const at = (ms: number): string => new Date(Date.now() + ms).toISOString();
  return (
    `<o:Security s:mustUnderstand="1"><u:Timestamp><u:Created>${at(createdMs)}</u:Created>` +
    `<u:Expires>${at(expiresMs)}</u:Expires></u:Timestamp><o:UsernameToken>` +
    `<o:Username>${escaped(user)}</o:Username>` +
    `<o:Password${type === null ? '' : ` Type="${type}"`}>${escaped(password)}</o:Password>` +
    '</o:UsernameToken></o:Security>'
  );
}

export const callContext = (channel = 'Web', clerk: string | null = null): string =>
  `<m:CallContext><t:Channel>${channel}</t:Channel>${clerk === null ? '' : `<t:ClerkId>${clerk}</t:ClerkId>`}` +
  `<t:CorrelationId>${randomUUID()}</t:CorrelationId></m:CallContext>`;

export const actionOf = (operation: string): string => `${namespaces.messages}/IRevenueService/${operation}`;

/**
 * A request that passes the steps 1 to 4. `content` is the XML in `<m:request>`, with the prefixes `t` and `c`; null
 * leaves `request` out.
 */
export function rawRequest(
  operation: OperationName,
  content: string | null,
  context: string = callContext(),
): RawRequest {
  const inner = content === null ? '' : `<m:request>${content}</m:request>`;
  return {
    contentType: 'application/soap+xml; charset=utf-8',
    envelopeNamespace: namespaces.soap,
    action: `<a:Action s:mustUnderstand="1">${actionOf(operation)}</a:Action>`,
    messageId: `<a:MessageID>urn:uuid:${randomUUID()}</a:MessageID>`,
    to: '<a:To>https://rps.library.example/rps/RevenueService.svc</a:To>',
    security: securityHeader(),
    callContext: context,
    headers: '',
    body: `<m:${operation}>${inner}</m:${operation}>`,
  };
}

export function envelopeOf(raw: RawRequest): string {
  const declared = Object.entries(prefixes).map(([prefix, uri]) => ` xmlns:${prefix}="${uri}"`);
  const { action, messageId, to, security, headers, body } = raw;
  return (
    `<s:Envelope xmlns:s="${raw.envelopeNamespace}"${declared.join('')}>` +
    `<s:Header>${action}${messageId}${to}${security}${raw.callContext}${headers}</s:Header>` +
    `<s:Body>${body}</s:Body></s:Envelope>`
  );
}

export interface RawAnswer {
  readonly status: number;
  readonly text: string;
  /** The envelope; null where the body is empty. */
  readonly envelope: XmlTree | null;
}

/** Posts any text to the service. Rejects if the connection ends without an answer, as for dropped requests. */
export async function post(url: string, contentType: string, text: string): Promise<RawAnswer> {
  const { statusCode, body } = await httpRequest(url, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: text,
  });
  const answered = await body.text();
  return { status: statusCode, text: answered, envelope: answered === '' ? null : xmlTree(answered) };
}

export const send = (url: string, raw: RawRequest): Promise<RawAnswer> =>
  post(url, raw.contentType, envelopeOf(raw));

/** The element in the body, or an empty one if there is no envelope. */
export function payloadOf({ envelope, status }: RawAnswer): XmlTree {
  const payload = envelope === null ? undefined : at(envelope, 'Body')?.children[0];
  if (payload === undefined) {
    throw new Error(`no payload with status ${status}`);
  }
  return payload;
}

/** Asks the control beside the service. Resolves to its status and its JSON. */
export async function askControl(
  url: string,
  asked: object,
): Promise<{ readonly status: number; readonly answer: unknown }> {
  const { statusCode, body } = await httpRequest(new URL('/rps/control', url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(asked),
  });
  return { status: statusCode, answer: await body.json() };
}
