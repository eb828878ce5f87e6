import type {
  ComplexType,
  ElementDeclaration,
  SchemaType,
  SimpleType,
  TypesByName,
} from '../../contract/contract-types.ts';
import { keysOf, particlesOf } from '../../contract/particles.ts';
import { isFixed } from '../../contract/simple/simple-values.ts';
import { type Attributes, compileAttributes, rejectUnknown } from './attributes.ts';
import { Unencodable } from './encode-error.ts';
import { escapeText } from './escape.ts';
import { compileContent } from './group-encoders.ts';
import { LocalPrefixes, type Prefixes, xsdTypeNamed } from './prefixes.ts';
import { derivedFrom } from './reachable.ts';
import { simpleContent, simpleText } from './simple-content.ts';
import { contentText, objectOf, ownValue, treeText } from './tree.ts';

/** The XML of a value. Throws an `Unencodable`. */
export type Encoder = (value: unknown) => string;

/** Writes the attributes, the end of the start tag, and the content: ` a="1">…`. */
type ContentEncoder = Encoder;

/** Deeper values are refused, because a value could contain itself. No real message is nearly as deep. */
const maxDepth = 64;

/** Compiles the encoders of one message. The first value of a type compiles the encoder of that type. */
export class ElementEncoders {
  readonly #prefixes: Prefixes;
  readonly #types: TypesByName;
  readonly #contents = new Map<SchemaType, ContentEncoder>();
  #depth = 0;

  constructor(prefixes: Prefixes, types: TypesByName) {
    this.#prefixes = prefixes;
    this.#types = types;
  }

  /**
   * Resets the depth before each message. If an earlier message could not be encoded, `#depth` is still that message's
   * depth.
   */
  begin(): void {
    this.#depth = 0;
  }

  /** Encodes an element with its tags. For a nillable element, null or an object with `$nil` becomes `xsi:nil`. */
  element(element: ElementDeclaration, declarations = ''): Encoder {
    const tag = this.#prefixes.nameOf(element.name, element.namespace);
    const start = `<${tag}${declarations}`;
    const end = `</${tag}>`;
    const { type, nillable, constraint } = element;
    const content = this.#content(type);
    const encodeNil = nillable ? this.#nil(type, start) : null;
    const fixed = constraint?.kind === 'fixed' ? constraint.text : null;
    if (fixed === null && encodeNil === null) {
      return (value) => start + content(value) + end;
    }
    return (value) => {
      if (encodeNil !== null && (value === null || isNil(value))) {
        return encodeNil(value);
      }
      if (fixed !== null && !isFixedValue(type, value, fixed)) {
        throw new Unencodable('expected the value that the contract fixes');
      }
      return start + content(value) + end;
    };
  }

  #nil(type: SchemaType, start: string): Encoder {
    const attributes = type.kind === 'complex' ? compileAttributes(type, this.#prefixes) : null;
    const typeAttribute = this.#concreteType(type);
    return (value) => {
      if (typeAttribute === null) {
        throw new Unencodable('expected a value, but no type can have one');
      }
      const own = attributes === null ? '' : attributes.encode(value === null ? {} : objectOf(value));
      return `${start} xsi:nil="true"${typeAttribute}${own}/>`;
    };
  }

  /**
   * The `xsi:type` attribute of a nil element. Empty for a concrete type. For an abstract type, it names a concrete
   * type that is derived from it and requires no further attributes; null if there is none.
   */
  #concreteType(type: SchemaType): string | null {
    if (type.kind !== 'complex' || !type.isAbstract) {
      return '';
    }
    const concrete = derivedFrom(type, this.#types).find(
      (derived) =>
        derived.kind === 'complex' &&
        !derived.isAbstract &&
        derived.attributes.every(
          ({ key, required }) => !required || type.attributes.some((own) => own.key === key),
        ),
    );
    return concrete === undefined ? null : this.#prefixes.typeAttribute(concrete);
  }

  #content(type: SchemaType): ContentEncoder {
    const compiled = this.#contents.get(type);
    if (compiled !== undefined) {
      return compiled;
    }
    switch (type.kind) {
      case 'atomic':
      case 'list':
      case 'union':
        return simpleContent(type);
      case 'any':
        return (value) => this.#anyContent(value);
      case 'complex':
        return this.#late(type);
      default:
        return type satisfies never;
    }
  }

  /** Compiles the encoder of a type at its first use, because a type may contain itself. */
  #late(type: ComplexType): ContentEncoder {
    let encode: ContentEncoder | null = null;
    const content: ContentEncoder = (value) => {
      encode ??= type.isPolymorphic || type.isAbstract ? this.#polymorphic(type) : this.#complex(type, '');
      this.#depth += 1;
      if (this.#depth > maxDepth) {
        throw new Unencodable(`more than ${maxDepth} levels`);
      }
      const text = encode(value);
      this.#depth -= 1;
      return text;
    };
    this.#contents.set(type, content);
    return content;
  }

  /** Encodes a value of the type, or of the derived type that its `$type` names. */
  #polymorphic(type: ComplexType): ContentEncoder {
    const byName = new Map<unknown, ContentEncoder>();
    for (const derived of [type, ...derivedFrom(type, this.#types)]) {
      if (derived.kind === 'complex' && !derived.isAbstract) {
        byName.set(
          derived.name,
          this.#complex(derived, derived === type ? '' : this.#prefixes.typeAttribute(derived)),
        );
      }
    }
    return (value) => {
      const encode = byName.get(ownValue(objectOf(value), '$type'));
      if (encode === undefined) {
        throw new Unencodable(`expected a $type of ${[...byName.keys()].join(', ')}`);
      }
      return encode(value);
    };
  }

  #complex(type: ComplexType, typeAttribute: string): ContentEncoder {
    const attributes = compileAttributes(type, this.#prefixes);
    const { content } = type;
    switch (content.kind) {
      case 'simple':
        return this.#text(content.type, attributes, typeAttribute);
      case 'mixed': {
        const check = rejectUnknown(['$content'], attributes.keys);
        return (value) => {
          const object = objectOf(value);
          check(object);
          return `${typeAttribute}${attributes.encode(object)}>${contentText(object.$content)}`;
        };
      }
      default: {
        const body = compileContent(type, (element) => this.element(element));
        const keys = particlesOf(type).flatMap(keysOf);
        const check = rejectUnknown(keys, attributes.keys);
        return (value) => {
          const object = objectOf(value);
          check(object);
          return `${typeAttribute}${attributes.encode(object)}>${body(object)}`;
        };
      }
    }
  }

  #text(text: SimpleType, attributes: Attributes, typeAttribute: string): ContentEncoder {
    const check = rejectUnknown(['$value'], attributes.keys);
    return (value) => {
      const object = objectOf(value);
      check(object);
      const prefixes = new LocalPrefixes();
      const written = simpleText(text, ownValue(object, '$value'), prefixes);
      const own = attributes.encode(object, prefixes);
      return `${prefixes.declarations}${typeAttribute}${own}>${escapeText(written)}`;
    };
  }

  #anyContent(value: unknown): string {
    const object = objectOf(value);
    const name = ownValue(object, '$type');
    if (name === undefined) {
      return treeContent(object);
    }
    const named = [...this.#types.values()].find((type) => type.name === name) ?? xsdTypeNamed(String(name));
    if (named === undefined || (named.kind === 'complex' && named.isAbstract)) {
      throw new Unencodable('expected a $type of the contract');
    }
    const typeAttribute = this.#prefixes.typeAttribute(named);
    return named.kind === 'complex'
      ? this.#complex(named, typeAttribute)(value)
      : `${typeAttribute}${simpleContent(named as SimpleType)(ownValue(object, '$value'))}`;
  }
}

const isNil = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, '$nil');

/** Whether a value equals the fixed value. Only elements with a text can have a fixed value. */
function isFixedValue(type: SchemaType, value: unknown, fixed: string): boolean {
  if (type.kind === 'complex') {
    return (
      type.content.kind === 'simple' && isFixed(type.content.type, ownValue(objectOf(value), '$value'), fixed)
    );
  }
  return type.kind !== 'any' && isFixed(type, value, fixed);
}

/**
 * The attributes and the content of a tree as XML. The tree's own name is left out, because the contract names the
 * element.
 */
function treeContent(tree: Readonly<Record<string, unknown>>): string {
  const text = treeText({ ...tree, name: 'x' }, () => true);
  return text.slice(2, text.length - 4);
}
