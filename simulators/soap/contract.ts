import {
  type ElementDeclaration,
  type NamedTypes,
  SchemaCompiler,
  type SchemaDocument,
  XSD,
} from './schema.ts';
import {
  attribute,
  childrenOf,
  onlyChild,
  optionalAttribute,
  qualifier,
  readXml,
  type XmlDocument,
  type XmlElement,
} from './xml.ts';

const WSDL = 'http://schemas.xmlsoap.org/wsdl/';
const BINDING = {
  '1.1': 'http://schemas.xmlsoap.org/wsdl/soap/',
  '1.2': 'http://schemas.xmlsoap.org/wsdl/soap12/',
} as const;

export type SoapVersion = keyof typeof BINDING;

export interface SoapOperation {
  readonly name: string;
  readonly soapAction: string;
  readonly input: ElementDeclaration;
}

/** The requests that a system accepts, compiled from its WSDL. */
export interface Contract {
  readonly namespace: string;
  readonly version: SoapVersion;
  /** The operations by the local name of the request's root element. All roots are in `namespace`. */
  readonly operations: ReadonlyMap<string, SoapOperation>;
  readonly types: NamedTypes;
  /** Compiles a top-level element of the schemas, such as a header block. `name` is in Clark notation. */
  element(name: string): ElementDeclaration;
}

/**
 * Compiles the part of WSDL 1.1 and XML Schema that the vendors use.
 *
 * @param read Returns the text of a schema file that the WSDL or another schema imports or includes.
 * @throws Error if the WSDL or a schema uses anything else. Without this error, invalid requests would be accepted.
 */
export function compileContract(wsdl: string, read: (location: string) => string): Contract {
  const document = readXml(wsdl);
  const { root: definitions, problem } = document;
  if (definitions === null || problem !== null) {
    throw new Error(`the WSDL can't be read: ${problem}`);
  }
  const schema = onlyChild(onlyChild(definitions, WSDL, 'types'), XSD, 'schema');
  const compiler = new SchemaCompiler(withImports({ schema, document }, read));
  const qualify = qualifier(document.namespaces);
  const binding = onlyChild(definitions, WSDL, 'binding');
  const version = bindingVersion(binding);
  const operations = childrenOf(binding, WSDL, 'operation').map((bound): [string, SoapOperation] => {
    const name = attribute(bound, 'name');
    const soapAction = attribute(onlyChild(bound, BINDING[version], 'operation'), 'soapAction');
    const input = compiler.topElement(qualify(inputElement(definitions, name)));
    return [input.local, { name, soapAction, input }];
  });
  return {
    namespace: operations[0]?.[1].input.uri ?? '',
    version,
    operations: new Map(operations),
    types: compiler,
    element: (name) => compiler.topElement(name),
  };
}

/** Returns the schema and all schemas that it imports or includes, directly or indirectly, each once. */
function withImports(first: SchemaDocument, read: (location: string) => string): SchemaDocument[] {
  const found = [first];
  const seen = new Set<string>();
  for (const { schema } of found) {
    for (const tree of [...childrenOf(schema, XSD, 'import'), ...childrenOf(schema, XSD, 'include')]) {
      const location = attribute(tree, 'schemaLocation');
      if (!seen.has(location)) {
        seen.add(location);
        found.push(readSchema(location, readXml(read(location))));
      }
    }
  }
  return found;
}

function readSchema(location: string, document: XmlDocument): SchemaDocument {
  const { root, problem } = document;
  if (root === null || problem !== null || root.uri !== XSD || root.local !== 'schema') {
    throw new Error(`${location} is no schema: ${problem}`);
  }
  return { schema: root, document };
}

function bindingVersion(binding: XmlElement): SoapVersion {
  for (const version of ['1.1', '1.2'] as const) {
    if (childrenOf(binding, BINDING[version], 'binding').length === 1) {
      return version;
    }
  }
  throw new Error('the binding is neither of SOAP 1.1 nor of SOAP 1.2');
}

/**
 * Returns the name of the root element of an operation's request. Follows operation, message, part and element, as in a
 * document/literal wrapped WSDL.
 */
function inputElement(definitions: XmlElement, operation: string): string {
  const named = (tree: XmlElement, local: string, name: string) => {
    const found = childrenOf(tree, WSDL, local).find((child) => optionalAttribute(child, 'name') === name);
    if (found === undefined) {
      throw new Error(`no ${local} ${name}`);
    }
    return found;
  };
  const port = named(onlyChild(definitions, WSDL, 'portType'), 'operation', operation);
  const message = attribute(onlyChild(port, WSDL, 'input'), 'message').replace(/^.*:/, '');
  const part = onlyChild(named(definitions, 'message', message), WSDL, 'part');
  return attribute(part, 'element');
}
