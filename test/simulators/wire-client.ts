import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import { XmlDocument } from 'libxml2-wasm';
import { expect } from 'vitest';
import { DEFAULT_CREDENTIALS, type RunningSimulators, type SystemName } from '../../simulators/index.ts';
import { wsdlValidator } from '../support/wire/wsdl-validation.ts';

/**
 * A client for the simulators' own tests. It sends XML as it is written, and validates every answer against the WSDL
 * with libxml2. It shares no code with the simulators' reader and templates.
 */
const WSDLS = {
  prs: 'patrons/patron-registry.wsdl',
  cms: 'credentials/card-management.wsdl',
  circ: 'circulation/circulation.wsdl',
} as const satisfies Record<SystemName, string>;

const wsdlText = (system: SystemName): string =>
  readFileSync(new URL(`../../adapters/${WSDLS[system]}`, import.meta.url), 'utf8');

export const validators = {
  prs: wsdlValidator(wsdlText('prs')),
  cms: wsdlValidator(wsdlText('cms')),
  circ: wsdlValidator(wsdlText('circ')),
};

export const NAMESPACES = {
  prs: 'urn:library:prs:2004',
  cms: 'http://cms.library.example/2009/cards',
  circ: 'urn:library:circ:v3',
} as const;

const OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly bytes: Buffer;
  /** The body of the answer, decoded with the charset of `Content-Type`. */
  readonly xml: string;
  /** The texts of all elements with the local name `local`, in document order. */
  texts(local: string): string[];
  /** The value of an XPath expression, as text. */
  value(xpath: string): string;
}

/** Posts bytes and reads the answer. The test fails if the answer is not valid by the WSDL. */
export async function post(
  legacy: RunningSimulators,
  system: SystemName,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): Promise<Answer> {
  const response = await fetch(legacy[system].url, {
    method: 'POST',
    headers,
    body: new Uint8Array(Buffer.from(body)),
  });
  const bytes = Buffer.from(await response.arrayBuffer());
  const contentType = response.headers.get('content-type') ?? '';
  const charset = /charset=([^;]+)/i.exec(contentType)?.[1] ?? 'latin1';
  const xml = iconv.decode(bytes, charset);
  if (!xml.includes('<ErrorResponse')) {
    expect(validators[system].problems(bytes), xml).toEqual([]);
  }
  return { status: response.status, contentType, bytes, xml, ...reading(xml) };
}

function reading(xml: string): Pick<Answer, 'texts' | 'value'> {
  const evaluate = (xpath: string) => {
    using document = XmlDocument.fromString(xml.replace(/^<\?xml[^>]*\?>/, ''));
    const result = document.eval(xpath);
    return Array.isArray(result) ? result.map((node) => node.content) : [String(result)];
  };
  return {
    texts: (local) => evaluate(`//*[local-name() = '${local}']`),
    value: (xpath) => evaluate(`string(${xpath})`)[0] ?? '',
  };
}

/** An envelope. `namespace` determines its SOAP version. */
export const soap = (namespace: string, body: string, header = ''): string =>
  `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${namespace}">${header}<s:Body>${body}</s:Body></s:Envelope>`;

export const SOAP_11 = 'http://schemas.xmlsoap.org/soap/envelope/';
export const SOAP_12 = 'http://www.w3.org/2003/05/soap-envelope';

export const prsHeaders = (operation: string): Record<string, string> => ({
  'content-type': 'text/xml; charset=utf-8',
  soapaction: `"${NAMESPACES.prs}#${operation}"`,
});

/** Calls PRS. `content` is the XML inside the operation's element, with unqualified names. */
export const prs = (legacy: RunningSimulators, operation: string, content: string): Promise<Answer> =>
  post(
    legacy,
    'prs',
    prsHeaders(operation),
    soap(SOAP_11, `<p:${operation} xmlns:p="${NAMESPACES.prs}">${content}</p:${operation}>`),
  );

export interface Token {
  readonly user: string;
  readonly password: string;
  readonly nonce: Buffer;
  readonly created: string;
}

/** A token that CMS accepts at the time `now`. */
export const freshToken = (now: Date = new Date()): Token => ({
  ...DEFAULT_CREDENTIALS.cms,
  nonce: randomBytes(16),
  created: now.toISOString(),
});

/** The security header for a token. Its digest follows UsernameToken Profile 1.0. */
export function securityHeader({ user, password, nonce, created }: Token): string {
  const digest = createHash('sha1').update(nonce).update(created).update(password).digest('base64');
  return (
    `<s:Header><w:Security xmlns:w="${OASIS}-wssecurity-secext-1.0.xsd" xmlns:u="${OASIS}-wssecurity-utility-1.0.xsd"` +
    ` s:mustUnderstand="true"><w:UsernameToken u:Id="t1"><w:Username>${user}</w:Username>` +
    `<w:Password Type="${OASIS}-username-token-profile-1.0#PasswordDigest">${digest}</w:Password>` +
    `<w:Nonce EncodingType="${OASIS}-soap-message-security-1.0#Base64Binary">${nonce.toString('base64')}</w:Nonce>` +
    `<u:Created>${created}</u:Created></w:UsernameToken></w:Security></s:Header>`
  );
}

export const cmsHeaders = { 'content-type': 'application/soap+xml; charset=utf-8' } as const;

export const cmsEnvelope = (operation: string, content: string, header: string): string =>
  soap(
    SOAP_12,
    `<${operation} xmlns="${NAMESPACES.cms}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">${content}</${operation}>`,
    header,
  );

/** Calls CMS. `content` is the XML inside the operation's element. The default of `header` has a fresh token. */
export const cms = (
  legacy: RunningSimulators,
  operation: string,
  content: string,
  header: string = securityHeader(freshToken()),
): Promise<Answer> => post(legacy, 'cms', cmsHeaders, cmsEnvelope(operation, content, header));

export const circHeaders = (operation: string): Record<string, string> => ({
  'content-type': 'text/xml; charset=utf-8',
  soapaction: `"${NAMESPACES.circ}#${operation}"`,
});

export const circEnvelope = (operation: string, content: string): string =>
  soap(SOAP_11, `<${operation} xmlns="${NAMESPACES.circ}">${content}</${operation}>`);

/** Calls CIRC. `content` is the XML inside the operation's element. */
export const circ = (legacy: RunningSimulators, operation: string, content: string): Promise<Answer> =>
  post(legacy, 'circ', circHeaders(operation), circEnvelope(operation, content));

/** Opens a session at CIRC. Resolves to its id. */
export async function login(legacy: RunningSimulators): Promise<string> {
  const { user, password } = DEFAULT_CREDENTIALS.circ;
  const answer = await circ(legacy, 'Login', `<User>${user}</User><Password>${password}</Password>`);
  expect(answer.texts('RC')).toEqual(['0']);
  return answer.value("//*[local-name() = 'SID']");
}

/** `<name>value</name>` for each value. The values are not escaped. */
export const el = (name: string, ...values: readonly (string | number)[]): string =>
  values.map((value) => `<${name}>${value}</${name}>`).join('');

export const nil = (name: string): string => `<${name} xsi:nil="true"/>`;
