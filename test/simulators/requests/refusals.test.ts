import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CoreSystemId } from '../../../platform/systems.ts';
import { type RunningSimulators, startSimulators, UNREADABLE } from '../../../simulators/index.ts';
import {
  type Answer,
  circHeaders,
  cmsHeaders,
  freshToken,
  NAMESPACES,
  post,
  prsHeaders,
  SOAP_11,
  SOAP_12,
  securityHeader,
  soap,
} from '../wire-client.ts';

let legacy: RunningSimulators;
beforeAll(async () => {
  legacy = await startSimulators();
});
afterAll(() => legacy[Symbol.asyncDispose]());

/** The form of one system's valid request, and the form of its refusals. */
interface Dialect {
  readonly system: CoreSystemId;
  readonly envelope: string;
  readonly otherEnvelope: string;
  readonly headers: () => Record<string, string>;
  readonly header: () => string;
  readonly payload: string;
  readonly isRefused: (answer: Answer) => void;
}

const XSI = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"';

const prsDialect: Dialect = {
  system: 'prs',
  envelope: SOAP_11,
  otherEnvelope: SOAP_12,
  headers: () => prsHeaders('SearchPatrons'),
  header: () => '',
  payload: `<p:SearchPatrons xmlns:p="${NAMESPACES.prs}"><NAME>x</NAME><MAX_ROWS>1</MAX_ROWS></p:SearchPatrons>`,
  isRefused: (answer) => {
    expect([answer.status, answer.texts('faultcode'), answer.texts('CODE')]).toEqual([
      500,
      ['soap:Client'],
      ['PRS-001'],
    ]);
  },
};

const cmsDialect: Dialect = {
  system: 'cms',
  envelope: SOAP_12,
  otherEnvelope: SOAP_11,
  headers: () => ({ ...cmsHeaders }),
  header: () => securityHeader(freshToken()),
  payload:
    `<ListLossReports xmlns="${NAMESPACES.cms}" ${XSI}><afterReportNo>x</afterReportNo>` +
    '<maxRows>1</maxRows></ListLossReports>',
  isRefused: (answer) => {
    expect([answer.status, answer.texts('Value'), answer.texts('cmsFault')]).toEqual([
      400,
      ['env:Sender'],
      [],
    ]);
  },
};

const circDialect: Dialect = {
  system: 'circ',
  envelope: SOAP_11,
  otherEnvelope: SOAP_12,
  headers: () => circHeaders('FindItems'),
  header: () => '',
  payload: `<FindItems xmlns="${NAMESPACES.circ}"><SID>x</SID><Title>x</Title><MaxRows>1</MaxRows></FindItems>`,
  isRefused: (answer) => {
    expect([answer.status, answer.texts('RC')]).toEqual([200, ['99']]);
    expect(answer.value('local-name(//*[local-name() = "RC"]/..)')).toBe('FindItemsResponse');
  },
};

describe.each([prsDialect, cmsDialect, circDialect])('$system', (dialect) => {
  const { system, envelope, otherEnvelope, headers, header, payload } = dialect;
  const whole = (): string => soap(envelope, payload, header());
  const firstChild = /<(NAME|afterReportNo|SID)>.*?<\/\1>/;
  const lastChild = /<(MAX_ROWS|maxRows|MaxRows)>.*?<\/\1>/;
  /** A request with a change in its text. Throws if the pattern changes nothing. */
  const changed = (pattern: RegExp | string, to: string) => (): string => {
    const xml = whole();
    const result = xml.replace(pattern, to);
    if (result === xml) {
      throw new Error(`${pattern} changes nothing`);
    }
    return result;
  };

  test('takes the request that the cases below make invalid', async () => {
    const answer = await post(legacy, system, headers(), whole());
    const isTaken = system === 'circ' ? answer.texts('RC').join() === '10' : answer.status === 200;
    expect(isTaken, answer.xml).toBe(true);
  });

  test.each<[string, () => string | Buffer]>([
    ['nothing', () => ''],
    ['text', () => 'hello'],
    ['a document cut short', () => whole().slice(0, -40)],
    ['what follows the document', () => `${whole()}<more/>`],
    ['the other SOAP version', () => soap(otherEnvelope, payload, header())],
    ['an Envelope in no namespace', () => whole().replace(/xmlns:s="[^"]*"/, 'xmlns:s="urn:none"')],
    ['no Body', changed(/<s:Body>.*<\/s:Body>/s, '')],
    ['two Bodies', changed(/<s:Body>.*<\/s:Body>/s, '$&$&')],
    ['an empty Body', () => soap(envelope, '', header())],
    ['two operations in one Body', () => soap(envelope, payload + payload, header())],
    ['a Header after the Body', changed('</s:Body>', '</s:Body><s:Header/>')],
    ['text in the Body', changed('<s:Body>', '<s:Body>x')],
    [
      'a header block to be understood that is not',
      () =>
        soap(
          envelope,
          payload,
          (header() || '<s:Header></s:Header>').replace(
            '</s:Header>',
            '<t:T xmlns:t="urn:t" s:mustUnderstand="1"/></s:Header>',
          ),
        ),
    ],
    ['an attribute on the Envelope', changed('<s:Envelope', '<s:Envelope lang="en"')],
    ['a document type', changed('<s:Envelope', '<!DOCTYPE x [<!ENTITY y "z">]><s:Envelope')],
    ['a processing instruction', changed('<s:Envelope', '<?go now?><s:Envelope')],
    ['an undeclared entity', changed(lastChild, '&nbsp;$&')],
    ['another encoding declared', changed('encoding="utf-8"', 'encoding="big5"')],
    ['XML 1.1', changed('version="1.0"', 'version="1.1"')],
    ['bytes that are not UTF-8', () => Buffer.from(whole().replace('>x<', '>\xe9<'), 'latin1')],
    ['an undeclared prefix', changed(lastChild, '<q:x/>$&')],
    ['a missing element', changed(lastChild, '')],
    [
      'elements in the wrong order',
      () => {
        const xml = whole();
        const last = lastChild.exec(xml)?.[0] ?? '';
        return xml.replace(last, '').replace(firstChild, `${last}$&`);
      },
    ],
    ['an element twice', changed(lastChild, '$&$&')],
    ['an unknown element', changed(lastChild, '$&<EXTRA/>')],
    ['text between elements', changed(lastChild, '$&x')],
    ['an element inside text', changed('>x<', '><b>x</b><')],
    ['a number that is none', changed(/>1</, '>one<')],
    ['a number beyond int', changed(/>1</, '>2147483648<')],
    ['an unknown attribute', changed('>x<', ' a="b">x<')],
    [
      'xsi:nil where it is not allowed',
      changed(/<(MAX_ROWS|maxRows|MaxRows)>1/, `<$1 ${XSI} xsi:nil="true">`),
    ],
    [
      'an operation of no such name',
      () => whole().replace(/(SearchPatrons|ListLossReports|FindItems)/g, 'DropTables'),
    ],
    [
      'the operation’s response',
      () => whole().replace(/(SearchPatrons|ListLossReports|FindItems)/g, '$1Response'),
    ],
    ['an operation in another namespace', () => whole().replaceAll(NAMESPACES[system], 'urn:other')],
    ['what is deeper than any request', changed('>x<', `>${'<a>'.repeat(60)}${'</a>'.repeat(60)}<`)],
  ])('refuses %s in its own way', async (_name, body) => {
    dialect.isRefused(await post(legacy, system, headers(), body()));
  });

  test.each([
    ['no content type', { 'content-type': 'application/octet-stream' }],
    [
      'the content type of the other version',
      {
        'content-type': system === 'cms' ? 'text/xml; charset=utf-8' : 'application/soap+xml; charset=utf-8',
      },
    ],
    [
      'another charset',
      { 'content-type': `${system === 'cms' ? 'application/soap+xml' : 'text/xml'}; charset=big5` },
    ],
  ])('refuses %s in its own way', async (_name, header) => {
    dialect.isRefused(await post(legacy, system, { ...headers(), ...header }, whole()));
  });

  test('takes qualification as its schema has it, and no other', async () => {
    const body =
      system === 'prs'
        ? payload.replace('<p:SearchPatrons xmlns:p=', '<SearchPatrons xmlns=').replace('</p:', '</')
        : payload.replace(/<(afterReportNo|SID)>/, '<$1 xmlns="">');
    expect(body).not.toBe(payload);
    dialect.isRefused(await post(legacy, system, headers(), soap(envelope, body, header())));
  });

  test('takes comments, CDATA, a byte order mark and other prefixes as XML means them', async () => {
    const xml = whole()
      .replace('>x<', '><!-- c --><![CDATA[x]]><')
      .replace('<s:Body>', '\n <s:Body xmlns:w="urn:w" w:Id="b">\n  ')
      .replace('xmlns:s=', 'xmlns:soapenv=')
      .replace(/(<\/?| )s:/g, '$1soapenv:');
    const answer = await post(legacy, system, headers(), `\ufeff${xml}`);
    const isTaken = system === 'circ' ? answer.texts('RC').join() === '10' : answer.status === 200;
    expect(isTaken, answer.xml).toBe(true);
  });
});

test.each([
  ['none', {}],
  ['an unquoted one', { soapaction: `${NAMESPACES.prs}#SearchPatrons` }],
  ['an empty one', { soapaction: '""' }],
  ['another operation’s', { soapaction: `"${NAMESPACES.prs}#GetPatrons"` }],
])('SOAP 1.1 wants the SOAPAction of the operation: %s is refused', async (_name, action) => {
  const headers = { 'content-type': 'text/xml; charset=utf-8', ...action };
  prsDialect.isRefused(await post(legacy, 'prs', headers, soap(SOAP_11, prsDialect.payload)));
});

test('SOAP 1.2 takes an action parameter of the operation, and refuses another', async () => {
  const send = (action: string): Promise<Answer> =>
    post(
      legacy,
      'cms',
      { 'content-type': `application/soap+xml; charset=utf-8; action="${NAMESPACES.cms}/${action}"` },
      soap(SOAP_12, cmsDialect.payload, cmsDialect.header()),
    );
  expect((await send('ListLossReports')).status).toBe(200);
  cmsDialect.isRefused(await send('GetCardsByPatron'));
});

test('three wants in an application make the request invalid, for only keys can be too many', async () => {
  const wants = '<wants>LC</wants>'.repeat(3);
  const payload =
    `<SubmitApplication xmlns="${NAMESPACES.cms}" ${XSI}><clientRef>r</clientRef><channel>WEB</channel>` +
    `<patronNo xsi:nil="true"/>${wants}<applicant><engName>A</engName><chiName xsi:nil="true"/>` +
    '<hkid xsi:nil="true"/><birthCertNo xsi:nil="true"/><dateOfBirth>01/01/2000</dateOfBirth>' +
    '<dateOfIssue xsi:nil="true"/><address xsi:nil="true"/><addressProof>false</addressProof>' +
    '<tel xsi:nil="true"/><email xsi:nil="true"/></applicant><guarantor xsi:nil="true"/></SubmitApplication>';
  cmsDialect.isRefused(await post(legacy, 'cms', cmsHeaders, soap(SOAP_12, payload, cmsDialect.header())));
});

test('if the operation can’t be recognised, CIRC answers RC 99 in a root of no operation', async () => {
  legacy.circ.resetCalls();
  const answer = await post(legacy, 'circ', { 'content-type': 'text/plain' }, 'hello');
  expect([answer.status, answer.texts('RC')]).toEqual([200, ['99']]);
  expect(answer.value('local-name(//*[local-name() = "RC"]/..)')).toBe('ErrorResponse');
  expect([...legacy.circ.calls]).toEqual([[UNREADABLE, 1]]);
});
