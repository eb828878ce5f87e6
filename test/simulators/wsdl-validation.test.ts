import { expect, test } from 'vitest';
import { NAMESPACES, SOAP_11, SOAP_12, soap, validators } from './wire-client.ts';

const prsProblems = (body: string): string[] => validators.prs.problems(Buffer.from(soap(SOAP_11, body)));
const fault = (code: string): string =>
  `<s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring><detail>` +
  `<p:PRSFault xmlns:p="${NAMESPACES.prs}">${code}<TEXT>x</TEXT></p:PRSFault></detail></s:Fault>`;

test('a valid payload has no problems, in SOAP 1.1 and 1.2', () => {
  const payload = `<p:GetPatrons xmlns:p="${NAMESPACES.prs}"><PATRON_NO>P0000001</PATRON_NO></p:GetPatrons>`;
  expect(prsProblems(payload)).toEqual([]);
  expect(validators.prs.problems(Buffer.from(soap(SOAP_12, payload)))).toEqual([]);
});

test.each([
  ['a bad value', `<p:GetPatrons xmlns:p="${NAMESPACES.prs}"><PATRON_NO>1</PATRON_NO></p:GetPatrons>`],
  [
    'a qualified local element',
    `<GetPatrons xmlns="${NAMESPACES.prs}"><PATRON_NO>P0000001</PATRON_NO></GetPatrons>`,
  ],
  ['an unknown root', '<GetPatrons/>'],
  ['a fault detail that lacks an element', fault('')],
  ['two payloads', '<a/><b/>'],
  ['nothing', ''],
  ['what is not well-formed', '<a>'],
])('%s is a problem', (_name, body) => {
  expect(prsProblems(body)).not.toEqual([]);
});

test('a fault is valid by its detail, and without one', () => {
  expect(prsProblems(fault('<CODE>PRS-001</CODE>'))).toEqual([]);
  expect(
    prsProblems('<s:Fault><faultcode>s:Client</faultcode><faultstring>x</faultstring></s:Fault>'),
  ).toEqual([]);
});

test('xsi:nil needs xsi to be declared', () => {
  const list = (xsi: string) =>
    `<ListLossReports xmlns="${NAMESPACES.cms}"${xsi}><afterReportNo xsi:nil="true"/><maxRows>1</maxRows></ListLossReports>`;
  const problems = (xsi: string) => validators.cms.problems(Buffer.from(soap(SOAP_12, list(xsi))));
  expect(problems(' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"')).toEqual([]);
  expect(problems('')).not.toEqual([]);
});

test('an envelope must be one, with an optional Header and one Body', () => {
  const problems = (xml: string) => validators.prs.problems(Buffer.from(xml));
  expect(problems('<html/>')).toEqual(['the root is {}html']);
  expect(problems(`<s:Envelope xmlns:s="${SOAP_11}"><s:Body/><s:Body/></s:Envelope>`)).toEqual([
    'the Envelope holds Body Body',
  ]);
});
