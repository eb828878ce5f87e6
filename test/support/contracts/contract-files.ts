import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** Files in a temporary folder. Disposing of them removes the folder. */
export interface ContractFiles extends Disposable {
  file(name: string): URL;
}

export function contractFiles(files: Readonly<Record<string, string>>): ContractFiles {
  const folder = mkdtempSync(join(tmpdir(), 'contract-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return {
    file: (name) => pathToFileURL(join(folder, name)),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

/** A schema of the namespace `urn:t`, with the prefix `t`. */
export const schemaText = (content: string, attributes = 'elementFormDefault="qualified"'): string =>
  `<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:t" targetNamespace="urn:t" ${attributes}>
${content}
</xs:schema>`;

interface WsdlParts {
  readonly schema?: string;
  readonly messages?: string;
  readonly portType?: string;
  readonly binding?: string;
  /** Attributes of `soap:binding`. */
  readonly style?: string;
  readonly service?: string;
}

/** A WSDL with one operation, `Ask`, whose parts can be replaced. It has a line for each part. */
export const wsdlText = ({
  schema = schemaText(
    '<xs:element name="Ask" type="xs:string"/><xs:element name="Answer" type="xs:string"/>',
  ),
  messages = '',
  portType = '<input message="t:Ask"/><output message="t:Answer"/>',
  binding = '<input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>',
  style = 'style="document"',
  service = '<port name="P" binding="t:B"><soap:address location="http://localhost/"/></port>',
}: WsdlParts = {}): string =>
  `<definitions xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:t="urn:t" targetNamespace="urn:t">
<types>${schema}</types>
<message name="Ask"><part name="parameters" element="t:Ask"/></message>
<message name="Answer"><part name="parameters" element="t:Answer"/></message>
${messages}
<portType name="T"><operation name="Ask">${portType}</operation></portType>
<binding name="B" type="t:T"><soap:binding transport="http://schemas.xmlsoap.org/soap/http" ${style}/>
<operation name="Ask"><soap:operation soapAction="urn:ask"/>${binding}</operation></binding>
<service name="S">${service}</service>
</definitions>`;
