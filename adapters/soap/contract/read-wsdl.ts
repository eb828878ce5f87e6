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
  SchemaType,
  SoapVersion,
} from './contract-types.ts';
import { atomic, attribute, choice, element, list, primitives, sequence } from './tables.ts';

/** The WSDL uses something that our tables don't support. */
export class ContractError extends Error {
  override readonly name = 'ContractError';
}

/** The content of a WSDL. */
export interface WsdlContents {
  readonly contract: Contract;
  /** The named types of the schema. Each comes after the types that it refers to. */
  readonly namedTypes: readonly SchemaType[];
}

/**
 * node-soap's tree of a WSDL, with the parts that are used here. An attribute is a property with `$` before its name.
 */
type Definitions = WSDL['definitions'];
type Node = Definitions['children'][number];
type Schema = Definitions['schemas'][string];

const xsd = 'http://www.w3.org/2001/XMLSchema';
const soapNamespaces: Readonly<Record<string, SoapVersion>> = {
  'http://schemas.xmlsoap.org/wsdl/soap/': '1.1',
  'http://schemas.xmlsoap.org/wsdl/soap12/': '1.2',
};
const isPrimitive = (name: string): name is Primitive => Object.hasOwn(primitives, name);

/**
 * Reads a WSDL file into tables. It supports one binding, one schema, document/literal, and the subset of XML Schema
 * that the vendors use. Anything else is an error instead of a guess. Only `npm run generate` reads WSDLs: processes
 * use the generated tables.
 *
 *     <xsd:simpleType name="PatronNo"><xsd:restriction base="xsd:string"><xsd:pattern value="P[0-9]{7}"/>…
 *     <xsd:element name="GetPatrons"><xsd:complexType><xsd:sequence>
 *       <xsd:element name="PATRON_NO" type="tns:PatronNo" maxOccurs="50"/>…
 *
 *     → operations.get('GetPatrons').input:
 *       { name: 'GetPatrons', namespace: 'urn:library:prs:2004', type: { kind: 'complex', compositor: 'sequence',
 *         elements: [
 *         { name: 'PATRON_NO', namespace: '', minOccurs: 1, maxOccurs: 50,
 *           type: { kind: 'atomic', name: 'PatronNo', primitive: 'string', patterns: [/^(?:P[0-9]{7})$/u], … } } ] } }
 *
 * @throws {ContractError} The WSDL has anything else in it. The message names the place.
 */
export async function readWsdl(file: URL): Promise<WsdlContents> {
  const text = await readFile(file, 'utf8');
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  // All clients share node-soap's cache of WSDLs, and a client of SOAP 1.2 changes the cached WSDL for a client of
  // SOAP 1.1.
  const wsdl = new WSDL(text, file.pathname, { disableCache: true });
  wsdl.onReady((error: Error | null | undefined) => (error ? reject(error) : resolve()));
  await promise;
  return new TableBuilder(wsdl.definitions).build();
}

class TableBuilder {
  readonly #definitions: Definitions;
  readonly #schema: Schema;
  readonly #namespace: string;
  readonly #namedTypes = new Map<string, SchemaType>();
  readonly #roots = new Map<string, ElementDeclaration>();

  constructor(definitions: Definitions) {
    this.#definitions = definitions;
    const [schema, ...others] = Object.values(definitions.schemas);
    if (schema === undefined || others.length > 0) {
      throw new ContractError('expected one schema');
    }
    this.#schema = schema;
    this.#namespace = attributeOf(schema, 'targetNamespace') ?? '';
  }

  build(): WsdlContents {
    const names = [...Object.keys(this.#schema.types), ...Object.keys(this.#schema.complexTypes)];
    for (const name of names) {
      this.#named(name);
    }
    const contract = {
      namespace: this.#namespace,
      soapVersion: this.#soapVersion(),
      operations: this.#operations(),
    };
    return { contract, namedTypes: [...this.#namedTypes.values()] };
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
          input: this.#root(attributeOf(method.input, 'name')),
          output: this.#root(attributeOf(method.output, 'name')),
          fault: this.#fault(children(method)),
        },
      ];
    });
    return new Map(operations);
  }

  #fault(nodes: readonly Node[]): ElementDeclaration | null {
    const message = nodes
      .filter(({ name }) => name === 'fault')
      .map((node) => attributeOf(node, 'message'))[0];
    if (message === undefined) {
      return null;
    }
    const declared = this.#definitions.messages[local(message)];
    const part = declared === undefined ? undefined : children(declared).find(({ name }) => name === 'part');
    return this.#root(local(attributeOf(part, 'element') ?? ''));
  }

  /** An element at the top level of the schema. It is always qualified, and occurs once. */
  #root(name: string | undefined): ElementDeclaration {
    const builtRoot = this.#roots.get(name ?? '');
    if (builtRoot !== undefined) {
      return builtRoot;
    }
    const node = name === undefined ? undefined : this.#schema.elements[name];
    if (name === undefined || node === undefined) {
      throw new ContractError(`no element ${name}`);
    }
    if (attributeOf(node, 'nillable') === 'true') {
      throw new ContractError(`${name} is nillable at the root`);
    }
    const root = element(name, this.#namespace, this.#typeOf(node, name));
    this.#roots.set(name, root);
    return root;
  }

  #element(node: Node, owner: string): ElementDeclaration {
    const name = attributeOf(node, 'name');
    if (node.name !== 'element' || name === undefined) {
      throw new ContractError(`${owner}: ${node.name} is not supported`);
    }
    const namespace = attributeOf(this.#schema, 'elementFormDefault') === 'qualified' ? this.#namespace : '';
    const type = this.#typeOf(node, `${owner}/${name}`);
    const nillable = attributeOf(node, 'nillable') === 'true';
    const maxOccurs = attributeOf(node, 'maxOccurs') ?? '1';
    allow(node, ['name', 'type', 'minOccurs', 'maxOccurs', 'nillable'], `${owner}/${name}`);
    // The value of a nil element is null, and null has no place for attributes.
    if (nillable && type.kind === 'complex' && type.attributes.length > 0) {
      throw new ContractError(`${owner}/${name} is nillable and has attributes`);
    }
    return element(ownName(name), namespace, type, {
      nillable,
      minOccurs: Number(attributeOf(node, 'minOccurs') ?? '1'),
      maxOccurs: maxOccurs === 'unbounded' ? Number.POSITIVE_INFINITY : Number(maxOccurs),
    });
  }

  #typeOf(node: Node, owner: string): SchemaType {
    const reference = attributeOf(node, 'type');
    if (reference !== undefined) {
      return this.#reference(reference, owner);
    }
    const [own, ...others] = children(node);
    if (own?.name !== 'complexType' || others.length > 0) {
      throw new ContractError(`${owner} has no supported type`);
    }
    return this.#complex(own, null, owner);
  }

  #reference(qName: string, owner: string): SchemaType {
    const [prefix = '', name = ''] = qName.split(':');
    const namespace = this.#definitions.xmlns?.[prefix];
    if (namespace === this.#namespace) {
      return this.#named(name);
    }
    if (namespace !== xsd || !isPrimitive(name)) {
      throw new ContractError(`${owner}: type ${qName} is not supported`);
    }
    return primitives[name];
  }

  #named(name: string): SchemaType {
    const builtType = this.#namedTypes.get(name);
    if (builtType !== undefined) {
      return builtType;
    }
    const simple = this.#schema.types[name];
    const complex = this.#schema.complexTypes[name];
    if (simple === undefined && complex === undefined) {
      throw new ContractError(`no type ${name}`);
    }
    const type = simple === undefined ? this.#complex(complex, name, name) : this.#simple(simple, name);
    this.#namedTypes.set(name, type);
    return type;
  }

  #simple(node: Node, name: string): AtomicType | ListType {
    const [derivation] = children(node);
    if (derivation?.name === 'list') {
      return list(name, this.#atomic(attributeOf(derivation, 'itemType') ?? '', name));
    }
    if (derivation?.name !== 'restriction') {
      throw new ContractError(`${name}: ${derivation?.name} is not supported`);
    }
    const base = this.#atomic(attributeOf(derivation, 'base') ?? '', name);
    const facets = children(derivation);
    if (facets.length > 0 && base.primitive !== 'string') {
      throw new ContractError(`${name}: facets of a type that is not a string`);
    }
    const words = facets.filter((facet) => facet.name === 'enumeration').map(facetValue);
    const patterns = facets.filter((facet) => facet.name === 'pattern').map(facetValue);
    if (words.length + patterns.length !== facets.length) {
      throw new ContractError(`${name}: a facet is not supported`);
    }
    patterns.forEach(requireSupportedPattern);
    return atomic(name, base.primitive, {
      enumeration: words.length > 0 ? words : [...(base.enumeration ?? [])],
      patterns: [...base.patterns.map(({ source }) => source), ...patterns],
    });
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
    return (particle.name === 'choice' ? choice : sequence)(name, elements, attributes);
  }

  #attribute(node: Node, owner: string): AttributeDeclaration {
    const name = attributeOf(node, 'name');
    if (node.name !== 'attribute' || name === undefined) {
      throw new ContractError(`${owner}: ${node.name} is not supported`);
    }
    allow(node, ['name', 'type', 'use'], `${owner}/@${name}`);
    const type = this.#atomic(attributeOf(node, 'type') ?? '', `${owner}/@${name}`);
    return attribute(ownName(name), type, attributeOf(node, 'use') === 'required');
  }
}

/** Rejects names that every object has, such as `toString`. */
function ownName(name: string): string {
  if (name in {}) {
    throw new ContractError(`${name} can't be the name of a property`);
  }
  return name;
}

function attributeOf(node: object | null | undefined, name: string): string | undefined {
  const value: unknown = node == null ? undefined : Reflect.get(node, `$${name}`);
  return typeof value === 'string' ? value : undefined;
}

/** The children without annotations. If there are no children, node-soap leaves out the array. */
function children(node: Pick<Node, 'children'>): readonly Node[] {
  const nodes: readonly Node[] | undefined = node.children;
  return (nodes ?? []).filter(({ name }) => name !== 'annotation' && name !== 'documentation');
}

/** Rejects attributes that we would ignore. */
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

const facetValue = (facet: Node): string => attributeOf(facet, 'value') ?? '';

/** XML Schema's patterns differ from JavaScript's. Only patterns with the same meaning in both are supported. */
function requireSupportedPattern(source: string): void {
  if (!/^(?:[A-Za-z0-9/ ]|\[[A-Za-z0-9]-[A-Za-z0-9]\]|\{[0-9]+(?:,[0-9]*)?\})+$/.test(source)) {
    throw new ContractError(`pattern ${source} is not supported`);
  }
}
