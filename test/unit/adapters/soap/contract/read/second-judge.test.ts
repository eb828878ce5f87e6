import { expect, test } from 'vitest';
import { moduleOf } from '../../../../../../adapters/soap/contract/generate.ts';
import { readContract } from '../../../../../../adapters/soap/contract/read/read-contract.ts';
import { differencesToSoap } from '../../../../../../adapters/soap/contract/read/second-judge.ts';
import { contractFiles, schemaText, wsdlText } from '../../../../../support/contracts/contract-files.ts';

const schema = schemaText(
  '<xs:element name="Ask" type="xs:string"/><xs:element name="Answer" type="xs:string"/><xs:element name="Who" type="xs:string"/>',
);
const messages =
  '<message name="Both"><part name="who" element="t:Who"/><part name="body" element="t:Ask"/></message>';
const body = '<soap:body use="literal"/>';
/** The request's first part is a header. node-soap takes the first part for the Body, and forgets the others. */
const withParts = wsdlText({
  schema,
  messages,
  portType: '<input message="t:Both"/><output message="t:Answer"/>',
  binding: `<input><soap:body use="literal" parts="body"/><soap:header message="t:Both" part="who" use="literal"/></input><output>${body}</output>`,
});
const difference = 'Ask: input is {urn:t}Ask, by soap {urn:t}Who';

test('where soap reads the same, there is no difference', async () => {
  using files = contractFiles({ 'a.wsdl': wsdlText() });
  expect(await differencesToSoap(files.file('a.wsdl'), readContract(files.file('a.wsdl')))).toEqual([]);
});

test('where soap reads something else, types are generated only if the entry says why', async () => {
  using files = contractFiles({ 'a.wsdl': withParts });
  const file = files.file('a.wsdl');
  await expect(moduleOf(file)).rejects.toThrow(difference);
  const exceptions = {
    [difference]: 'soap does not read the attribute parts',
    'Ask: headers is Who, by soap ': 'soap forgets the other parts of the message',
  };
  expect(await moduleOf(file, { exceptions })).toContain('export interface Operations');
  await expect(moduleOf(file, { exceptions: { ...exceptions, 'Ask: x': '' } })).rejects.toThrow(
    'no difference any more: Ask: x',
  );
});

test('each kind of difference is found', async () => {
  using files = contractFiles({ 'a.wsdl': wsdlText({ schema }) });
  const file = files.file('a.wsdl');
  const read = readContract(file);
  const ask = read.contract.operations.get('Ask');
  if (ask === undefined) {
    throw new Error('no operation');
  }
  const changed = {
    ...ask,
    soapAction: 'urn:x',
    output: ask.input,
    inputHeaders: ask.input === null ? [] : [ask.input],
  };
  const operations = new Map([
    ['Ask', changed],
    ['More', ask],
  ]);
  expect(await differencesToSoap(file, { ...read, contract: { ...read.contract, operations } })).toEqual([
    'Ask: action is urn:x, by soap urn:ask',
    'Ask: output is {urn:t}Ask, by soap {urn:t}Answer',
    'Ask: headers is Ask, by soap ',
    'More: not by soap',
  ]);
});

test('a contract that soap can not read is named, and nothing is read from the network', async () => {
  const imported = '<xs:import namespace="urn:o" schemaLocation="http://127.0.0.1:1/o.xsd"/>';
  using files = contractFiles({ 'a.wsdl': wsdlText({ schema: schema.replace('>\n', `>${imported}\n`) }) });
  const file = files.file('a.wsdl');
  expect(await differencesToSoap(file, readContract(file))).toEqual([
    'soap can not read it: a document on the network',
  ]);
});
