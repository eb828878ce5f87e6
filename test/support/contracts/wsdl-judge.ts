import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { XmlDocument, XmlElement } from 'libxml2-wasm';
import { type SchemaJudge, schemaJudge } from './schema-judge.ts';

const spaces = { w: 'http://schemas.xmlsoap.org/wsdl/', x: 'http://www.w3.org/2001/XMLSchema' };

/**
 * libxml2's judge of the messages of a WSDL with any number of schemas, in it and in files beside it. It shares no code with
 * the adapters' reader.
 *
 * @throws Error if libxml2 does not accept the schemas
 */
export function wsdlJudge(file: URL): SchemaJudge {
  const folder = mkdtempSync(join(tmpdir(), 'wsdl-judge-'));
  using wsdl = XmlDocument.fromString(readFileSync(file, 'utf8'));
  const schemas = wsdl
    .find('/w:definitions/w:types/x:schema', spaces)
    .filter((node) => node instanceof XmlElement);
  const files = schemas.flatMap((schema, index): (readonly [string, URL])[] => {
    const imports = schema.find('x:import', spaces).filter((node) => node instanceof XmlElement);
    const others = schema.find('x:*', spaces).length - imports.length;
    // A schema that only imports others has nothing to judge with.
    return others === 0
      ? imports.map((one) => [textOf(one, 'namespace'), new URL(textOf(one, 'schemaLocation'), file)])
      : [[textOf(schema, 'targetNamespace'), standalone(schema, wsdl, file, join(folder, `${index}.xsd`))]];
  });
  const judge = schemaJudge(files);
  return {
    problems: (xml) => judge.problems(xml),
    [Symbol.dispose]: () => {
      judge[Symbol.dispose]();
      rmSync(folder, { recursive: true });
    },
  };
}

const textOf = (element: XmlElement, name: string): string => element.attr(name)?.value ?? '';

/** Writes a schema of a WSDL as a file of its own, with the namespaces that the WSDL declares for it. */
function standalone(schema: XmlElement, wsdl: XmlDocument, file: URL, target: string): URL {
  for (const [prefix, uri] of Object.entries(wsdl.root.nsDeclarations)) {
    if (!(prefix in schema.nsDeclarations)) {
      schema.addNsDeclaration(uri, prefix);
    }
  }
  for (const reference of schema.find('x:import | x:include', spaces)) {
    if (reference instanceof XmlElement && textOf(reference, 'schemaLocation') !== '') {
      reference.setAttr('schemaLocation', new URL(textOf(reference, 'schemaLocation'), file).pathname);
    }
  }
  writeFileSync(target, schema.toString({ format: false }));
  return pathToFileURL(target);
}
