import { describe, expect, test } from 'vitest';
import { contract, type Operations } from '../../../../../../adapters/charges/contract.generated.ts';
import { createSoapClient } from '../../../../../../adapters/soap/client.ts';
import { wsAddressing } from '../../../../../../adapters/soap/plugins/addressing.ts';
import { textToken } from '../../../../../../adapters/soap/plugins/username-token.ts';
import { timestamp, wsSecurity } from '../../../../../../adapters/soap/plugins/ws-security.ts';
import { failureOf } from '../../prs-client.ts';
import { type RawRequest, reply, startRawServer } from '../../raw-server.ts';

/*
 * The revenue system's contract over the wire: addressing, security, headers, abstract types, typed faults. The answers
 * are written by hand, as the vendor's documentation describes them.
 */

const service = 'http://rps.library.example/2014/11';
const uuid = '00000000-0000-4000-8000-000000000001';
const callContext = { Channel: 'Counter', ClerkId: 'c.lam', CorrelationId: uuid } as const;

function clientOf(url: string) {
  return createSoapClient<Operations>({
    system: 'payment system',
    contract,
    url,
    reads: ['GetOrders'],
    reasonOf: () => null,
    limits: { retryDelayMs: 1 },
    plugins: [
      wsAddressing({ randomUuid: () => uuid }),
      wsSecurity([
        timestamp({ now: () => new Date('2026-11-30T01:00:00Z'), secondsToLive: 300 }),
        textToken({ user: 'lib', password: 'a<b' }),
      ]),
    ],
  });
}

interface AnswerParts {
  readonly relatesTo?: string;
  readonly action?: string;
  readonly header?: string;
}

const security =
  '<o:Security s:mustUnderstand="1" xmlns:o="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><u:Timestamp ' +
  'xmlns:u="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"/></o:Security>';

const answer = (
  body: string,
  {
    relatesTo = `urn:uuid:${uuid}`,
    action = `${service}/IRevenueService/GetOrdersResponse`,
    header = '',
  }: AnswerParts = {},
): string =>
  '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:a="http://www.w3.org/2005/08/addressing" ' +
  'xmlns:i="http://www.w3.org/2001/XMLSchema-instance">' +
  `<s:Header><a:Action s:mustUnderstand="1">${action}</a:Action><a:RelatesTo>${relatesTo}</a:RelatesTo>${security}${header}</s:Header>` +
  `<s:Body>${body}</s:Body></s:Envelope>`;

const orders =
  `<GetOrdersResponse xmlns="${service}"><GetOrdersResult xmlns:t="${service}/types" xmlns:c="${service}/common">` +
  '<t:Order State="Pending" Version="2" ChangedAt="2026-11-30T01:00:00Z" Channel="Web"><t:OrderNo>RO2026000001</t:OrderNo>' +
  '<c:Note i:nil="true"/><t:MerchantRef>m-1</t:MerchantRef><t:PatronNo>P0000001</t:PatronNo>' +
  '<t:Method i:type="t:CardMethod" Brands="Visa Jcb"><t:PayerName>Lam</t:PayerName></t:Method>' +
  '<t:Lines><t:OrderLine><t:ChargeNo>F0000001</t:ChargeNo><t:Amount currency="HKD">1.50</t:Amount></t:OrderLine></t:Lines>' +
  '<t:Total>1.50</t:Total><t:BusinessDate>2026-11-30</t:BusinessDate><t:CreatedAt>2026-11-30T01:00:00.1234567Z</t:CreatedAt>' +
  '<t:PayBy i:nil="true"/><t:PaidAt i:nil="true"/><t:RedirectUrl>https://pay.example/x?y=1</t:RedirectUrl>' +
  '<x:Settlement xmlns:x="urn:later" x:batch="7"><x:At>soon</x:At></x:Settlement></t:Order></GetOrdersResult></GetOrdersResponse>';

const asked = { request: { OrderNos: { OrderNo: ['RO2026000001'] } } };
const signal = () => AbortSignal.timeout(5_000);

/** Asks for an order, from a server that answers with the text. */
async function ask(
  xml: string,
  status = 200,
): Promise<{ response: unknown; request: RawRequest | undefined; count: number }> {
  await using server = await startRawServer((response) =>
    reply(response, xml, 'application/soap+xml; charset=utf-8', status),
  );
  await using client = clientOf(server.url);
  const calls = client.withHeaders({ CallContext: callContext });
  const response = await calls.ask('GetOrders', asked, signal()).catch((error: unknown) => error);
  return { response, request: server.requests[0], count: server.requests.length };
}

describe('a request of the revenue system', () => {
  test('is addressed, signed with user and time, and has the header of the contract', async () => {
    const { request } = await ask(answer(orders));
    expect(request?.headers['content-type']).toBe(
      `application/soap+xml; charset=utf-8; action="${service}/IRevenueService/GetOrders"`,
    );
    const xml = request?.body ?? '';
    for (const part of [
      `<wsa:Action xmlns:wsa="http://www.w3.org/2005/08/addressing" soap:mustUnderstand="true">${service}/IRevenueService/GetOrders</wsa:Action>`,
      `>urn:uuid:${uuid}</wsa:MessageID>`,
      /<wsa:To [^>]*>http:\/\/127\.0\.0\.1:\d+\/soap<\/wsa:To>/,
      '<wsu:Created>2026-11-30T01:00:00.000Z</wsu:Created><wsu:Expires>2026-11-30T01:05:00.000Z</wsu:Expires>',
      '#PasswordText">a&lt;b</wsse:Password>',
      `<n2:Channel>Counter</n2:Channel><n2:ClerkId>c.lam</n2:ClerkId><n2:CorrelationId>${uuid}</n2:CorrelationId></m:CallContext>`,
      '<n2:OrderNos><n2:OrderNo>RO2026000001</n2:OrderNo></n2:OrderNos>',
    ]) {
      expect(xml).toMatch(part);
    }
  });

  test('can not be sent without the header of the contract', async () => {
    await using client = clientOf('http://127.0.0.1:1/');
    expect(await failureOf(client.ask('GetOrders', asked, signal()))).toMatchObject({
      reason: 'unencodable',
    });
  });
});

describe('an answer of the revenue system', () => {
  test('has its types, attributes, choices and elements of later releases', async () => {
    const { response } = await ask(answer(orders));
    expect(response).toEqual({
      kind: 'reply',
      reply: {
        GetOrdersResult: {
          Order: [
            {
              State: 'Pending',
              Version: 2,
              ChangedAt: '2026-11-30T01:00:00Z',
              Channel: 'Web',
              OrderNo: 'RO2026000001',
              Note: null,
              MerchantRef: 'm-1',
              PatronNo: 'P0000001',
              Method: { $type: 'CardMethod', Brands: ['Visa', 'Jcb'], PayerName: 'Lam' },
              Lines: { OrderLine: [{ ChargeNo: 'F0000001', Amount: { currency: 'HKD', $value: '1.50' } }] },
              Total: { currency: 'HKD', $value: '1.50' },
              BusinessDate: '2026-11-30',
              CreatedAt: '2026-11-30T01:00:00.1234567Z',
              PayBy: null,
              PaidAt: null,
              RedirectUrl: 'https://pay.example/x?y=1',
              $any: [
                {
                  name: '{urn:later}Settlement',
                  attributes: { '{urn:later}batch': '7' },
                  children: [{ name: '{urn:later}At', attributes: {}, children: ['soon'] }],
                },
              ],
            },
          ],
        },
      },
    });
  });

  test.each([
    [
      'relates to another request',
      answer(orders, { relatesTo: 'urn:uuid:other' }),
      'it does not relate to the request',
    ],
    [
      'has the action of another operation',
      answer(orders, { action: `${service}/Other` }),
      "it does not have the reply's action",
    ],
    [
      'has a header that nobody knows and all must understand',
      answer(orders, { header: '<x s:mustUnderstand="1"/>' }),
      'a block that must be understood',
    ],
    [
      'has a method of no type',
      answer(orders.replace('i:type="t:CardMethod"', '')),
      'Method does not say of which type it is',
    ],
    ['has an amount with one decimal', answer(orders.replace('>1.50<', '>1.5<')), 'not a Money'],
  ])('is refused if it %s', async (_what, xml, message) => {
    const { response } = await ask(xml);
    expect(String(response)).toContain('invalid-response');
    expect(String(response)).toContain(message);
  });

  const fault = (code: string, subcode: string, detail: string) =>
    answer(
      `<s:Fault><s:Code><s:Value>s:${code}</s:Value><s:Subcode><s:Value xmlns:w="urn:w">w:${subcode}</s:Value></s:Subcode></s:Code>` +
        `<s:Reason><s:Text xml:lang="en">SECRET</s:Text></s:Reason>${detail}</s:Fault>`,
      { action: `${service}/IRevenueService/Fault` },
    );

  test.each([
    [
      'with problems of the request',
      fault(
        'Sender',
        'X',
        `<s:Detail><ValidationFault TicketId="${uuid}" xmlns="${service}/types"><Text>no</Text><Problems><Problem><Field>OrderNos[0]</Field><Text>bad</Text></Problem></Problems></ValidationFault></s:Detail>`,
      ),
      {
        side: 'sender',
        subcode: '{urn:w}X',
        name: 'ValidationFault',
        detail: {
          TicketId: uuid,
          Text: 'no',
          Problems: { Problem: [{ Field: 'OrderNos[0]', Text: 'bad' }] },
        },
      },
    ],
    [
      'at the end of day',
      fault(
        'Receiver',
        'Y',
        `<s:Detail><SystemFault xmlns="${service}/types"><RetryAfterSeconds>60</RetryAfterSeconds></SystemFault></s:Detail>`,
      ),
      { side: 'receiver', name: 'SystemFault', detail: { RetryAfterSeconds: 60 }, isGarbled: false },
    ],
    [
      'without a detail',
      fault('Sender', 'MessageExpired', ''),
      { side: 'sender', subcode: '{urn:w}MessageExpired', name: null, detail: null, isGarbled: false },
    ],
    [
      'of a kind that the operation does not have',
      fault('Sender', 'X', `<s:Detail><DuplicateFault xmlns="${service}/types"/></s:Detail>`),
      { name: null, detail: null, isGarbled: false },
    ],
    [
      'that is garbled',
      fault(
        'Sender',
        'X',
        `<s:Detail><SystemFault xmlns="${service}/types"><RetryAfterSeconds>x</RetryAfterSeconds></SystemFault></s:Detail>`,
      ),
      { name: null, detail: null, isGarbled: true },
    ],
  ])('is a fault %s', async (_what, xml, expected) => {
    const { response } = await ask(xml, 500);
    expect(response).toMatchObject({ kind: 'fault', ...expected });
  });
});
