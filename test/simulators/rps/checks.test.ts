import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  actionOf,
  context,
  envelope,
  fps,
  lines,
  MESSAGES,
  newOrder,
  ofClerk,
  ordersBy,
  type Parts,
  type Rps,
  security,
  startRps,
  statements,
  timestamp,
  token,
  usual,
  waiver,
} from './rps-client.ts';

let rps: Rps;
beforeAll(async () => {
  rps = await startRps();
});
afterAll(() => rps[Symbol.asyncDispose]());

const ping = (parts: Partial<Parts>) => rps.call('Ping', null, parts);
const xmlOf = (parts: Partial<Parts> = {}) =>
  envelope({ ...usual('Ping', null, rps.url, rps.machine), ...parts });

describe('1. HTTP', () => {
  const large = Buffer.alloc(64 * 1024 + 1, ' ');
  test.each([
    ['another content type', 415, '<a', 'text/xml'],
    ['another content type, and too large', 415, Buffer.alloc(300_000), 'text/xml'],
    ['over 64 KB', 413, large, undefined],
    ['over 256 KB', 413, Buffer.alloc(300_000), undefined],
    ['not well-formed', 400, '<s:Envelope', undefined],
    ['a prefix without a namespace', 400, '<s:Envelope/>', undefined],
    ['bytes that are not UTF-8', 400, Buffer.from([0x3c, 0x61, 0xff, 0x2f, 0x3e]), undefined],
    ['a DTD', 400, '<!DOCTYPE a><a/>', undefined],
  ])('%s is %d, with an empty body', async (_name, status, body, contentType) => {
    expect(await rps.post(body, contentType)).toMatchObject({ status, xml: '' });
  });

  test('64 KB are taken', async () => {
    const xml = xmlOf();
    const padded = `${xml}${' '.repeat(64 * 1024 - Buffer.byteLength(xml))}`;
    expect((await rps.post(padded)).status).toBe(200);
    expect((await rps.post(`${padded} `)).status).toBe(413);
  });
});

describe('2. the envelope', () => {
  test('SOAP 1.1 is a wrong version', async () => {
    const xml = '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body/></s:Envelope>';
    expect(await rps.post(xml)).toMatchObject({ status: 500, fault: 'VersionMismatch' });
  });

  test('a header that must be understood is not, before anything is missed', async () => {
    const more = '<x:Trace xmlns:x="urn:x" s:mustUnderstand="true"/>';
    expect(await ping({ more, action: '' })).toMatchObject({ status: 500, fault: 'MustUnderstand' });
    expect(await ping({ more: more.replace('true', '0') })).toMatchObject({ status: 200 });
  });

  test('its own header may be marked', async () => {
    const marked = context('<t:Channel>Web</t:Channel>').replace(
      '<CallContext',
      '<CallContext s:mustUnderstand="1"',
    );
    expect(await ping({ context: marked })).toMatchObject({ status: 200 });
  });
});

describe('3. addressing', () => {
  const reply = (address: string) => `<a:ReplyTo><a:Address>${address}</a:Address></a:ReplyTo>`;
  const anonymous = 'http://www.w3.org/2005/08/addressing/anonymous';
  test.each<[string, string, Partial<Parts>]>([
    ['no Action', 'MessageAddressingHeaderRequired', { action: '' }],
    ['no MessageID', 'MessageAddressingHeaderRequired', { messageId: '' }],
    ['no To', 'MessageAddressingHeaderRequired', { to: '' }],
    ['two MessageIDs', 'InvalidAddressingHeader', { more: '<a:MessageID>urn:x</a:MessageID>' }],
    ['an answer wanted elsewhere', 'InvalidAddressingHeader', { more: reply('http://elsewhere.example/') }],
    [
      'no answer wanted',
      'InvalidAddressingHeader',
      { more: reply('http://www.w3.org/2005/08/addressing/none') },
    ],
    [
      'another operation',
      'InvalidAddressingHeader',
      { action: `<a:Action>${actionOf('GetOrders')}</a:Action>` },
    ],
    ['an empty body', 'InvalidAddressingHeader', { body: '' }],
    [
      'another path',
      'DestinationUnreachable',
      { to: '<a:To>http://rps.library.example/rps/Other.svc</a:To>' },
    ],
    ['an unknown Action', 'ActionNotSupported', { action: `<a:Action>${actionOf('Pong')}</a:Action>` }],
  ])('%s is %s, whatever the security header says', async (_name, fault, parts) => {
    expect(await ping({ security: '', ...parts })).toMatchObject({ status: 400, fault });
  });

  test('host and port of To are not looked at, and the anonymous address is taken', async () => {
    const to = '<a:To>https://proxy.example:8443/rps</a:To>';
    expect(await ping({ to, more: reply(anonymous) })).toMatchObject({ status: 200 });
  });

  test('an action of the content type must be the same', async () => {
    const typed = (operation: string) => `application/soap+xml; action="${actionOf(operation)}"`;
    expect(await rps.post(xmlOf(), typed('Ping'))).toMatchObject({ status: 200 });
    expect(await rps.post(xmlOf(), typed('GetOrders'))).toMatchObject({ fault: 'InvalidAddressingHeader' });
  });
});

describe('4. security', () => {
  const minute = 60_000;
  const secured = (fromMs: number, toMs: number, signed = token()) => ({
    security: security(timestamp(rps.machine, fromMs, toMs), signed),
  });
  test.each<[string, string, () => Partial<Parts>]>([
    ['no header', 'InvalidSecurity', () => ({ security: '' })],
    ['two headers', 'InvalidSecurity', () => ({ more: security(timestamp(rps.machine), token()) })],
    ['no timestamp', 'InvalidSecurity', () => ({ security: security(token()) })],
    [
      'two tokens',
      'InvalidSecurity',
      () => ({ security: security(timestamp(rps.machine), token(), token()) }),
    ],
    ['a digest', 'InvalidSecurity', () => secured(0, minute, token('patron-graph', 'x', 'PasswordDigest'))],
    [
      'a day that does not exist',
      'InvalidSecurity',
      () => ({ security: security(timestamp(rps.machine).replace('2026-11-30', '2027-02-30'), token()) }),
    ],
    ['created six minutes ago', 'MessageExpired', () => secured(-6 * minute, minute)],
    ['created in six minutes', 'MessageExpired', () => secured(6 * minute, 7 * minute)],
    ['past', 'MessageExpired', () => secured(-2 * minute, -minute)],
    ['over before its beginning', 'MessageExpired', () => secured(2 * minute, minute)],
    ['another user', 'FailedAuthentication', () => secured(0, minute, token('other'))],
    [
      'another password',
      'FailedAuthentication',
      () => secured(0, minute, token('patron-graph', 'rps-Secret')),
    ],
  ])('%s is %s, whatever the body is', async (_name, fault, parts) => {
    const body = `<Ping xmlns="${MESSAGES}"><x/></Ping>`;
    expect(await ping({ body, context: '', ...parts() })).toMatchObject({ status: 400, fault, why: '' });
  });

  test("a password without a type is text, and the machine's clock counts when RPS's is moved", async () => {
    await rps.control({ clock: '+3h' });
    const untyped = token().replace(/ Type="[^"]*"/, '');
    expect(await ping(secured(0, minute, untyped))).toMatchObject({ status: 200 });
    await rps.control({ clock: 'real' });
  });
});

describe('5. the schema', () => {
  const order = (method: string, more = '') => newOrder('schema', 'P0000016', more, method);
  test.each<[string, string, string, Partial<Parts>]>([
    ['no CallContext', 'Ping', '', { context: '' }],
    ['two of them', 'Ping', '', { more: context('<t:Channel>Web</t:Channel>') }],
    ['a channel that it does not have', 'Ping', '', { context: context('<t:Channel>Fax</t:Channel>') }],
    ['no choice of a key', 'GetOrders', '', {}],
    ['a patron number', 'GetStatements', statements('P1'), {}],
    ['an amount with one decimal', 'CreateOrder', order(fps, lines(['F0000001', '1.5'])), {}],
    ['an abstract method', 'CreateOrder', order('<t:Method/>'), {}],
    ['a type that is no method', 'CreateOrder', order('<t:Method i:type="t:Order"/>'), {}],
    ['a wallet without its provider', 'CreateOrder', order('<t:Method i:type="t:WalletMethod"/>'), {}],
    [
      'another currency',
      'WaiveCharge',
      waiver('a', 'F0000001', '1.00').replace('<t:Amount>', '<t:Amount currency="USD">'),
      {},
    ],
  ])('%s is not deserialized', async (_name, operation, request, parts) => {
    const written = operation === 'Ping' ? null : request;
    expect(await rps.call(operation, written, parts)).toMatchObject({
      status: 400,
      fault: 'DeserializationFailed',
      why: '',
    });
  });
});

describe('6. the end of the day', () => {
  test.each([
    ['2026-11-30T15:29:59.999Z', null],
    ['2026-11-30T15:30:00Z', '2700'],
    ['2026-11-30T16:00:00Z', '900'],
    ['2026-11-30T16:14:59.5Z', '1'],
    ['2026-11-30T16:15:00Z', null],
  ])('at %s RPS answers again after %s s', async (clock, seconds) => {
    await rps.control({ clock });
    const answer = await rps.call('Ping', null);
    expect(answer.texts('RetryAfterSeconds')).toEqual(seconds === null ? [] : [seconds]);
    expect(answer).toMatchObject(seconds === null ? { status: 200 } : { status: 500, fault: 'SystemFault' });
    await rps.control({ clock: 'real' });
  });

  test('at night RPS answers, if nobody has set its clock', async () => {
    const { machine } = rps;
    rps.machine = new Date('2026-11-30T15:45:00Z');
    expect((await rps.call('Ping', null)).status).toBe(200);
    await rps.control({ clock: '2026-11-30T15:45:00Z' });
    expect((await rps.call('Ping', null)).fault).toBe('SystemFault');
    await rps.control({ clock: 'real' });
    expect((await rps.call('Ping', null)).status).toBe(200);
    rps.machine = machine;
  });

  test('every operation but GetOrders and ListChanges is closed, also for what is not valid or a duplicate', async () => {
    await rps.control({ clock: '2026-11-30T15:45:00Z' });
    const closed: [string, string | null][] = [
      ['GetStatements', null],
      ['CreateOrder', newOrder('web-5f0c6a1e', 'P0000016', lines())],
      ['CancelOrder', '<t:OrderNo>RO2026000001</t:OrderNo>'],
      ['WaiveCharge', waiver('counter-20261109-0004', 'F0000001', '0.00')],
      ['RefundOrder', null],
      ['GetReceipt', '<t:OrderNo>RO2026000001</t:OrderNo>'],
    ];
    for (const [operation, request] of closed) {
      expect((await rps.call(operation, request)).fault, operation).toBe('SystemFault');
    }
    expect((await rps.call('GetOrders', ordersBy('OrderNo', 'RO2026000001'))).texts('OrderNo')).toEqual([
      'RO2026000001',
    ]);
    expect((await rps.call('ListChanges', '<t:AfterSeq>0</t:AfterSeq><t:MaxRows>1</t:MaxRows>')).status).toBe(
      200,
    );
    await rps.control({ clock: 'real' });
  });

  test("busy is the system's, with and without a time to come back, before a duplicate", async () => {
    rps.faults.set([{ kind: 'busy' }]);
    const duplicate = newOrder('web-5f0c6a1e', 'P0000016', lines());
    const answers = [await rps.call('CreateOrder', duplicate), await rps.call('CreateOrder', duplicate)];
    rps.faults.clear();
    expect(answers.map(({ status, fault }) => `${status} ${fault}`)).toEqual([
      '500 SystemFault',
      '500 SystemFault',
    ]);
    expect(answers.map((answer) => answer.texts('RetryAfterSeconds'))).toEqual([['5'], []]);
  });
});

describe('7. a reference used before', () => {
  test.each([
    ['an order', 'web-5f0c6a1e', 'RO2026000002'],
    ['a refund', 'counter-20261109-0003', 'RO2026000001'],
  ])(
    'of %s leads to its order, also for another operation that is not valid',
    async (_name, reference, orderNo) => {
      for (const [operation, request] of [
        ['CreateOrder', newOrder(reference, 'P0000001', lines())],
        ['WaiveCharge', waiver(reference, 'G9999999', '0.00', '')],
      ] as const) {
        const answer = await rps.call(operation, request);
        expect(answer).toMatchObject({ status: 400, fault: 'DuplicateFault' });
        expect(answer.find('//t:DuplicateFault/t:Order/t:OrderNo')).toEqual([orderNo]);
        expect(answer.find('//a:Action')).toEqual([actionOf(`${operation}DuplicateFaultFault`)]);
      }
    },
  );

  test('of a waiver leads to its row of ListChanges', async () => {
    const answer = await rps.call('CreateOrder', newOrder('counter-20261113-0001', 'P0000001', lines()));
    expect(answer.find('//t:DuplicateFault/t:Change/@Type')).toEqual(['ChargeWaived']);
    expect(answer.texts('ChargeNos')).toEqual(['G0000006']);
  });

  test("letters' case counts, and what failed is not remembered", async () => {
    const failed = newOrder('WEB-5F0C6A1E', 'P0000016', lines(['G9999999', '1.00']));
    expect(await rps.call('CreateOrder', failed)).toMatchObject({ why: 'NoSuchCharge G9999999' });
    expect(await rps.call('CreateOrder', failed)).toMatchObject({ why: 'NoSuchCharge G9999999' });
  });
});

describe('8. validation', () => {
  const line = (chargeNo: string, amount = '1.00'): [string, string] => [chargeNo, amount];
  const nil = '<t:OrderLine i:nil="true"/>';
  const over = (characters: number) => '書'.repeat(characters);
  const order = (ordered: string, after = fps) => newOrder('validation', 'P0000016', ordered, after);
  const many = Array.from({ length: 51 }, (_, index) => line(`G${String(index).padStart(7, '0')}`));
  const patrons = Array.from({ length: 21 }, (_, index) => `P${String(index).padStart(7, '0')}`);
  const url = (length: number) => `https://a.example/${'x'.repeat(length - 'https://a.example/'.length)}`;
  const cardTo = (to: string) => `<t:Method i:type="t:CardMethod"/><t:ReturnUrl>${to}</t:ReturnUrl>`;
  test.each<[string, string, string | null]>([
    ['request', 'GetStatements', null],
    ['PatronNos', 'GetStatements', ''],
    ['PatronNos', 'GetStatements', '<t:PatronNos i:nil="true"/>'],
    ['PatronNos', 'GetStatements', statements(...patrons)],
    [
      'PatronNos[1]',
      'GetStatements',
      '<t:PatronNos><t:PatronNo>P0000001</t:PatronNo><t:PatronNo i:nil="1"/></t:PatronNos>',
    ],
    ['OrderNos', 'GetOrders', '<t:OrderNos/>'],
    [
      'MerchantRefs',
      'GetOrders',
      ordersBy('MerchantRef', ...Array.from({ length: 26 }, (_, index) => `r${index}`)),
    ],
    ['Lines', 'CreateOrder', order('')],
    ['Lines', 'CreateOrder', order(lines(...many))],
    [
      'Lines[0] Lines[2].ChargeNo Lines[3].Amount Note',
      'CreateOrder',
      order(
        lines(line('F0000001'), line('F0000001'), line('G0000010', '0.00')).replace(
          '<t:Lines>',
          `<t:Lines>${nil}`,
        ),
        `${fps}<c:Note>${over(201)}</c:Note>`,
      ),
    ],
    [
      'ReturnUrl',
      'CreateOrder',
      order(lines(line('F0000001')), '<t:Method i:type="t:WalletMethod" Provider="PayMe"/>'),
    ],
    ['ReturnUrl', 'CreateOrder', order(lines(line('F0000001')), cardTo('/back'))],
    ['ReturnUrl', 'CreateOrder', order(lines(line('F0000001')), cardTo('ftp://a.example/'))],
    ['ReturnUrl', 'CreateOrder', order(lines(line('F0000001')), cardTo(url(501)))],
    ['Reason', 'CancelOrder', `<t:OrderNo>RO2026000001</t:OrderNo><t:Reason>${over(201)}</t:Reason>`],
    ['Amount Reason', 'WaiveCharge', waiver('validation', 'F0000001', '0.00', ' \n')],
    ['Reason', 'WaiveCharge', waiver('validation', 'F0000001', null, over(201))],
    [
      'Lines Reason',
      'RefundOrder',
      `<t:MerchantRef>validation</t:MerchantRef><t:OrderNo>RO2026000001</t:OrderNo><t:ClerkId>staff-1</t:ClerkId><t:Reason/>`,
    ],
    ['MaxRows', 'ListChanges', '<t:AfterSeq>0</t:AfterSeq><t:MaxRows>0</t:MaxRows>'],
    ['MaxRows', 'ListChanges', '<t:AfterSeq>0</t:AfterSeq><t:MaxRows>501</t:MaxRows>'],
    ['request', 'GetReceipt', null],
  ])('%s of %s', async (why, operation, request) => {
    const answer = await rps.call(operation, request);
    expect(answer).toMatchObject({ status: 400, fault: 'ValidationFault', why });
    expect(answer.find('//a:Action')).toEqual([actionOf(`${operation}ValidationFaultFault`)]);
  });

  test('the clerk must be the one of the call, if there is one', async () => {
    const request = waiver('validation', 'G9999999', null);
    expect(await rps.call('WaiveCharge', request, ofClerk('Staff-1'))).toMatchObject({ why: 'ClerkId' });
    expect(await rps.call('WaiveCharge', request, ofClerk('staff-1'))).toMatchObject({
      why: 'NoSuchCharge G9999999',
    });
  });

  test('200 characters of a note and 500 of a URL are taken', async () => {
    const after = `${cardTo(url(500))}<c:Note>${over(200)}</c:Note>`;
    const request = order(lines(line('G9999999')), after);
    expect(await rps.call('CreateOrder', request)).toMatchObject({ why: 'NoSuchCharge G9999999' });
  });
});

test('an answer relates to its request, has its own action and a timestamp, and no declaration', async () => {
  const answer = await rps.call('Ping', null);
  expect(answer.contentType).toBe('application/soap+xml; charset=utf-8');
  expect(answer.xml.startsWith('<s:Envelope')).toBe(true);
  expect(answer.find('//a:RelatesTo')).toEqual(['urn:uuid:4f0e']);
  expect(answer.find('//a:Action')).toEqual([actionOf('PingResponse')]);
  expect(answer.find('//o:Security/@s:mustUnderstand')).toEqual(['1']);
  expect(answer.find('//u:Created')).toEqual([rps.machine.toISOString()]);
});
