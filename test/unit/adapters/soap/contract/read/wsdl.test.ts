import { describe, expect, test } from 'vitest';
import type { SoapOperation } from '../../../../../../adapters/soap/contract/contract-types.ts';
import {
  type ContractOptions,
  readContract,
} from '../../../../../../adapters/soap/contract/read/read-contract.ts';
import { contractFiles, schemaText, wsdlText } from '../../../../../support/contracts/contract-files.ts';

function ask(wsdl: string, options?: ContractOptions): SoapOperation {
  using files = contractFiles({ 'a.wsdl': wsdl });
  const { contract, refused } = readContract(files.file('a.wsdl'), options);
  for (const error of refused.values()) {
    throw error;
  }
  const operation = contract.operations.get('Ask');
  if (operation === undefined) {
    throw new Error('no operation');
  }
  return operation;
}

describe('an operation is read', () => {
  test('in the style document, also if the binding does not say so', () => {
    for (const style of ['style="document"', '']) {
      expect(ask(wsdlText({ style }))).toMatchObject({
        soapAction: 'urn:ask',
        input: { name: 'Ask', namespace: 'urn:t' },
        output: { name: 'Answer' },
        isOneWay: false,
        faults: [],
      });
    }
  });

  test('in the style rpc: the parts stand unqualified in an element with the name of the operation', () => {
    const messages =
      '<message name="In"><part name="a" type="xs:int" xmlns:xs="http://www.w3.org/2001/XMLSchema"/>' +
      '<part name="b" type="xs:string" xmlns:xs="http://www.w3.org/2001/XMLSchema"/></message><message name="Out"/>';
    const binding =
      '<input><soap:body use="literal" namespace="urn:rpc" parts="b"/></input>' +
      '<output><soap:body use="literal" namespace="urn:rpc"/></output>';
    const portType = '<input message="t:In"/><output message="t:Out"/>';
    expect(ask(wsdlText({ messages, binding, portType, style: 'style="rpc"' }))).toMatchObject({
      input: {
        name: 'Ask',
        namespace: 'urn:rpc',
        type: { content: { elements: [{ name: 'b', namespace: '', type: { name: 'string' } }] } },
      },
      output: { name: 'AskResponse', namespace: 'urn:rpc', type: { content: { elements: [] } } },
    });
  });

  test('with headers of requests and replies, in messages of their own or beside the body', () => {
    const schema = schemaText(
      '<xs:element name="Ask" type="xs:string"/><xs:element name="Answer" type="xs:string"/>' +
        '<xs:element name="Who" type="xs:string"/>',
    );
    const messages =
      '<message name="Both"><part name="body" element="t:Ask"/><part name="who" element="t:Who"/></message>' +
      '<message name="Head"><part name="who" element="t:Who"/></message>';
    const header = (message: string) => `<soap:header message="t:${message}" part="who" use="literal"/>`;
    const body = '<soap:body use="literal"/>';
    const expected = {
      input: { name: 'Ask' },
      inputHeaders: [{ name: 'Who' }],
      outputHeaders: [{ name: 'Who' }],
    };
    for (const [input, binding] of [
      ['Ask', `<input>${header('Head')}${body}</input><output>${body}${header('Head')}</output>`],
      ['Both', `<input>${body}${header('Both')}</input><output>${body}${header('Head')}</output>`],
      [
        'Both',
        `<input><soap:body use="literal" parts="body"/>${header('Both')}</input><output>${body}${header('Head')}</output>`,
      ],
    ] as const) {
      const portType = `<input message="t:${input}"/><output message="t:Answer"/>`;
      expect(ask(wsdlText({ schema, messages, binding, portType }))).toMatchObject(expected);
    }
  });

  test('with typed faults, each element once, and the action of the reply', () => {
    const schema = schemaText(
      ['Ask', 'Answer', 'Busy', 'Wrong']
        .map((name) => `<xs:element name="${name}" type="xs:string"/>`)
        .join(''),
    );
    const messages = ['Busy', 'Wrong']
      .map((name) => `<message name="${name}"><part name="detail" element="t:${name}"/></message>`)
      .join('');
    const faults = ['Busy', 'Wrong', 'Busy']
      .map((name, at) => `<fault name="f${at}" message="t:${name}"/>`)
      .join('');
    const portType =
      '<input message="t:Ask"/><output message="t:Answer" xmlns:w="http://www.w3.org/2007/05/addressing/metadata" ' +
      `w:Action="urn:answered"/>${faults}`;
    const { faults: read, replyAction } = ask(wsdlText({ schema, messages, portType }));
    expect([read.map(({ name }) => name), replyAction]).toEqual([['Busy', 'Wrong'], 'urn:answered']);
  });

  test('without a reply, and with empty Bodies', () => {
    const oneWay = {
      portType: '<input message="t:Ask"/>',
      binding: '<input><soap:body use="literal"/></input>',
    };
    expect(ask(wsdlText(oneWay))).toMatchObject({ output: null, isOneWay: true });
    const messages = '<message name="Nothing"/>';
    const portType = '<input message="t:Nothing"/><output message="t:Nothing"/>';
    expect(ask(wsdlText({ messages, portType }))).toMatchObject({
      input: null,
      output: null,
      isOneWay: false,
    });
  });

  test('from one of several ports, which must be named', () => {
    const service =
      '<port name="P" binding="t:B"><soap:address location="http://localhost/"/></port><port name="Q" binding="t:B"/>';
    expect(() => ask(wsdlText({ service }))).toThrow(
      'a.wsdl:1: several ports, of which one must be named: P, Q',
    );
    expect(() => ask(wsdlText({ service }), { port: 'R' })).toThrow('no port R');
    expect(ask(wsdlText({ service }), { port: 'Q' }).name).toBe('Ask');
  });
});

describe('documents are found', () => {
  const main = wsdlText({
    schema:
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:t">' +
      '<xs:include schemaLocation="schemas/t.xsd"/></xs:schema>',
  });
  const elements = (type: string) =>
    `<xs:element name="Ask" type="${type}"/><xs:element name="Answer" type="t:Local"/>`;
  const chameleon =
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:simpleType name="Local"><xs:restriction ' +
    'base="Base"/></xs:simpleType><xs:simpleType name="Base"><xs:restriction base="xs:token"/></xs:simpleType></xs:schema>';

  test('beside the document that refers to them; one without a namespace has that of the one that includes it', () => {
    const other =
      '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:o"><xs:include ' +
      'schemaLocation="local.xsd"/><xs:element name="Other" type="o:Local" xmlns:o="urn:o"/></xs:schema>';
    using files = contractFiles({
      'a.wsdl': main,
      'schemas/t.xsd': schemaText(
        '<xs:include schemaLocation="local.xsd"/><xs:import namespace="urn:o" schemaLocation="o.xsd"/>' +
          elements('o:Local').replace('<xs:element', '<xs:element xmlns:o="urn:o"'),
      ),
      'schemas/local.xsd': chameleon,
      'schemas/o.xsd': other,
    });
    const { contract } = readContract(files.file('a.wsdl'));
    expect([...contract.types.keys()].sort()).toEqual([
      '{urn:o}Base',
      '{urn:o}Local',
      '{urn:t}Base',
      '{urn:t}Local',
    ]);
    expect(contract.operations.get('Ask')?.input?.type).toMatchObject({ base: { primitive: 'string' } });
  });

  test('by the catalogue, by address or by namespace, and never on the network', () => {
    const imported = '<xs:import namespace="urn:o" schemaLocation="http://vendor.invalid/o?xsd=1"/>';
    const schema = schemaText(
      `${imported}<xs:element name="Ask" type="o:T" xmlns:o="urn:o"/><xs:element name="Answer" type="xs:string"/>`,
    );
    using files = contractFiles({
      'a.wsdl': wsdlText({ schema }),
      'elsewhere/o.xsd':
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:o"><xs:simpleType name="T">' +
        '<xs:restriction base="xs:int"/></xs:simpleType></xs:schema>',
    });
    for (const key of ['http://vendor.invalid/o?xsd=1', 'urn:o']) {
      const catalogue = new Map([[key, files.file('elsewhere/o.xsd')]]);
      expect(readContract(files.file('a.wsdl'), { catalogue }).refused.size).toBe(0);
    }
    expect([...readContract(files.file('a.wsdl')).refused.values()].map(({ message }) => message)).toEqual([
      'a.wsdl:3: no type {urn:o}T: no document for a.wsdl:3',
    ]);
  });

  test('for a WSDL that imports another with its messages', () => {
    const whole = wsdlText();
    const first =
      '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:t="urn:t" targetNamespace="urn:t">';
    const binding = whole.slice(whole.indexOf('<binding'));
    using files = contractFiles({
      'a.wsdl':
        first.replace(
          '>',
          ' xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"><import namespace="urn:t" location="b.wsdl"/>',
        ) + binding,
      'b.wsdl': `${whole.slice(0, whole.indexOf('<binding'))}</definitions>`,
    });
    expect([...readContract(files.file('a.wsdl')).contract.operations.keys()]).toEqual(['Ask']);
  });
});
