import { readFile } from 'node:fs/promises';
import { WSDL } from 'soap';
import type {
  AtomicType,
  AttributeDeclaration,
  ComplexType,
  Contract,
  ElementDeclaration,
  ListType,
  Operation,
  Primitive,
  SchemaPattern,
  SoapVersion,
} from './contract-types.ts';

/** The WSDL uses something that our tables don't support. It is found at start, or by `npm run generate`. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
}

/** node-soap's tree of a WSDL, as far as it is used here. An attribute is a property with `$` before its name. */
type Definitions = WSDL['definitions'];
type Node = Definitions['children'][number];
type Schema = Definitions['schemas'][string];

const xsd = 'http://www.w3.org/2001/XMLSchema';
const soapNamespaces: Readonly<Record<string, SoapVersion>> = {
  'http://schemas.xmlsoap.org/wsdl/soap/': '1.1',
  'http://schemas.xmlsoap.org/wsdl/soap12/': '1.2',
};
const primitives: ReadonlySet<string> = new Set<Primitive>(['string', 'boolean', 'int', 'long', 'dateTime']);

/**
 * Reads a WSDL file into tables. It supports one binding, one schema, document/literal, and the part of XML Schema that
 * the vendors use. Anything else is an error instead of a guess.
 *
 *     <xsd:simpleType name="PatronNo"><xsd:restriction base="xsd:string"><xsd:pattern value="P[0-9]{7}"/>…
 *     <xsd:element name="GetPatrons"><xsd:complexType><xsd:sequence>
 *       <xsd:element name="PATRON_NO" type="tns:PatronNo" maxOccurs="50"/>…
 *
 *     → operations.get('GetPatrons').input:
 *       { name: 'GetPatrons', namespace: 'urn:library:prs:2004', type: { kind: 'complex', compositor: 'sequence', elements: [
 *         { name: 'PATRON_NO', namespace: '', minOccurs: 1, maxOccurs: 50,
 *           type: { kind: 'atomic', name: 'PatronNo', primitive: 'string', patterns: [/^(?:P[0-9]{7})$/u], … } } ] } }
 *
 * `generate.ts` writes the same table as TypeScript:
 *
 *     export interface GetPatrons { readonly PATRON_NO: readonly PatronNo[] }
 *
 * @throws {ContractError} The WSDL has anything else in it; the message names the place.
 */
export async function readContract(file: URL): Promise<Contract> {
  const text = await readFile(file, 'utf8');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // node-soap's cache of WSDLs is shared by all clients, and a client of SOAP 1.2 changes what one of SOAP 1.1 finds
  // there.
  const wsdl = new WSDL(text, file.pathname, { disableCache: true });
  wsdl.onReady((error: Error | null | undefined) => (error ? reject(error) : resolve()));
  await promise;
  return new ContractReader(wsdl.definitions).read();
}

class ContractReader {
  readonly #definitions: Definitions;
  readonly #schema: Schema;
  readonly #namespace: string;
  readonly #types = new Map<string, AtomicType | ListType | ComplexType>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
    const [schema, ...others] = Object.values(definitions.schemas);
    if (schema === undefined || others.length > 0) {
      throw new ContractError('expected one schema');
    }
    this.#schema = schema;
    this.#namespace = attribute(schema, 'targetNamespace') ?? '';
  }

  read(): Contract {
    const names = [...Object.keys(this.#schema.types), ...Object.keys(this.#schema.complexTypes)];
    for (const name of names) {
      this.#named(name);
    }
    return {
      namespace: this.#namespace,
      soapVersion: this.#soapVersion(),
      operations: this.#operations(),
      types: [...this.#types.values()],
    };
  }

  #soapVersion(): SoapVersion {
    const declared = new Set(Object.values(this.#definitions.xmlns ?? {}));
    const versions = [...declared]
      .map((uri) => soapNamespaces[uri])
      .filter((version) => version !== undefined);
    const [version, ...others] = versions;
    if (version === undefined || others.length > 0) {
      throw new ContractError('expected one SOAP version');
    }
    return version;
  }

  #operations(): Map<string, Operation> {
    const bindings = Object.values(this.#definitions.bindings);
    const [binding] = bindings;
    if (binding === undefined || bindings.length > 1) {
      throw new ContractError('expected one binding');
    }
    const operations = Object.entries(binding.methods).map(([name, method]): [string, Operation] => {
      if (method.style !== 'document' || method.inputSoap?.use !== 'literal') {
        throw new ContractError(`${name} is not document/literal`);
      }
      return [
        name,
        {
          name,
          soapAction: method.soapAction,
          input: this.#root(attribute(method.input, 'name')),
          output: this.#root(attribute(method.output, 'name')),
          fault: this.#fault(children(method)),
        },
      ];
    });
    return new Map(operations);
  }

  #fault(nodes: readonly Node[]): ElementDeclaration | null {
    const message = nodes.filter(({ name }) => name === 'fault').map((node) => attribute(node, 'message'))[0];
    if (message === undefined) {
      return null;
    }
    const declared = this.#definitions.messages[local(message)];
    const part = declared === undefined ? undefined : children(declared).find(({ name }) => name === 'part');
    return this.#root(local(attribute(part, 'element') ?? ''));
  }

  /** An element at the top level of the schema. It is always qualified, and occurs once. */
  #root(name: string | undefined): ElementDeclaration {
    const node = name === undefined ? undefined : this.#schema.elements[name];
    if (name === undefined || node === undefined) {
      throw new ContractError(`no element ${name}`);
    }
    if (attribute(node, 'nillable') === 'true') {
      throw new ContractError(`${name} is nillable at the root`);
    }
    const type = this.#typeOf(node, name);
    return { name, namespace: this.#namespace, type, nillable: false, minOccurs: 1, maxOccurs: 1 };
  }

  #element(node: Node, owner: string): ElementDeclaration {
    const name = attribute(node, 'name');
    if (node.name !== 'element' || name === undefined) {
      throw new ContractError(`${owner}: ${node.name} is not supported`);
    }
    const maxOccurs = attribute(node, 'maxOccurs') ?? '1';
    const element: ElementDeclaration = {
      name: ownName(name),
      namespace: attribute(this.#schema, 'elementFormDefault') === 'qualified' ? this.#namespace : '',
      type: this.#typeOf(node, `${owner}/${name}`),
      nillable: attribute(node, 'nillable') === 'true',
      minOccurs: Number(attribute(node, 'minOccurs') ?? '1'),
      maxOccurs: maxOccurs === 'unbounded' ? Number.POSITIVE_INFINITY : Number(maxOccurs),
    };
    allow(node, ['name', 'type', 'minOccurs', 'maxOccurs', 'nillable'], `${owner}/${name}`);
    // The value of a nil element is null, which has no place for attributes.
    if (element.nillable && element.type.kind === 'complex' && element.type.attributes.length > 0) {
      throw new ContractError(`${owner}/${name} is nillable and has attributes`);
    }
    return element;
  }

  #typeOf(node: Node, owner: string): ElementDeclaration['type'] {
    const reference = attribute(node, 'type');
    if (reference !== undefined) {
      return this.#reference(reference, owner);
    }
    const [own, ...others] = children(node);
    if (own?.name !== 'complexType' || others.length > 0) {
      throw new ContractError(`${owner} has no supported type`);
    }
    return this.#complex(own, null, owner);
  }

  #reference(qName: string, owner: string): ElementDeclaration['type'] {
    const [prefix = '', name = ''] = qName.split(':');
    const namespace = this.#definitions.xmlns?.[prefix];
    if (namespace === this.#namespace) {
      return this.#named(name);
    }
    if (namespace !== xsd || !primitives.has(name)) {
      throw new ContractError(`${owner}: type ${qName} is not supported`);
    }
    return { kind: 'atomic', name, primitive: name as Primitive, enumeration: null, patterns: [] };
  }

  #named(name: string): ElementDeclaration['type'] {
    const readType = this.#types.get(name);
    if (readType !== undefined) {
      return readType;
    }
    const simple = this.#schema.types[name];
    const complex = this.#schema.complexTypes[name];
    if (simple === undefined && complex === undefined) {
      throw new ContractError(`no type ${name}`);
    }
    const type = simple === undefined ? this.#complex(complex, name, name) : this.#simple(simple, name);
    this.#types.set(name, type);
    return type;
  }

  #simple(node: Node, name: string): AtomicType | ListType {
    const [derivation] = children(node);
    if (derivation?.name === 'list') {
      return { kind: 'list', name, item: this.#atomic(attribute(derivation, 'itemType') ?? '', name) };
    }
    if (derivation?.name !== 'restriction') {
      throw new ContractError(`${name}: ${derivation?.name} is not supported`);
    }
    const base = this.#atomic(attribute(derivation, 'base') ?? '', name);
    const facets = children(derivation);
    if (facets.length > 0 && base.primitive !== 'string') {
      throw new ContractError(`${name}: facets of a type that is not a string`);
    }
    const words = facets.filter((facet) => facet.name === 'enumeration').map(facetValue);
    const patterns = facets
      .filter((facet) => facet.name === 'pattern')
      .map((facet) => pattern(facetValue(facet)));
    if (words.length + patterns.length !== facets.length) {
      throw new ContractError(`${name}: a facet is not supported`);
    }
    return {
      ...base,
      name,
      enumeration: words.length > 0 ? new Set(words) : base.enumeration,
      patterns: [...base.patterns, ...patterns],
    };
  }

  #atomic(qName: string, owner: string): AtomicType {
    const type = this.#reference(qName, owner);
    if (type.kind !== 'atomic') {
      throw new ContractError(`${owner}: ${qName} is not a simple type`);
    }
    return type;
  }

  #complex(node: Node | undefined, name: string | null, owner: string): ComplexType {
    const nodes = node === undefined ? [] : children(node);
    const [particle] = nodes;
    if (particle?.name !== 'sequence' && particle?.name !== 'choice') {
      throw new ContractError(`${owner}: ${particle?.name} is not supported`);
    }
    allow(particle, [], owner);
    const elements = children(particle).map((child) => this.#element(child, owner));
    const attributes = nodes.slice(1).map((child) => this.#attribute(child, owner));
    const names = [...elements, ...attributes].map((member) => member.name);
    if (new Set(names).size !== names.length) {
      throw new ContractError(`${owner} has two elements or attributes of the same name`);
    }
    if (
      particle.name === 'choice' &&
      elements.some(({ minOccurs, maxOccurs }) => minOccurs !== 1 || maxOccurs !== 1)
    ) {
      throw new ContractError(`${owner}: a choice of optional or repeated elements`);
    }
    return { kind: 'complex', name, compositor: particle.name, elements, attributes };
  }

  #attribute(node: Node, owner: string): AttributeDeclaration {
    const name = attribute(node, 'name');
    if (node.name !== 'attribute' || name === undefined) {
      throw new ContractError(`${owner}: ${node.name} is not supported`);
    }
    allow(node, ['name', 'type', 'use'], `${owner}/@${name}`);
    return {
      name: ownName(name),
      type: this.#atomic(attribute(node, 'type') ?? '', `${owner}/@${name}`),
      required: attribute(node, 'use') === 'required',
    };
  }
}

/** Refuses names that every object has, such as `toString`. */
function ownName(name: string): string {
  if (name in {}) {
    throw new ContractError(`${name} can't be the name of a property`);
  }
  return name;
}

function attribute(node: object | null | undefined, name: string): string | undefined {
  const value: unknown = node == null ? undefined : Reflect.get(node, `$${name}`);
  return typeof value === 'string' ? value : undefined;
}

/** The children without annotations. node-soap leaves out an empty array of children. */
function children(node: Pick<Node, 'children'>): readonly Node[] {
  const nodes: readonly Node[] | undefined = node.children;
  return (nodes ?? []).filter(({ name }) => name !== 'annotation' && name !== 'documentation');
}

/** Refuses attributes that we would ignore. */
function allow(node: Node, supported: readonly string[], owner: string): void {
  // node-soap's own additions to a node.
  const additions = ['targetNamespace', 'lookupType', 'lookupTypes'];
  const unsupported = Object.keys(node)
    .filter((key) => key.startsWith('$'))
    .map((key) => key.slice(1))
    .find((name) => !additions.includes(name) && !supported.includes(name));
  if (unsupported !== undefined) {
    throw new ContractError(`${owner}: ${unsupported} is not supported`);
  }
}

const local = (qName: string): string => qName.slice(qName.indexOf(':') + 1);

const facetValue = (facet: Node): string => attribute(facet, 'value') ?? '';

/** XML Schema's patterns differ from JavaScript's. Only those that mean the same in both are supported. */
function pattern(source: string): SchemaPattern {
  if (!/^(?:[A-Za-z0-9/ ]|\[[A-Za-z0-9]-[A-Za-z0-9]\]|\{[0-9]+(?:,[0-9]*)?\})+$/.test(source)) {
    throw new ContractError(`pattern ${source} is not supported`);
  }
  return { source, regExp: new RegExp(`^(?:${source})$`, 'u') };
}
