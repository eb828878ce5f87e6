import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { contractIn } from '../../../simulators/simulated-system.ts';
import { InvalidRequest } from '../../../simulators/soap/invalid-request.ts';
import { validElement } from '../../../simulators/soap/read-payload.ts';
import { readXml } from '../../../simulators/soap/xml.ts';
import { wsdlJudge } from '../../support/contracts/wsdl-judge.ts';
import { seed } from '../../support/random.ts';
import { branch, damaged, leaf, type Node, nil, write } from '../requests/damage.ts';

/**
 * Compares the simulator's reading of RPS's schemas with libxml2's. For every damaged request, both must agree whether
 * it is valid. `SEED=…` repeats a run; `EXHAUSTIVE=1` makes it long.
 */
const WSDL = 'revenue/revenue.wsdl';
const MESSAGES = 'http://rps.library.example/2014/11';
const contract = contractIn(WSDL);
const judge = wsdlJudge(new URL(`../../../adapters/${WSDL}`, import.meta.url));
afterAll(() => judge[Symbol.dispose]());

const attributed = (node: Node, attributes: string): Node => ({
  ...node,
  attributes: node.attributes + attributes,
});
const request = (operation: string, ...children: Node[]): Node =>
  branch(`m:${operation}`, branch('m:request', ...children));
const line = (chargeNo: string, amount: string): Node =>
  branch('OrderLine', leaf('ChargeNo', chargeNo), leaf('Amount', amount));
const method = (type: string, ...children: Node[]): Node =>
  attributed(branch('Method', ...children), ` xsi:type="${type}"`);
const order = (...last: Node[]): Node =>
  request(
    'CreateOrder',
    leaf('MerchantRef', 'web-1.2:3_4'),
    leaf('PatronNo', 'P0000001'),
    branch('Lines', line('F0000001', '21.00'), line('G0000001', ' 0.50 ')),
    ...last,
  );
const guid = '0123abCD-0000-4000-8000-0123456789ab';

const samples: readonly Node[] = [
  branch('m:CallContext', leaf('Channel', 'Web'), leaf('ClerkId', 'staff-1'), leaf('CorrelationId', guid)),
  branch('m:CallContext', leaf('Channel', 'Counter'), nil('ClerkId'), leaf('CorrelationId', guid)),
  request(
    'GetStatements',
    branch('PatronNos', leaf('PatronNo', 'P0000001'), nil('PatronNo')),
    leaf('IncludeSettled', '1'),
  ),
  request('GetOrders', branch('OrderNos', leaf('OrderNo', 'RO2026000001'))),
  request('GetOrders', branch('MerchantRefs', leaf('MerchantRef', 'a'), leaf('MerchantRef', 'B'))),
  order(method('FpsMethod', leaf('PayerName', 'LEE'), leaf('BankCode', '004')), leaf('c:Note', 'first')),
  order(
    attributed(method('CardMethod', leaf('MaskedNo', 'x')), ' Brands=" Visa  Jcb "'),
    leaf('ReturnUrl', 'https://a.example/b?c=d#e'),
  ),
  order(attributed(method('WalletMethod', nil('PayerName')), ' Provider="PayMe"'), nil('c:Note')),
  order(method('CounterMethod', leaf('Branch', 'STCL'), leaf('Tender', 'Cash'))),
  request('CancelOrder', leaf('OrderNo', 'RO2026000001'), leaf('Reason', 'x')),
  request(
    'WaiveCharge',
    leaf('MerchantRef', 'a'),
    leaf('ChargeNo', 'G0000001'),
    attributed(leaf('Amount', '1.00'), ' currency="HKD"'),
    leaf('ClerkId', 'staff'),
    leaf('Reason', 'x'),
  ),
  request(
    'RefundOrder',
    leaf('MerchantRef', 'a'),
    leaf('OrderNo', 'RO2026000001'),
    nil('Lines'),
    leaf('ClerkId', 'ab'),
    leaf('Reason', ''),
  ),
  request('ListChanges', leaf('AfterSeq', ' +7 '), leaf('MaxRows', '500')),
  request('GetReceipt', leaf('OrderNo', 'RO2026000001')),
  branch('m:Ping'),
];

// biome-ignore format: with one value on each line, the lists would fill a screen.
const ammunition = {
  texts: [
    '', ' ', 'x', 'P0000001', 'P000000١', ' P0000001', 'F0000001', 'G0000001 ', 'RO2026000001', 'RO202600000', '1.5', '1.50',
    '01.50', '+1.50', '12345678.00', '.50', '1.500', '0.00', '1', '-1', '9223372036854775808', '2147483648', 'true', 'True',
    'Web', 'web', 'Visa', 'Visa Visa', 'Cash', '004', '04', guid, 'https://a.example/x y', 'https://a.example/%zz', '//x', '嚟',
    'a:b', 'http://[::1]/', 'http://a.example/[x]', 'http://a.example/#a#b', '1:2', 'http://a:b/', 'http://嚟.example/', '<b>x</b>',
  ],
  attributes: [
    ' xsi:nil="true"', ' xsi:nil="false"', ' xsi:nil=" 1 "', ' currency="HKD"', ' currency="USD"', ' Brands="Visa"', ' Brands=""',
    ' Provider="Octopus"', ' xsi:type="FpsMethod"', ' xsi:type=" CounterMethod "', ' xsi:type="PaymentMethod"', ' xsi:type="Order"',
    ' xsi:type="c:PatronNo"', ' xsi:type="c:CircChargeNo"', ' xsi:type="c:ChargeNo"', ' xsi:type="c:Money"', ' xsi:type="xs:int"',
    ' xsi:type="xs:string"', ' xsi:type="q:none"', ' xsi:type="none"', ' xmlns=""', ' xml:lang="en"', ' p:x="1"', ' Version="1"',
  ],
  names: ['OrderNo', 'MerchantRef', 'OrderNos', 'Amount', 'Refunded', 'c:Note', 'Note', 'BankCode', 'PayerName', 'm:request', 'Tender'],
};

function document(root: Node): string {
  const scope =
    ` xmlns="${MESSAGES}/types" xmlns:m="${MESSAGES}" xmlns:c="${MESSAGES}/common" xmlns:p="urn:other"` +
    ' xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';
  return write({ ...root, attributes: scope + root.attributes });
}

/** Returns null if the simulator takes the request, and otherwise what it says. */
function ownProblem(xml: string): string | null {
  const { root, problem } = readXml(xml);
  if (root === null || problem !== null) {
    return `not well-formed: ${problem}`;
  }
  const { input } = contract.operations.get(root.local) ?? {};
  try {
    const declaration = input ?? contract.element(`{${MESSAGES}}${root.local}`);
    validElement(declaration, root, { types: contract.types, onExcess: () => {} });
    return null;
  } catch (error) {
    if (error instanceof InvalidRequest) {
      return error.message;
    }
    throw error;
  }
}

test(`the simulator and libxml2 agree on every request (SEED=${seed})`, () => {
  const verdicts = { valid: 0, invalid: 0 };
  fc.assert(
    fc.property(damaged(samples, ammunition), (root) => {
      const xml = document(root);
      const own = ownProblem(xml);
      const theirs = judge.problems(xml);
      verdicts[theirs.length === 0 ? 'valid' : 'invalid'] += 1;
      expect({ xml, own, theirs, agree: (own === null) === (theirs.length === 0) }).toMatchObject({
        agree: true,
      });
    }),
    { seed, numRuns: process.env.EXHAUSTIVE === '1' ? 30_000 : 1_000 },
  );
  expect(Math.min(verdicts.valid, verdicts.invalid)).toBeGreaterThan(50);
});

// biome-ignore format: with one value on each line, the list would fill a screen.
const urls = [
  '', ' ', 'a b', 'http://a/%zz', '//x', 'http://a/[x]', 'http://[::1]/', 'http://[x/', '#a#b', 'a#b', '1:2', ':a', 'a:b',
  'http://a:b/', 'http://a:99999/', 'http://嚟/', '%', 'http:///x', 'http://', 'http:', 'a|b', 'a"b', 'ab#[x]', '?[x]', 'http://u@h@x/',
  'x://h?a?b', "http://h/'()*", '[', 'a/[', 'é:x', 'ht!tp://x', '1http://x', './1:2', '?1:2', 'http://h:/', 'http://h:8x/', 'http://h%20/',
];
test.each(urls)('the simulator and libxml2 agree on the URL %j', (url) => {
  const xml = document(order(method('FpsMethod'), leaf('ReturnUrl', url)));
  expect(ownProblem(xml) === null).toBe(judge.problems(xml).length === 0);
});

test('the samples are valid', () => {
  expect(samples.map((sample) => judge.problems(document(sample)))).toEqual(samples.map(() => []));
});
