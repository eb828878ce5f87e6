import { XmlDocument } from 'libxml2-wasm';
import { expect } from 'vitest';
import type { Faults } from '../../../simulators/faults/faults.ts';
import { createSystem, type SystemOptions } from '../../../simulators/rps/system.ts';
import { readSeed } from '../../../simulators/seed.ts';
import { HttpSimulator } from '../../../simulators/server.ts';
import { SteppedClock } from '../../../simulators/stepped-clock.ts';
import { createStore, type Store } from '../../../simulators/tables/store.ts';
import { wsdlJudge } from '../../support/contracts/wsdl-judge.ts';

/**
 * A client for the tests of the simulated RPS. It sends XML as it is written, and validates every answer against the
 * vendor's schemas with libxml2. It shares no code with the simulator's reader and templates.
 */
const judge = wsdlJudge(new URL('../../../adapters/revenue/revenue.wsdl', import.meta.url));

export const MESSAGES = 'http://rps.library.example/2014/11';
const SOAP = 'http://www.w3.org/2003/05/soap-envelope';
const OASIS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss';

const login = { user: 'patron-graph', password: 'rps-secret' } as const;

export interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly xml: string;
  /** The subcode of a fault without detail, or the element of its detail. Empty if the request succeeded. */
  readonly fault: string;
  /** The code of a `BusinessFault`, with its charge and order; or the fields of a `ValidationFault`. */
  readonly why: string;
  /** The texts of all elements with this name, in document order. */
  texts(local: string): string[];
  /** The values of all nodes of an XPath expression. The prefixes are `t`, `s`, `a`, `u` and `o`. */
  find(xpath: string): string[];
}

/** The parts of a request. A part may be replaced, or left out with an empty text. */
export interface Parts {
  readonly action: string;
  readonly messageId: string;
  readonly to: string;
  readonly security: string;
  readonly context: string;
  /** More header blocks. */
  readonly more: string;
  /** The content of the Body. */
  readonly body: string;
}

export interface Rps extends AsyncDisposable {
  readonly url: string;
  readonly faults: Faults;
  readonly store: Store;
  readonly simulator: HttpSimulator;
  /** The machine's time. It stands still unless a test sets it. */
  machine: Date;
  /** How often the simulator has looked at the machine's time. */
  readonly looks: number;
  /** Calls an operation. `request` is the content of the element `request`, or null if there is none. */
  call(operation: string, request: string | null, parts?: Partial<Parts>): Promise<Answer>;
  post(xml: string | Buffer, contentType?: string): Promise<Answer>;
  control(json: unknown): Promise<{ readonly status: number; readonly content: Record<string, unknown> }>;
}

/** Noon in Hong Kong, a few days after the seed's last row. */
const NOON = new Date('2026-11-30T04:00:00Z');

export async function startRps(options: SystemOptions = {}): Promise<Rps> {
  const store = createStore(readSeed());
  let machine = NOON;
  let looks = 0;
  const clock = new SteppedClock(() => {
    looks += 1;
    return machine;
  });
  const system = createSystem(clock.now, login, store, options);
  const simulator = new HttpSimulator(system, { host: '127.0.0.1', port: 0, latencyMs: 0, clock });
  await simulator.start();
  const post = async (xml: string | Buffer, contentType = 'application/soap+xml; charset=utf-8') => {
    const response = await fetch(simulator.url, {
      method: 'POST',
      headers: { 'content-type': contentType },
      body: new Uint8Array(Buffer.from(xml)),
    });
    return judged(response.status, response.headers.get('content-type') ?? '', await response.text());
  };
  return {
    url: simulator.url,
    faults: simulator.faults,
    store,
    simulator,
    get machine() {
      return machine;
    },
    set machine(at) {
      machine = at;
    },
    get looks() {
      return looks;
    },
    post,
    call: (operation, request, parts = {}) =>
      post(envelope({ ...usual(operation, request, simulator.url, machine), ...parts })),
    async control(json) {
      const response = await fetch(`${simulator.url}/control`, {
        method: 'POST',
        body: JSON.stringify(json),
      });
      const content: unknown = await response.json();
      return { status: response.status, content: Object(content) };
    },
    [Symbol.asyncDispose]: () => simulator.stop(),
  };
}

/** The parts of a request that RPS accepts. */
export function usual(operation: string, request: string | null, url: string, now: Date): Parts {
  const scope = ` xmlns="${MESSAGES}" xmlns:t="${MESSAGES}/types" xmlns:c="${MESSAGES}/common" xmlns:i="http://www.w3.org/2001/XMLSchema-instance"`;
  return {
    action: `<a:Action s:mustUnderstand="1">${actionOf(operation)}</a:Action>`,
    messageId: '<a:MessageID>urn:uuid:4f0e</a:MessageID>',
    to: `<a:To>${url}</a:To>`,
    security: security(timestamp(now), token()),
    context: context('<t:Channel>Web</t:Channel>'),
    more: '',
    body: `<${operation}${scope}>${request === null ? '' : `<request>${request}</request>`}</${operation}>`,
  };
}

export const actionOf = (operation: string): string => `${MESSAGES}/IRevenueService/${operation}`;

export const envelope = ({ action, messageId, to, security: secured, context: called, more, body }: Parts) =>
  `<s:Envelope xmlns:s="${SOAP}" xmlns:a="http://www.w3.org/2005/08/addressing" xmlns:u="${OASIS}-wssecurity-utility-1.0.xsd"` +
  ` xmlns:o="${OASIS}-wssecurity-secext-1.0.xsd"><s:Header>${action}${messageId}${to}${secured}${called}${more}</s:Header>` +
  `<s:Body>${body}</s:Body></s:Envelope>`;

export const security = (...content: string[]): string =>
  `<o:Security s:mustUnderstand="1">${content.join('')}</o:Security>`;

/** A timestamp that begins `fromMs` after now and ends `toMs` after now. */
export const timestamp = (now: Date, fromMs = 0, toMs = 60_000): string => {
  const at = (ms: number) => new Date(now.getTime() + ms).toISOString();
  return `<u:Timestamp><u:Created>${at(fromMs)}</u:Created><u:Expires>${at(toMs)}</u:Expires></u:Timestamp>`;
};

export const token = (user: string = login.user, password: string = login.password, type = 'PasswordText') =>
  `<o:UsernameToken><o:Username>${user}</o:Username><o:Password Type="${OASIS}-username-token-profile-1.0#${type}">` +
  `${password}</o:Password></o:UsernameToken>`;

/** The header of a call. `content` is what precedes the correlation id. */
export const context = (content: string): string =>
  `<CallContext xmlns="${MESSAGES}" xmlns:t="${MESSAGES}/types">${content}` +
  '<t:CorrelationId>6f1c2d3e-0000-4000-8000-00000000abCD</t:CorrelationId></CallContext>';

export const ofClerk = (clerkId: string): Partial<Parts> => ({
  context: context(`<t:Channel>Counter</t:Channel><t:ClerkId>${clerkId}</t:ClerkId>`),
});

const spaces = {
  t: `${MESSAGES}/types`,
  s: SOAP,
  a: 'http://www.w3.org/2005/08/addressing',
  u: `${OASIS}-wssecurity-utility-1.0.xsd`,
  o: `${OASIS}-wssecurity-secext-1.0.xsd`,
};

function judged(status: number, contentType: string, xml: string): Answer {
  const find = (xpath: string): string[] => {
    using document = XmlDocument.fromString(xml);
    return document.find(xpath, spaces).map((node) => node.content);
  };
  const read = {
    status,
    contentType,
    xml,
    find,
    texts: (local: string) => find(`//*[local-name()="${local}"]`),
  };
  if (!xml.startsWith('<s:Envelope')) {
    return { ...read, fault: '', why: '' };
  }
  const detail = /<s:Detail>(.*)<\/s:Detail>/s.exec(xml)?.[1];
  if (!xml.includes('<s:Fault>') || detail !== undefined) {
    expect(judge.problems(detail ?? xml), xml).toEqual([]);
  }
  return {
    ...read,
    fault: (/^<t:(\w+)/.exec(detail ?? '')?.[1] ?? faultCode(find)).replace(/^\w+:/, ''),
    why:
      detail === undefined
        ? ''
        : find('//t:Problem/t:Field | //t:BusinessFault/*[not(self::t:Text)]').filter(Boolean).join(' '),
  };
}

const faultCode = (find: Answer['find']): string =>
  find('//s:Subcode/s:Value')[0] ?? find('//s:Code/s:Value')[0] ?? '';

/** The texts of an order's or a refund's lines. */
export const lines = (...all: readonly (readonly [chargeNo: string, amount: string])[]): string =>
  `<t:Lines>${all
    .map(
      ([chargeNo, amount]) =>
        `<t:OrderLine><t:ChargeNo>${chargeNo}</t:ChargeNo><t:Amount>${amount}</t:Amount></t:OrderLine>`,
    )
    .join('')}</t:Lines>`;

export const fps = '<t:Method i:type="t:FpsMethod"/>';
export const card =
  '<t:Method i:type="t:CardMethod"/><t:ReturnUrl>https://library.example/back</t:ReturnUrl>';

export const newOrder = (reference: string, patronNo: string, ordered: string, after = fps): string =>
  `<t:MerchantRef>${reference}</t:MerchantRef><t:PatronNo>${patronNo}</t:PatronNo>${ordered}${after}`;

export const waiver = (
  reference: string,
  chargeNo: string,
  amount: string | null,
  reason = 'Wrong',
): string =>
  `<t:MerchantRef>${reference}</t:MerchantRef><t:ChargeNo>${chargeNo}</t:ChargeNo>` +
  `${amount === null ? '<t:Amount i:nil="true"/>' : `<t:Amount>${amount}</t:Amount>`}` +
  `<t:ClerkId>staff-1</t:ClerkId><t:Reason>${reason}</t:Reason>`;

export const refund = (reference: string, orderNo: string, given: string, reason = 'Closed'): string =>
  `<t:MerchantRef>${reference}</t:MerchantRef><t:OrderNo>${orderNo}</t:OrderNo>${given}` +
  `<t:ClerkId>staff-1</t:ClerkId><t:Reason>${reason}</t:Reason>`;

export const statements = (...patronNos: readonly string[]): string =>
  `<t:PatronNos>${patronNos.map((one) => `<t:PatronNo>${one}</t:PatronNo>`).join('')}</t:PatronNos>` +
  '<t:IncludeSettled>true</t:IncludeSettled>';

export const ordersBy = (kind: 'OrderNo' | 'MerchantRef', ...keys: readonly string[]): string =>
  `<t:${kind}s>${keys.map((key) => `<t:${kind}>${key}</t:${kind}>`).join('')}</t:${kind}s>`;

export const changes = (afterSeq: string | number, maxRows: number): string =>
  `<t:AfterSeq>${afterSeq}</t:AfterSeq><t:MaxRows>${maxRows}</t:MaxRows>`;

/** The balance of a charge: paid, waived, outstanding and state. */
export async function balance(rps: Rps, patronNo: string, chargeNo: string): Promise<string> {
  const answer = await rps.call('GetStatements', statements(patronNo));
  const of = `//t:Lines/t:StatementLine[t:ChargeNo="${chargeNo}"]`;
  const found = ['t:Paid', 't:Waived', 't:Outstanding', '@State'].map(
    (one) => answer.find(`${of}/${one}`)[0],
  );
  return found.join(' ');
}
