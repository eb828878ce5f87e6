import { hash } from 'node:crypto';
import type { Credentials } from './added-systems.ts';
import type { Reply, RequestContext, SimulatedSystem } from './simulated-system.ts';
import type { SoapOperation, SoapVersion } from './soap/contract.ts';
import { type HttpMessage, MEDIA_TYPE, operationNamedBy } from './soap/http-binding.ts';
import { InvalidRequest } from './soap/invalid-request.ts';
import { ENVELOPE, openEnvelope } from './soap/read-envelope.ts';
import { escapeText } from './soap/write-xml.ts';
import { clark, readXml, type XmlElement } from './soap/xml.ts';

export interface TemplateOperation {
  readonly soapAction: string;
  /** The root element of the request. */
  readonly uri: string;
  readonly local: string;
  /** The root element of the reply, as XML with all its namespaces. @throws TemplateFault */
  answer(payload: XmlElement): string;
}

export class TemplateFault extends Error {
  override readonly name = 'TemplateFault';
  readonly code: string;

  constructor(code: string) {
    super(`fault ${code}`);
    this.code = code;
  }
}

export interface TemplateSystem {
  readonly path: string;
  readonly version: SoapVersion;
  readonly security: 'none' | 'basic' | 'username-token' | 'username-token-text';
  /** Null if the system has no login. */
  readonly login: Credentials | null;
  readonly operations: Readonly<Record<string, TemplateOperation>>;
  /** The fault codes for a busy system and for an internal error. Each is empty if the contract has none. */
  readonly faultCodes: { readonly busy: string; readonly internal: string };
  /** The vendor's element in the detail of a fault. Empty if the contract has none. */
  faultDetail(code: string): string;
}

const OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';
const SECURITY = clark(`${OASIS}-wssecurity-secext-1.0.xsd`, 'Security');

/**
 * Makes a simulated system from one reply template for each operation. Requests are not validated against a schema
 * here. The system's tests validate all messages with libxml2 instead.
 */
export function createTemplateSystem(system: TemplateSystem): SimulatedSystem {
  const operations = new Map<string, SoapOperation>(
    Object.entries(system.operations).map(([name, { soapAction, uri, local }]) => {
      const type = {
        kind: 'complex',
        name: null,
        isAbstract: false,
        model: 'sequence',
        elements: [],
        attributes: [],
        text: null,
      } as const;
      return [local, { name, soapAction, input: { uri, local, type, nillable: false, min: 1, max: 1 } }];
    }),
  );
  return {
    path: system.path,
    operations,
    hasSessions: false,
    desk: null,
    restart: () => {},
    answer: (message, context) => answer(system, operations, message, context),
  };
}

function answer(
  system: TemplateSystem,
  operations: ReadonlyMap<string, SoapOperation>,
  message: HttpMessage,
  { injectedError }: RequestContext,
): Reply {
  const named = operationNamedBy(message, operations);
  const reply = (status: number, content: string, operation = named): Reply => ({
    operation,
    status,
    contentType: `${MEDIA_TYPE[system.version]}; charset=utf-8`,
    body: envelope(system.version, content),
  });
  try {
    const { headers, payload } = read(system, message);
    if (!isAdmitted(system, headers, message)) {
      return reply(500, fault(system, 'Client', 'the login is wrong', ''));
    }
    const [name, operation] =
      Object.entries(system.operations).find(
        ([, { uri, local }]) => payload.uri === uri && payload.local === local,
      ) ?? [];
    if (name === undefined || operation === undefined) {
      throw new InvalidRequest('body', `${payload.local} is not supported`);
    }
    if (injectedError !== null) {
      const code = injectedError.kind === 'internal' ? system.faultCodes.internal : system.faultCodes.busy;
      throw new TemplateFault(code);
    }
    return reply(200, operation.answer(payload), name);
  } catch (error) {
    if (error instanceof TemplateFault) {
      return reply(500, fault(system, 'Server', error.message, error.code));
    }
    if (error instanceof InvalidRequest) {
      return reply(500, fault(system, 'Client', error.message, ''));
    }
    throw error;
  }
}

/** Reads a request. @throws InvalidRequest if it is not an envelope with one element in its Body */
function read(
  { version }: TemplateSystem,
  { body }: HttpMessage,
): { readonly headers: readonly XmlElement[]; readonly payload: XmlElement } {
  const { root, problem } = readXml(body.toString('utf8'));
  if (root === null || problem !== null) {
    throw new InvalidRequest('envelope', problem ?? 'no element');
  }
  const { headers, body: content } = openEnvelope(root, version, new Set([SECURITY]));
  const [payload, another] = content.children;
  if (payload === undefined || another !== undefined) {
    throw new InvalidRequest('body', 'the Body does not have one element');
  }
  return { headers, payload };
}

function isAdmitted(
  { security, login }: TemplateSystem,
  headers: readonly XmlElement[],
  { authorization }: HttpMessage,
): boolean {
  if (security === 'none' || login === null) {
    return true;
  }
  if (security === 'basic') {
    return authorization === `Basic ${Buffer.from(`${login.user}:${login.password}`).toString('base64')}`;
  }
  const token = headers.find(({ uri, local }) => clark(uri, local) === SECURITY)?.children[0];
  const textOf = (local: string) => token?.children.find((child) => child.local === local)?.text.trim() ?? '';
  const nonce = Buffer.from(textOf('Nonce'), 'base64');
  const expected =
    security === 'username-token'
      ? hash('sha1', Buffer.concat([nonce, Buffer.from(textOf('Created') + login.password)]), 'base64')
      : login.password;
  return textOf('Username') === login.user && textOf('Password') === expected;
}

const envelope = (version: SoapVersion, content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<soap:Envelope xmlns:soap="${ENVELOPE[version]}" ` +
  `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soap:Body>${content}</soap:Body></soap:Envelope>`;

function fault(system: TemplateSystem, side: 'Client' | 'Server', text: string, code: string): string {
  const detail = code === '' ? '' : system.faultDetail(code);
  if (system.version === '1.1') {
    return (
      `<soap:Fault><faultcode>soap:${side}</faultcode><faultstring>${escapeText(text)}</faultstring>` +
      `${detail === '' ? '' : `<detail>${detail}</detail>`}</soap:Fault>`
    );
  }
  const value = side === 'Client' ? 'Sender' : 'Receiver';
  return (
    `<soap:Fault><soap:Code><soap:Value>soap:${value}</soap:Value></soap:Code><soap:Reason>` +
    `<soap:Text xml:lang="en">${escapeText(text)}</soap:Text></soap:Reason>` +
    `${detail === '' ? '' : `<soap:Detail>${detail}</soap:Detail>`}</soap:Fault>`
  );
}

/** Returns the texts of all elements at a path of local names below the request's root. */
export function textsAt(element: XmlElement, ...path: readonly string[]): string[] {
  const found = path.reduce(
    (elements, local) =>
      elements.flatMap(({ children }) => children.filter((child) => child.local === local)),
    [element],
  );
  return found.map(({ text }) => text);
}

/** Returns the first text of `textsAt`. Null if there is none. */
export const textAt = (element: XmlElement, ...path: readonly string[]): string | null =>
  textsAt(element, ...path)[0] ?? null;

/** Returns an attribute with a space before it, or an empty text if `value` is null. */
export const attributeText = (name: string, value: string | null): string =>
  value === null ? '' : ` ${name}="${escapeText(value).replaceAll('"', '&quot;')}"`;
