import { builtIn, list, restriction, type SimpleType } from './simple-types.ts';
import {
  attribute,
  childrenOf,
  clark,
  onlyChild,
  optionalAttribute,
  readXml,
  type XmlElement,
} from './xml.ts';

const WSDL = 'http://schemas.xmlsoap.org/wsdl/';
const XSD = 'http://www.w3.org/2001/XMLSchema';
const BINDING = {
  '1.1': 'http://schemas.xmlsoap.org/wsdl/soap/',
  '1.2': 'http://schemas.xmlsoap.org/wsdl/soap12/',
} as const;

export type SoapVersion = keyof typeof BINDING;

/** The declaration of an element, in a content model or at the top of the schema. */
export interface ElementDeclaration {
  /** Empty for an unqualified local element. */
  readonly uri: string;
  readonly local: string;
  readonly type: SimpleType | ComplexType;
  readonly nillable: boolean;
  readonly min: number;
  /** Infinity for `unbounded`. */
  readonly max: number;
}

export interface AttributeDeclaration {
  readonly local: string;
  readonly type: SimpleType;
  readonly required: boolean;
}

/** A type with elements in a sequence or a choice, with attributes, and without mixed content. */
export interface ComplexType {
  readonly kind: 'complex';
  readonly model: 'sequence' | 'choice';
  readonly elements: readonly ElementDeclaration[];
  readonly attributes: readonly AttributeDeclaration[];
}

export interface Operation {
  readonly name: string;
  readonly soapAction: string;
  readonly input: ElementDeclaration;
}

/** The requests that a system accepts, compiled from its WSDL. */
export interface Contract {
  readonly namespace: string;
  readonly version: SoapVersion;
  /** The operations by the local name of the request's root element. All roots are in `namespace`. */
  readonly operations: ReadonlyMap<string, Operation>;
}

/**
 * Compiles the part of WSDL 1.1 and XML Schema that the three vendors use.
 * @throws Error for any other part. If it were ignored, the simulator would accept requests that are invalid against
 * the WSDL.
 */
export function compileContract(wsdl: string): Contract {
  const { root: definitions, namespaces, problem } = readXml(wsdl);
  if (definitions === null || problem !== null) {
    throw new Error(`the WSDL can't be read: ${problem}`);
  }
  const schemaTree = onlyChild(onlyChild(definitions, WSDL, 'types'), XSD, 'schema');
  const qualify = qualifier(namespaces);
  const schema = new SchemaCompiler(schemaTree, qualify);
  const binding = onlyChild(definitions, WSDL, 'binding');
  const version = bindingVersion(binding);
  const operations = childrenOf(binding, WSDL, 'operation').map((bound): [string, Operation] => {
    const name = attribute(bound, 'name');
    const soapAction = attribute(onlyChild(bound, BINDING[version], 'operation'), 'soapAction');
    const input = schema.topElement(qualify(inputElement(definitions, name)));
    return [input.local, { name, soapAction, input }];
  });
  return { namespace: attribute(schemaTree, 'targetNamespace'), version, operations: new Map(operations) };
}

/**
 * Returns a function that resolves prefixed names to Clark notation. The three WSDLs declare all prefixes at their
 * root.
 */
function qualifier(namespaces: Readonly<Record<string, string>>): (name: string) => string {
  return (name) => {
    const [prefix = '', local = ''] = name.split(':');
    const uri = namespaces[prefix];
    if (uri === undefined) {
      throw new Error(`the prefix of ${name} is not declared at the root`);
    }
    return clark(uri, local);
  };
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
 * Returns the name of the element of an operation's request. It follows operation, message, part and element, as in a
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

class SchemaCompiler {
  readonly #namespace: string;
  readonly #localUri: string;
  readonly #qualify: (name: string) => string;
  readonly #named = new Map<string, XmlElement>();
  readonly #types = new Map<string, SimpleType | ComplexType>();
  readonly #elements = new Map<string, XmlElement>();

  constructor(schema: XmlElement, qualify: (name: string) => string) {
    this.#qualify = qualify;
    this.#namespace = attribute(schema, 'targetNamespace');
    this.#localUri = attribute(schema, 'elementFormDefault') === 'qualified' ? this.#namespace : '';
    for (const child of schema.children) {
      const known = child.local === 'element' ? this.#elements : this.#named;
      if (!['element', 'simpleType', 'complexType'].includes(child.local)) {
        throw unsupported(child);
      }
      known.set(clark(this.#namespace, attribute(child, 'name')), child);
    }
  }

  topElement(name: string): ElementDeclaration {
    const tree = this.#elements.get(name);
    if (tree === undefined) {
      throw new Error(`the schema has no element ${name}`);
    }
    return this.#element(tree, this.#namespace);
  }

  #element(tree: XmlElement, uri: string): ElementDeclaration {
    only(tree, ['name', 'type', 'minOccurs', 'maxOccurs', 'nillable']);
    const max = optionalAttribute(tree, 'maxOccurs') ?? '1';
    return {
      uri,
      local: attribute(tree, 'name'),
      type:
        optionalAttribute(tree, 'type') !== undefined
          ? this.#typeNamed(tree, 'type')
          : this.#inlineType(tree),
      nillable: optionalAttribute(tree, 'nillable') === 'true',
      min: Number(optionalAttribute(tree, 'minOccurs') ?? '1'),
      max: max === 'unbounded' ? Number.POSITIVE_INFINITY : Number(max),
    };
  }

  #typeNamed(tree: XmlElement, name: 'type' | 'base' | 'itemType'): SimpleType | ComplexType {
    const qualified = this.#qualify(attribute(tree, name));
    const local = qualified.slice(qualified.indexOf('}') + 1);
    const known = qualified === clark(XSD, local) ? builtIn.get(local) : this.#types.get(qualified);
    if (known !== undefined) {
      return known;
    }
    const definition = this.#named.get(qualified);
    if (definition === undefined) {
      throw new Error(`type ${qualified} is not known here`);
    }
    const type = definition.local === 'simpleType' ? this.#simple(definition) : this.#complex(definition);
    this.#types.set(qualified, type);
    return type;
  }

  #simpleNamed(tree: XmlElement, name: 'type' | 'base' | 'itemType'): SimpleType {
    const type = this.#typeNamed(tree, name);
    if (type.kind !== 'simple') {
      throw new Error(`${tree.local} wants a simple type`);
    }
    return type;
  }

  #inlineType(tree: XmlElement): ComplexType {
    return this.#complex(onlyChild(tree, XSD, 'complexType'));
  }

  #simple(tree: XmlElement): SimpleType {
    const [derivation] = tree.children;
    if (derivation?.local === 'list') {
      return list(this.#simpleNamed(derivation, 'itemType'));
    }
    if (derivation?.local !== 'restriction') {
      throw unsupported(tree);
    }
    const facets = (local: string) =>
      childrenOf(derivation, XSD, local).map((facet) => attribute(facet, 'value'));
    const patterns = facets('pattern');
    const enumeration = facets('enumeration');
    if (patterns.length + enumeration.length !== derivation.children.length) {
      throw unsupported(derivation);
    }
    return restriction(this.#simpleNamed(derivation, 'base'), patterns, enumeration);
  }

  #complex(tree: XmlElement): ComplexType {
    only(tree, ['name']);
    const [group, ...attributes] = tree.children;
    if (group === undefined || (group.local !== 'sequence' && group.local !== 'choice')) {
      throw unsupported(tree);
    }
    only(group, []);
    return {
      kind: 'complex',
      model: group.local,
      elements: group.children.map((child) => {
        if (child.local !== 'element') {
          throw unsupported(child);
        }
        return this.#element(child, this.#localUri);
      }),
      attributes: attributes.map((child) => this.#attribute(child)),
    };
  }

  #attribute(tree: XmlElement): AttributeDeclaration {
    if (tree.local !== 'attribute') {
      throw unsupported(tree);
    }
    only(tree, ['name', 'type', 'use']);
    return {
      local: attribute(tree, 'name'),
      type: this.#simpleNamed(tree, 'type'),
      required: optionalAttribute(tree, 'use') === 'required',
    };
  }
}

function only(tree: XmlElement, attributes: readonly string[]): void {
  const other = tree.attributes.find(({ local }) => !attributes.includes(local));
  if (other !== undefined) {
    throw new Error(`${tree.local} with ${other.local} is not supported here`);
  }
}

const unsupported = (tree: XmlElement): Error => new Error(`${tree.local} is not supported here`);
