import { describe, expect, test } from 'vitest';
import { InvalidXml } from '../../../../../adapters/soap/codec/read-xml.ts';
import { envelope11, envelope12 } from '../raw-server.ts';
import { contracts, readAnswer } from '../tables.ts';

const cmsSpace = contracts.cms.namespace;

describe('an envelope', () => {
  const getPatrons = (xml: string) => readAnswer('prs', 'GetPatrons', xml);
  const ok = '<p:GetPatronsResponse xmlns:p="urn:library:prs:2004"/>';
  const soap = 'xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"';
  test.each([
    [
      'a Header is ignored',
      `<s:Envelope ${soap}><s:Header><x><y/></x></s:Header><s:Body>${ok}</s:Body></s:Envelope>`,
    ],
    [
      'comments and white space are ignored',
      `<!-- a --><s:Envelope ${soap}> <s:Body>\n${ok}<!-- b --></s:Body></s:Envelope>\n`,
    ],
  ])('%s', (_what, xml) => {
    expect(getPatrons(xml)).toEqual({ kind: 'reply', reply: { PATRON: [] } });
  });

  test.each([
    ['an Envelope of SOAP 1.2', envelope12(ok), 'no Envelope of SOAP 1.1'],
    ['an HTML page', '<html><body/></html>', 'no Envelope of SOAP 1.1'],
    [
      'two Bodies',
      `<s:Envelope ${soap}><s:Body>${ok}</s:Body><s:Body>${ok}</s:Body></s:Envelope>`,
      'Envelope: not a Header and one Body',
    ],
    ['no Body', `<s:Envelope ${soap}/>`, 'Envelope: no Body'],
    ['an empty Body', envelope11(''), 'Envelope/Body: empty'],
    ['two replies', envelope11(ok + ok), 'Envelope/Body: more than one element'],
    [
      'a reply of another operation',
      envelope11('<p:FindPatronResponse xmlns:p="urn:library:prs:2004"/>'),
      'Envelope/Body: neither GetPatronsResponse nor a Fault',
    ],
    [
      'a reply in another namespace',
      envelope11('<GetPatronsResponse/>'),
      'Envelope/Body: neither GetPatronsResponse nor a Fault',
    ],
    [
      'a Fault of SOAP 1.2 in an Envelope of 1.1',
      envelope11('<e:Fault xmlns:e="http://www.w3.org/2003/05/soap-envelope"/>'),
      'Envelope/Body: neither GetPatronsResponse nor a Fault',
    ],
    [
      'a header that must be understood',
      `<s:Envelope ${soap}><s:Header><x s:mustUnderstand="1"/></s:Header><s:Body>${ok}</s:Body></s:Envelope>`,
      'Envelope/Header: a block that must be understood',
    ],
    ['a document type', `<!DOCTYPE x [<!ENTITY a "b">]>${envelope11(ok)}`, 'a document type declaration'],
    ['a document cut short', envelope11(ok).slice(0, -20), 'Envelope/Body: not well-formed'],
    ['two documents', envelope11(ok) + envelope11(ok), 'not well-formed'],
    ['a document of XML 1.1', `<?xml version="1.1"?>${envelope11(ok)}`, 'not XML 1.0'],
    [
      'a document with too many levels',
      `${'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Header>'}${'<a>'.repeat(200_000)}`,
      /more than 64 levels$/,
    ],
    [
      'too many elements',
      envelope11(`<p:GetPatronsResponse xmlns:p="urn:library:prs:2004">${'<x/>'.repeat(2000)}`),
      /an element that is not allowed here$/,
    ],
    ['an empty text', '', 'not well-formed'],
  ])('%s is rejected', (_what, xml, message) => {
    expect(() => getPatrons(xml)).toThrow(message instanceof RegExp ? message : new InvalidXml(message));
  });

  test('with more elements than the limit is rejected', () => {
    const block = `<s:Envelope ${soap}><s:Header>${'<x/>'.repeat(2000)}</s:Header><s:Body>${ok}</s:Body></s:Envelope>`;
    expect(() => getPatrons(block)).toThrow('more than 1000 elements');
  });
});

describe('a fault is decoded', () => {
  const fault11 = (code: string, detail: string) =>
    envelope11(
      `<soap:Fault><faultcode>${code}</faultcode><faultstring>secret</faultstring>${detail}</soap:Fault>`,
    );
  const prsFault =
    '<p:PRSFault xmlns:p="urn:library:prs:2004"><CODE>PRS-503</CODE><TEXT>X</TEXT></p:PRSFault>';

  test.each([
    ['soap:Server', `<detail><trace/>${prsFault}</detail>`, 'receiver', { CODE: 'PRS-503', TEXT: 'X' }],
    ['soap:Client.Authentication', '', 'sender', null],
    ['Weird', '<detail>words</detail>', 'other', null],
  ])('of 1.1: %s', (code, detail, side, expected) => {
    expect(readAnswer('prs', 'GetPatrons', fault11(code, detail))).toEqual({
      kind: 'fault',
      side,
      subcode: null,
      name: expected === null ? null : 'PRSFault',
      detail: expected,
      isGarbled: false,
    });
  });

  test("of 1.1, with a code that is not SOAP's own", () => {
    const xml = envelope11(
      '<soap:Fault><faultcode xmlns:w="urn:w">w:FailedAuthentication</faultcode><faultstring>s</faultstring></soap:Fault>',
    );
    expect(readAnswer('prs', 'GetPatrons', xml)).toMatchObject({
      side: 'other',
      subcode: '{urn:w}FailedAuthentication',
    });
  });

  test('of 1.2, with its subcode', () => {
    const xml = envelope12(
      '<soap:Fault><soap:Code><soap:Value>soap:Sender</soap:Value><soap:Subcode><soap:Value xmlns:x="urn:x">x:y</soap:Value>' +
        '</soap:Subcode></soap:Code><soap:Reason><soap:Text xml:lang="en">secret</soap:Text></soap:Reason>' +
        `<soap:Detail><cmsFault xmlns="${cmsSpace}"><code>E1004</code><message>m</message></cmsFault></soap:Detail></soap:Fault>`,
    );
    expect(readAnswer('cms', 'GetCardsByPatron', xml)).toEqual({
      kind: 'fault',
      side: 'sender',
      subcode: '{urn:x}y',
      name: 'cmsFault',
      detail: { code: 'E1004', message: 'm' },
      isGarbled: false,
    });
  });

  test.each([
    ['empty', '<p:PRSFault xmlns:p="urn:library:prs:2004"/>'],
    ['with an unknown element', prsFault.replace('</p:', '<MORE><x>secret</x></MORE>$&')],
    ['with an attribute', prsFault.replace('xmlns', 'x="secret" $&')],
    ['with text between elements', prsFault.replace('<TEXT>', 'secret$&')],
    ['twice, once garbled', `${prsFault}<p:PRSFault xmlns:p="urn:library:prs:2004"/>`],
  ])('although its detail is garbled: %s', (_what, detail) => {
    expect(readAnswer('prs', 'GetPatrons', fault11('soap:Server', `<detail>${detail}</detail>`))).toEqual({
      kind: 'fault',
      side: 'receiver',
      subcode: null,
      name: null,
      detail: null,
      isGarbled: true,
    });
  });

  test.each([
    ['without a code', envelope11('<soap:Fault><faultstring/></soap:Fault>')],
    [
      'that is cut short in its detail',
      fault11('soap:Server', '<detail><p:PRSFault xmlns:p="urn:library:prs:2004">'),
    ],
  ])('%s it is rejected', (_what, xml) => {
    expect(() => readAnswer('prs', 'GetPatrons', xml)).toThrow(InvalidXml);
  });
});
