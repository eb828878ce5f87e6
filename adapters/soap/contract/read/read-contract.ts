import type { Contract, SchemaType, SoapOperation } from '../contract-types.ts';
import type { Catalogue } from './documents/catalogue.ts';
import { type ContractDocuments, readDocuments } from './documents/contract-documents.ts';
import { ContractError } from './documents/contract-error.ts';
import { reachableTypes, rootsOf } from './reachable-types.ts';
import { SchemaParser } from './schema/schema-parser.ts';
import { Definitions } from './wsdl/definitions.ts';
import { readOperations } from './wsdl/operations.ts';
import { portsOf, type SoapPort } from './wsdl/ports.ts';

export interface ContractOptions {
  /** The name of the port. It may be left out if the WSDL has only one for SOAP. */
  readonly port?: string;
  /** The files of documents that the contract refers to by a network address. */
  readonly catalogue?: Catalogue;
  /** `refused` by default. */
  readonly unknownElements?: Contract['unknownElements'];
  /** Names that the generated module uses itself, so that no type may get them. */
  readonly reservedNames?: Iterable<string>;
}

/** The content of a WSDL and its schemas. */
export interface ReadContract {
  /** Without the operations that were refused. */
  readonly contract: Contract;
  /** The types of the operations, in the order of `reachableTypes`. */
  readonly types: readonly SchemaType[];
  /** The errors of the operations that are wrong or not supported. */
  readonly refused: ReadonlyMap<string, ContractError>;
  readonly port: SoapPort;
}

/**
 * Reads a WSDL 1.1 and its XML schemas into tables. Only `npm run generate` and `npm run adopt` read contracts:
 * processes use the generated tables.
 *
 *     <xsd:simpleType name="PatronNo"><xsd:restriction base="xsd:string"><xsd:pattern value="P[0-9]{7}"/>…
 *     <xsd:element name="GetPatrons"><xsd:complexType><xsd:sequence>
 *       <xsd:element name="PATRON_NO" type="tns:PatronNo" maxOccurs="50"/>…
 *
 *     → operations.get('GetPatrons').input:
 *       { name: 'GetPatrons', namespace: 'urn:library:prs:2004', type: { kind: 'complex', content: { kind: 'sequence',
 *         elements: [
 *         { name: 'PATRON_NO', namespace: '', minOccurs: 1, maxOccurs: 50,
 *           type: { kind: 'atomic', name: 'PatronNo', primitive: 'string', patterns: […], … } } ] } } }
 *
 * @throws {ContractError} The port does not exist or is ambiguous, or the file is not a WSDL or a schema.
 * @throws {MalformedDocument} The file is not well-formed.
 */
export function readContract(file: URL, options: ContractOptions = {}): ReadContract {
  const documents = readDocuments(file, options.catalogue);
  const definitions = new Definitions(documents);
  return readPort(documents, definitions, portNamed(options.port, definitions, documents), options);
}

/** Reads every SOAP port of a WSDL. Throws a `ContractError` if the file is not a WSDL or a schema. */
export function readAllPorts(file: URL, options: ContractOptions = {}): ReadContract[] {
  const documents = readDocuments(file, options.catalogue);
  const definitions = new Definitions(documents);
  return portsOf(definitions).map((port) => readPort(documents, definitions, port, options));
}

function portNamed(
  name: string | undefined,
  definitions: Definitions,
  { definitions: roots, schemas }: ContractDocuments,
): SoapPort {
  const ports = portsOf(definitions);
  const [port, another] = name === undefined ? ports : ports.filter((candidate) => candidate.name === name);
  const root = roots[0] ?? schemas[0]?.node;
  if (root === undefined) {
    throw new TypeError('a contract without a document');
  }
  if (port === undefined) {
    throw new ContractError(name === undefined ? 'no port for SOAP over HTTP' : `no port ${name}`, root);
  }
  if (another !== undefined) {
    const names = ports.map((candidate) => candidate.name).join(', ');
    throw new ContractError(`several ports, of which one must be named: ${names}`, root);
  }
  return port;
}

function readPort(
  documents: ContractDocuments,
  definitions: Definitions,
  port: SoapPort,
  { unknownElements = 'refused', reservedNames = [] }: ContractOptions,
): ReadContract {
  const schemas = new SchemaParser(documents, reservedNames);
  schemas.readAll();
  const { operations, refused } = readOperations(port, definitions, schemas);
  schemas.finish();
  const usable = withoutFailed(operations, schemas, refused);
  const roots = [...usable.values()].flatMap(rootsOf);
  const types = [...reachableTypes(roots, schemas.types.values(), (type) => !reachesFailure(type, schemas))];
  const reached = new Set(types);
  return {
    contract: {
      namespace: port.binding.document.namespace,
      soapVersion: port.version,
      unknownElements,
      operations: usable,
      types: new Map([...schemas.types].filter(([, type]) => reached.has(type))),
    },
    types,
    refused,
    port,
  };
}

/**
 * The operations whose types could all be read. For each other operation, adds the error of one of its types to
 * `refused`.
 */
function withoutFailed(
  operations: ReadonlyMap<string, SoapOperation>,
  schemas: SchemaParser,
  refused: Map<string, ContractError>,
): Map<string, SoapOperation> {
  const usable = new Map<string, SoapOperation>();
  for (const [name, operation] of operations) {
    const reached = reachableTypes(rootsOf(operation), schemas.types.values(), () => false);
    const failure = [...reached]
      .map((type) => schemas.failures.get(type))
      .find((error) => error !== undefined);
    if (failure === undefined) {
      usable.set(name, operation);
    } else {
      refused.set(name, failure);
    }
  }
  return usable;
}

function reachesFailure(type: SchemaType, schemas: SchemaParser): boolean {
  const root = { type } as Parameters<typeof reachableTypes>[0][number];
  return [...reachableTypes([root], [], () => false)].some((reached) => schemas.failures.has(reached));
}
