import {
  type AtomicType,
  type ComplexType,
  type ElementDeclaration,
  isRepeated,
  type ListType,
  XSI,
} from '../contract/schema.ts';
import { writeAtomic } from '../contract/simple-types.ts';

/**
 * A request that the contract has no form for: a mistake of ours, found before anything is sent. Names the path and
 * the type wanted; never the value.
 */
export class EncodeError extends TypeError {
  override readonly name = 'EncodeError';
}

/** XML of a value at a path, or an `EncodeError`. */
type Encoder = (value: unknown, path: string) => string;

/**
 * Compiles the writer of one message: the root element as XML, with all that the table knows, in its order, and
 * nothing else. The namespace stands at the root, so that the XML can be put into any envelope.
 */
export function compileEncoder(root: ElementDeclaration): (value: unknown) => string {
  const content = contentEncoder(root.type);
  const namespaces = ` xmlns:m="${escapeAttribute(root.namespace)}" xmlns:xsi="${XSI}"`;
  return (value) => {
    const { attributes, body } = content(value, root.name);
    return `<m:${root.name}${namespaces}${attributes}>${body}</m:${root.name}>`;
  };
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // As they stand, a parser makes spaces or line feeds of them.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
/** Text for an element. Only for what XML can carry: see `isXmlText`. */
export const escapeText = (text: string): string => text.replace(/[&<>\r]/g, (one) => escapes[one] ?? one);
const escapeAttribute = (text: string): string => text.replace(/[&<>"\t\n\r]/g, (one) => escapes[one] ?? one);

interface Content {
  readonly attributes: string;
  readonly body: string;
}
type ContentEncoder = (value: unknown, path: string) => Content;

/** An element with its start and end tags, nil where it may be. */
function elementEncoder(element: ElementDeclaration): Encoder {
  const tag = element.namespace === '' ? element.name : `m:${element.name}`;
  const content = contentEncoder(element.type);
  const nil = `<${tag} xsi:nil="true"/>`;
  return (value, path) => {
    if (value === null && element.nillable) {
      return nil;
    }
    const { attributes, body } = content(value, path);
    return `<${tag}${attributes}>${body}</${tag}>`;
  };
}

function contentEncoder(type: ElementDeclaration['type']): ContentEncoder {
  switch (type.kind) {
    case 'atomic':
      return (value, path) => ({ attributes: '', body: escapeText(atomicText(type, value, path)) });
    case 'list':
      return listEncoder(type);
    case 'complex':
      return complexEncoder(type);
    default:
      return type satisfies never;
  }
}

function atomicText(type: AtomicType, value: unknown, path: string): string {
  const text = writeAtomic(type, value);
  if (text === undefined) {
    throw new EncodeError(`${path}: a value of type ${type.name} is wanted`);
  }
  return text;
}

function listEncoder(type: ListType): ContentEncoder {
  return (value, path) => {
    const items = arrayOf(value, path).map((item, index) => {
      const text = atomicText(type.item, item, `${path}[${index + 1}]`);
      // Would be read as no item, or as two.
      if (text === '' || /[ \t\r\n]/.test(text)) {
        throw new EncodeError(
          `${path}[${index + 1}]: a value of type ${type.item.name} without white space is wanted`,
        );
      }
      return text;
    });
    return { attributes: '', body: escapeText(items.join(' ')) };
  };
}

function complexEncoder(type: ComplexType): ContentEncoder {
  const known = new Set([...type.elements, ...type.attributes].map(({ name }) => name));
  const members = type.elements.map((element) => ({
    name: element.name,
    encode: isRepeated(element) ? repeatedEncoder(element) : singleEncoder(element, type.compositor),
  }));
  return (value, path) => {
    const object = objectOf(value, path);
    const given = Object.keys(object).filter((key) => object[key] !== undefined);
    if (!given.every((key) => known.has(key))) {
      throw new EncodeError(`${path}: nothing but ${[...known].join(', ')} may be given`);
    }
    if (type.compositor === 'choice' && given.length !== 1) {
      throw new EncodeError(`${path}: exactly one of ${[...known].join(', ')} is wanted`);
    }
    return {
      attributes: type.attributes
        .map((attribute) => attributeText(attribute, own(object, attribute.name), path))
        .join(''),
      body: members.map(({ name, encode }) => encode(own(object, name), `${path}/${name}`)).join(''),
    };
  };
}

function attributeText(
  { name, type, required }: ComplexType['attributes'][number],
  value: unknown,
  path: string,
): string {
  if (value === undefined && !required) {
    return '';
  }
  return ` ${name}="${escapeAttribute(atomicText(type, value, `${path}/@${name}`))}"`;
}

function singleEncoder(element: ElementDeclaration, compositor: ComplexType['compositor']): Encoder {
  const encode = elementEncoder(element);
  const optional = element.minOccurs === 0 || compositor === 'choice';
  return (value, path) => {
    if (value !== undefined) {
      return encode(value, path);
    }
    if (!optional) {
      throw new EncodeError(`${path}: is wanted`);
    }
    return '';
  };
}

function repeatedEncoder(element: ElementDeclaration): Encoder {
  const encode = elementEncoder(element);
  const { minOccurs, maxOccurs } = element;
  return (value, path) => {
    const items = arrayOf(value, path);
    if (items.length < minOccurs || items.length > maxOccurs) {
      throw new EncodeError(`${path}: ${minOccurs} to ${maxOccurs} are wanted`);
    }
    return items.map((item, index) => encode(item, `${path}[${index + 1}]`)).join('');
  };
}

/** A hole in the array is an item that is undefined, which no type takes. */
function arrayOf(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) {
    throw new EncodeError(`${path}: an array is wanted`);
  }
  return Array.from<unknown>(value);
}

function objectOf(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EncodeError(`${path}: an object is wanted`);
  }
  return value as Readonly<Record<string, unknown>>;
}

const own = (object: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;
