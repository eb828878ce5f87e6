import { builtIn, builtInBases } from './built-in-types.ts';
import { type Facets, list, restriction, type SimpleType, union } from './simple-types.ts';
import {
  attribute,
  childrenOf,
  clark,
  onlyChild,
  optionalAttribute,
  qualifier,
  type XmlDocument,
  type XmlElement,
} from './xml.ts';

export const XSD = 'http://www.w3.org/2001/XMLSchema';

export type Type = SimpleType | ComplexType;

/** The declaration of an element, in a content model or at the top of the schema. */
export interface ElementDeclaration {
  /** Empty for an unqualified local element. */
  readonly uri: string;
  readonly local: string;
  readonly type: Type;
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

/** A type with attributes, and with either text or child elements. The child elements are a sequence or a choice. */
export interface ComplexType {
  readonly kind: 'complex';
  /** In Clark notation. Null for a type without a name. */
  readonly name: string | null;
  /** If true, this type can't be used itself. An element needs `xsi:type` with a type that is derived from this one. */
  readonly isAbstract: boolean;
  readonly model: 'sequence' | 'choice';
  readonly elements: readonly ElementDeclaration[];
  readonly attributes: readonly AttributeDeclaration[];
  /** The type of the text. Null for a type with elements. */
  readonly text: SimpleType | null;
}

/** Resolves the names in `xsi:type`. */
export interface NamedTypes {
  /**
   * Returns the type with this name (Clark notation): the declared type, a type derived from it, or a member of a
   * declared union. Null for all other names.
   */
  derived(name: string, declared: Type): Type | null;
}

/** A schema, and the document that contains it. The document declares the prefixes of the names in the schema. */
export interface SchemaDocument {
  readonly schema: XmlElement;
  readonly document: Pick<XmlDocument, 'namespaces'>;
}

/** A definition or declaration of a schema. `qualify` and `localUri` resolve the names in it. */
interface Definition {
  readonly tree: XmlElement;
  readonly qualify: (name: string) => string;
  /** The namespace of elements that are declared inside a type. Empty if the schema leaves them unqualified. */
  readonly localUri: string;
}

/**
 * Compiles the part of XML Schema that the requests of the vendors use. A type is compiled when it is needed.
 * @throws Error if the schema uses anything else. Without this error, invalid requests would be accepted.
 */
export class SchemaCompiler implements NamedTypes {
  readonly #named = new Map<string, Definition>();
  readonly #elements = new Map<string, Definition>();
  readonly #types = new Map<string, Type>();

  constructor(schemas: readonly SchemaDocument[]) {
    for (const { schema, document } of schemas) {
      const namespace = attribute(schema, 'targetNamespace');
      const localUri = optionalAttribute(schema, 'elementFormDefault') === 'qualified' ? namespace : '';
      const qualify = qualifier(document.namespaces);
      for (const tree of schema.children.filter(({ local }) => local !== 'import' && local !== 'include')) {
        const known = tree.local === 'element' ? this.#elements : this.#named;
        known.set(clark(namespace, attribute(tree, 'name')), { tree, qualify, localUri });
      }
    }
  }

  /** Compiles a top-level element. `name` is in Clark notation. */
  topElement(name: string): ElementDeclaration {
    const found = this.#elements.get(name);
    if (found === undefined) {
      throw new Error(`the schema has no element ${name}`);
    }
    return { ...this.#element(found.tree, found), uri: namespaceOf(name) };
  }

  derived(name: string, declared: Type): Type | null {
    const accepted = new Set(
      declared.kind === 'simple' ? [declared, ...declared.members].map((type) => type.name) : [declared.name],
    );
    for (let current: string | null = name; current !== null; current = this.#baseOf(current)) {
      if (accepted.has(current)) {
        return this.#typeNamed(name);
      }
    }
    return null;
  }

  /** Returns the name of the type from which the type `name` is derived. Null if there is none. */
  #baseOf(name: string): string | null {
    const found = this.#named.get(name);
    if (found === undefined) {
      return builtInBases.get(name) ?? null;
    }
    const [content] = found.tree.children;
    const derivation =
      content !== undefined && /Content$/.test(content.local) ? content.children[0] : content;
    const base = derivation === undefined ? undefined : optionalAttribute(derivation, 'base');
    return base === undefined ? null : found.qualify(base);
  }

  #element(tree: XmlElement, scope: Definition): ElementDeclaration {
    only(tree, ['name', 'ref', 'type', 'minOccurs', 'maxOccurs', 'nillable']);
    const max = optionalAttribute(tree, 'maxOccurs') ?? '1';
    const occurs = {
      min: Number(optionalAttribute(tree, 'minOccurs') ?? '1'),
      max: max === 'unbounded' ? Number.POSITIVE_INFINITY : Number(max),
    };
    const reference = optionalAttribute(tree, 'ref');
    if (reference !== undefined) {
      return { ...this.topElement(scope.qualify(reference)), ...occurs };
    }
    const type = optionalAttribute(tree, 'type');
    return {
      uri: scope.localUri,
      local: attribute(tree, 'name'),
      type: type === undefined ? this.#inlineType(tree, scope) : this.#typeNamed(scope.qualify(type)),
      nillable: optionalAttribute(tree, 'nillable') === 'true',
      ...occurs,
    };
  }

  #typeNamed(name: string): Type {
    const known = builtIn.get(name) ?? this.#types.get(name);
    if (known !== undefined) {
      return known;
    }
    const found = this.#named.get(name);
    if (found === undefined) {
      throw new Error(`type ${name} is not known here`);
    }
    const type =
      found.tree.local === 'simpleType'
        ? this.#simple(found.tree, found, name)
        : this.#complex(found.tree, found, name);
    this.#types.set(name, type);
    return type;
  }

  #simpleNamed(name: string): SimpleType {
    const type = this.#typeNamed(name);
    if (type.kind !== 'simple') {
      throw new Error(`${name} is not a simple type`);
    }
    return type;
  }

  #inlineType(tree: XmlElement, scope: Definition): Type {
    const [definition] = tree.children;
    return definition?.local === 'simpleType'
      ? this.#simple(definition, scope, null)
      : this.#complex(onlyChild(tree, XSD, 'complexType'), scope, null);
  }

  #simple(tree: XmlElement, scope: Definition, name: string | null): SimpleType {
    const [derivation] = tree.children;
    if (derivation?.local === 'list') {
      return list(this.#simpleNamed(scope.qualify(attribute(derivation, 'itemType'))), name);
    }
    if (derivation?.local === 'union') {
      const members = attribute(derivation, 'memberTypes').split(' ').map(scope.qualify);
      return union(
        members.map((member) => this.#simpleNamed(member)),
        name,
      );
    }
    if (derivation?.local !== 'restriction') {
      throw unsupported(tree);
    }
    const facets = (local: string) =>
      childrenOf(derivation, XSD, local).map((facet) => attribute(facet, 'value'));
    const base = this.#simpleNamed(scope.qualify(attribute(derivation, 'base')));
    const patterns = facets('pattern');
    const enumeration = facets('enumeration');
    const [fractionDigits, ...more] = facets('fractionDigits');
    const count = patterns.length + enumeration.length + (fractionDigits === undefined ? 0 : 1);
    if (count !== derivation.children.length || more.length > 0) {
      throw unsupported(derivation);
    }
    const digits = fractionDigits === undefined ? null : Number(fractionDigits);
    return restriction(base, { patterns, enumeration, fractionDigits: digits }, name);
  }

  #complex(tree: XmlElement, scope: Definition, name: string | null): ComplexType {
    only(tree, ['name', 'abstract']);
    const [content, ...others] = tree.children;
    const isAbstract = optionalAttribute(tree, 'abstract') === 'true';
    const own = { kind: 'complex', name, isAbstract } as const;
    if (content?.local === 'simpleContent' || content?.local === 'complexContent') {
      return { ...own, ...this.#extension(onlyChild(content, XSD, 'extension'), scope) };
    }
    return { ...own, ...this.#content(content === undefined ? [] : [content, ...others], scope), text: null };
  }

  #extension(
    extension: XmlElement,
    scope: Definition,
  ): Pick<ComplexType, 'model' | 'elements' | 'attributes' | 'text'> {
    const base = this.#typeNamed(scope.qualify(attribute(extension, 'base')));
    const own = this.#content(extension.children, scope);
    if (base.kind === 'simple') {
      return { ...own, text: base };
    }
    if (base.model !== 'sequence' || own.model !== 'sequence') {
      throw unsupported(extension);
    }
    return {
      model: 'sequence',
      elements: [...base.elements, ...own.elements],
      attributes: [...base.attributes, ...own.attributes],
      text: base.text,
    };
  }

  /** Compiles the child elements that a type allows, if any, and its attributes. */
  #content(
    trees: readonly XmlElement[],
    scope: Definition,
  ): Pick<ComplexType, 'model' | 'elements' | 'attributes'> {
    const [first, ...others] = trees;
    const hasModel = first !== undefined && first.local !== 'attribute';
    const attributes = (hasModel ? others : trees).map((child) => this.#attribute(child, scope));
    if (!hasModel) {
      return { model: 'sequence', elements: [], attributes };
    }
    // A sequence that contains only a choice is equivalent to that choice.
    const [inner, another] = first.children;
    const group = inner?.local === 'choice' && another === undefined ? inner : first;
    only(first, []);
    if (group.local !== 'sequence' && group.local !== 'choice') {
      throw unsupported(group);
    }
    only(group, []);
    const elements = group.children.map((child) => {
      if (child.local !== 'element') {
        throw unsupported(child);
      }
      return this.#element(child, scope);
    });
    return { model: group.local, elements, attributes };
  }

  #attribute(tree: XmlElement, scope: Definition): AttributeDeclaration {
    if (tree.local !== 'attribute') {
      throw unsupported(tree);
    }
    only(tree, ['name', 'type', 'use', 'fixed']);
    const type = this.#simpleNamed(scope.qualify(attribute(tree, 'type')));
    const fixed = optionalAttribute(tree, 'fixed');
    return {
      local: attribute(tree, 'name'),
      type: fixed === undefined ? type : restriction(type, { ...unrestricted, enumeration: [fixed] }),
      required: optionalAttribute(tree, 'use') === 'required',
    };
  }
}

const unrestricted: Facets = { patterns: [], enumeration: [], fractionDigits: null };

const namespaceOf = (name: string): string => name.slice(1, name.indexOf('}'));

function only(tree: XmlElement, attributes: readonly string[]): void {
  const other = tree.attributes.find(({ local }) => !attributes.includes(local));
  if (other !== undefined) {
    throw new Error(`${tree.local} with ${other.local} is not supported here`);
  }
}

const unsupported = (tree: XmlElement): Error => new Error(`${tree.local} is not supported here`);
