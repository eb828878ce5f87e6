/** The foreign revenue system refuses what its contract says, in the contract's order, and nothing has changed then. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { askerOf, headerOf, orderContent as order, printing, stapled } from './asker.ts';
import { contents, methods } from './contents.ts';
import {
  actionOf,
  callContext,
  envelopeOf,
  type OperationName,
  payloadOf,
  post,
  type RawRequest,
  rawRequest,
  securityHeader,
  send,
} from './raw-request.ts';
import { type RevenuePeer, startRevenuePeer, whyNoPython } from './start.ts';
import { at, textAt } from './xml-tree.ts';

const missing = whyNoPython();
if (missing !== null) {
  process.stderr.write(`the foreign revenue system is not asked: ${missing}\n`);
}

const waiver = (more: Partial<Parameters<typeof contents.waiveCharge>[0]>): string =>
  contents.waiveCharge({ ref: 'some', charge: printing.charge, amount: null, ...more });
/** By default of an order in the seed, which paid 150.00 for a room and gave 50.00 back. */
const refund = (more: Partial<Parameters<typeof contents.refundOrder>[0]>): string => {
  const lines = [{ charge: 'G0000002', amount: '1.00' }];
  return contents.refundOrder({ ref: 'some', order: 'RO2026000001', lines, ...more });
};
const other = callContext('Counter', 'staff-stcl');

const businessFaults: readonly (readonly [string, OperationName, string])[] = [
  ['NoSuchCharge', 'CreateOrder', order({ lines: [{ charge: 'F7777777', amount: '1.00' }] })],
  ['NotThisPatron', 'CreateOrder', order({ patron: 'P0000002' })],
  [
    'AlreadySettled',
    'CreateOrder',
    order({ patron: 'P0000002', lines: [{ charge: 'G0000002', amount: '1.00' }] }),
  ],
  ['ChargeInOrder', 'CreateOrder', order({ patron: 'P0000016', lines: [{ ...stapled, amount: '1.00' }] })],
  ['AmountMismatch', 'CreateOrder', order({ lines: [{ ...printing, amount: '12.01' }] })],
  ['AmountTooSmall', 'CreateOrder', order({ lines: [{ ...printing, amount: '0.99' }] })],
  [
    'AmountTooSmall',
    'CreateOrder',
    order({ patron: 'P0000012', lines: [{ charge: 'G0000007', amount: '0.79' }] }),
  ],
  ['NoSuchOrder', 'CancelOrder', contents.cancelOrder('RO2026777777')],
  ['OrderNotPending', 'CancelOrder', contents.cancelOrder('RO2026000001')],
  ['NoSuchCharge', 'WaiveCharge', waiver({ charge: 'G7777777' })],
  ['AlreadySettled', 'WaiveCharge', waiver({ charge: 'G0000006' })],
  ['ChargeInOrder', 'WaiveCharge', waiver({ charge: stapled.charge })],
  ['AmountMismatch', 'WaiveCharge', waiver({ amount: '12.01' })],
  ['NoSuchOrder', 'RefundOrder', refund({ order: 'RO2026777777' })],
  ['OrderNotPaid', 'RefundOrder', refund({ order: 'RO2026000003' })],
  ['ChargeNotInOrder', 'RefundOrder', refund({ lines: [printing] })],
  ['RefundTooLarge', 'RefundOrder', refund({ lines: [{ charge: 'G0000002', amount: '100.01' }] })],
  ['NoSuchOrder', 'GetReceipt', contents.getReceipt('RO2026777777')],
  ['OrderNotPaid', 'GetReceipt', contents.getReceipt('RO2026000003')],
];

const longUrl = `https://x.example/${'a'.repeat(483)}`;
type Asked = readonly [fields: string, operation: OperationName, content: string | null, context?: string];
const validationFaults: readonly Asked[] = [
  ['request', 'GetStatements', null],
  ['PatronNos', 'GetStatements', contents.getStatements([])],
  ['PatronNos', 'GetStatements', contents.getStatements(Array.from({ length: 21 }, () => 'P0000001'))],
  ['PatronNos[1]', 'GetStatements', contents.getStatements(['P0000001', null])],
  ['OrderNos', 'GetOrders', '<t:OrderNos i:nil="true"/>'],
  [
    'MerchantRefs',
    'GetOrders',
    contents.ordersByReference(Array.from({ length: 26 }, (_, nth) => `r${nth}`)),
  ],
  ['Lines', 'CreateOrder', order({ lines: [] })],
  ['Lines[0].Amount', 'CreateOrder', order({ lines: [{ ...printing, amount: '0.00' }] })],
  ['Lines[0] Lines[2].ChargeNo', 'CreateOrder', order({ lines: [null, printing, printing] })],
  ['ReturnUrl', 'CreateOrder', order({ method: methods.card })],
  ['ReturnUrl', 'CreateOrder', order({ method: methods.wallet, returnUrl: '/back' })],
  ['ReturnUrl', 'CreateOrder', order({ method: methods.card, returnUrl: longUrl })],
  ['Note', 'CreateOrder', order({ note: 'x'.repeat(201) })],
  ['Reason', 'CancelOrder', contents.cancelOrder('RO2026000001', 'x'.repeat(201))],
  ['Amount Reason', 'WaiveCharge', waiver({ amount: '0.00', reason: '' })],
  ['ClerkId Reason', 'WaiveCharge', waiver({ reason: ' \n' }), other],
  ['Lines ClerkId', 'RefundOrder', refund({ lines: [] }), other],
  ['MaxRows', 'ListChanges', contents.listChanges('0', 501)],
  ['request', 'GetReceipt', null],
];

const ping = rawRequest('Ping', null);
const anonymous = 'http://www.w3.org/2005/08/addressing/anonymous';
const replyTo = (address: string): Partial<RawRequest> => ({
  headers: `<a:ReplyTo><a:Address>${address}</a:Address></a:ReplyTo>`,
});
const announcing = (operation: OperationName): Partial<RawRequest> => ({
  contentType: `application/soap+xml; action="${actionOf(operation)}"`,
});
const insecure = (parts: Parameters<typeof securityHeader>[0]) => (): Partial<RawRequest> => ({
  security: securityHeader(parts),
});

/** The answer, the status, what is wrong, and the changes to a Ping. Times are taken when the request is sent. */
const wire: readonly (readonly [string, number, string, () => Partial<RawRequest>])[] = [
  [
    'VersionMismatch',
    500,
    'SOAP 1.1',
    () => ({ envelopeNamespace: 'http://schemas.xmlsoap.org/soap/envelope/' }),
  ],
  [
    'MustUnderstand',
    500,
    'a header of others',
    () => ({ headers: '<x:T xmlns:x="urn:x" s:mustUnderstand="true"/>' }),
  ],
  ['MessageAddressingHeaderRequired', 400, 'no Action', () => ({ action: '' })],
  ['MessageAddressingHeaderRequired', 400, 'no MessageID', () => ({ messageId: '' })],
  ['MessageAddressingHeaderRequired', 400, 'no To', () => ({ to: '' })],
  ['InvalidAddressingHeader', 400, 'two To', () => ({ headers: ping.to })],
  [
    'InvalidAddressingHeader',
    400,
    'an Action that does not suit the body',
    () => ({ action: `<a:Action>${actionOf('GetOrders')}</a:Action>` }),
  ],
  ['InvalidAddressingHeader', 400, 'an answer wanted elsewhere', () => replyTo('http://x.example/')],
  ['InvalidAddressingHeader', 400, 'another action in Content-Type', () => announcing('GetOrders')],
  ['DestinationUnreachable', 400, 'another path', () => ({ to: '<a:To>http://localhost/rps</a:To>' })],
  ['ActionNotSupported', 400, 'an unknown Action', () => ({ action: '<a:Action>urn:other</a:Action>' })],
  ['InvalidSecurity', 400, 'no Security', () => ({ security: '' })],
  ['InvalidSecurity', 400, 'two Security', () => ({ security: securityHeader().repeat(2) })],
  [
    'InvalidSecurity',
    400,
    'a Created that is no time',
    () => ({ security: securityHeader().replace('<u:Created>', '<u:Created>x') }),
  ],
  ['InvalidSecurity', 400, 'a password of another type', insecure({ type: 'urn:digest' })],
  ['MessageExpired', 400, 'an old Created', insecure({ createdMs: -301_000 })],
  ['MessageExpired', 400, 'a Created to come', insecure({ createdMs: 360_000, expiresMs: 600_000 })],
  ['MessageExpired', 400, 'a past Expires', insecure({ createdMs: -2_000, expiresMs: -1_000 })],
  ['FailedAuthentication', 400, 'a wrong password', insecure({ password: 'wrong' })],
  ['DeserializationFailed', 400, 'no CallContext', () => ({ callContext: '' })],
  ['DeserializationFailed', 400, 'an unknown Channel', () => ({ callContext: callContext('Fax') })],
  ['DeserializationFailed', 400, 'an unknown element', () => ({ body: '<m:Ping><m:x/></m:Ping>' })],
  ['PingResponse', 200, 'nothing, without the Type of the password', insecure({ type: null })],
  ['PingResponse', 200, 'nothing, with ReplyTo', () => replyTo(anonymous)],
  ['PingResponse', 200, 'nothing, with an action in Content-Type', () => announcing('Ping')],
];

describe.skipIf(missing !== null)('the foreign revenue system', () => {
  let peer: RevenuePeer;
  let rps: ReturnType<typeof askerOf>;
  beforeAll(async () => {
    peer = await startRevenuePeer();
    rps = askerOf(peer.url);
  });
  beforeEach(() => rps.reset());
  afterAll(() => peer[Symbol.asyncDispose]());

  const books = async (): Promise<unknown> => {
    const answer = await rps.control({ ledger: true });
    return typeof answer === 'object' && answer !== null && 'ledger' in answer ? answer.ledger : null;
  };

  test.each(businessFaults)('BusinessFault %s of %s changes nothing', async (code, operation, content) => {
    await rps.create('pending', { patron: 'P0000016', lines: [stapled] });
    const before = await books();
    expect(await rps.faultOf(operation, content)).toBe(`BusinessFault ${code}`);
    expect(await books()).toEqual(before);
  });

  test.each(validationFaults.map((asked) => ({ name: `${asked[0]} of ${asked[1]}`, asked })))(
    'ValidationFault tells $name',
    async ({ asked: [fields, operation, content, context] }) => {
      const before = await books();
      expect(await rps.faultOf(operation, content, context)).toBe(`ValidationFault ${fields}`);
      expect(await books()).toEqual(before);
    },
  );

  test.each(wire)('%s with status %i is the answer to %s', async (name, status, _what, changes) => {
    const answer = await send(peer.url, { ...ping, security: securityHeader(), ...changes() });
    const payload = payloadOf(answer);
    const code =
      textAt(payload, 'Code', 'Subcode', 'Value') ?? textAt(payload, 'Code', 'Value') ?? payload.name;
    expect([code.replace(/^\w+:/, ''), answer.status]).toEqual([name, status]);
    expect(at(payload, 'Detail')).toBeNull();
    expect(headerOf(answer, 'Action')).not.toBeNull();
  });

  const envelope = (): string => envelopeOf({ ...ping, security: securityHeader() });
  test.each([
    [415, 'another Content-Type', 'text/xml', envelope],
    [413, 'more than 64 KB', 'application/soap+xml', () => envelope().padEnd(65_537)],
    [400, 'a document cut short', 'application/soap+xml', () => envelope().slice(0, -1)],
    [400, 'a DTD', 'application/soap+xml', () => `<!DOCTYPE x>${envelope()}`],
    [400, 'nothing', 'application/soap+xml', () => ''],
  ])('%i with an empty body is the answer to %s', async (status, _what, contentType, text) => {
    expect(await post(peer.url, contentType, text())).toMatchObject({ status, text: '' });
  });

  test('64 KB are taken', async () => {
    const text = envelope().padEnd(65_536 - (Buffer.byteLength(envelope()) - envelope().length));
    expect(Buffer.byteLength(text)).toBe(65_536);
    expect((await post(peer.url, 'application/soap+xml', text)).status).toBe(200);
  });

  test('of several mistakes, the first in the order of the checks is told', async () => {
    const pending = { ...ping, security: securityHeader({ password: 'wrong' }), callContext: '' };
    const told: (string | null)[] = [];
    const worse: readonly Partial<RawRequest>[] = [
      {},
      { action: '<a:Action>urn:other</a:Action>' },
      { to: '<a:To>http://localhost/rps</a:To>' },
      { headers: `${ping.to}<x:T xmlns:x="urn:x" s:mustUnderstand="1"/>` },
    ];
    let changed: RawRequest = pending;
    for (const change of worse) {
      changed = { ...changed, ...change };
      const payload = payloadOf(await send(peer.url, changed));
      told.push(textAt(payload, 'Code', 'Subcode', 'Value') ?? textAt(payload, 'Code', 'Value'));
    }
    expect(told.map((code) => code?.replace(/^\w+:/, ''))).toEqual([
      'FailedAuthentication',
      'ActionNotSupported',
      'DestinationUnreachable',
      'MustUnderstand',
    ]);
  });
});
