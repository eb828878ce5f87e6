import {
  type AtomicType,
  type ComplexType,
  type ElementDeclaration,
  isRepeated,
  type ListType,
  XSI,
} from '../contract/contract-types.ts';
import { writeAtomic } from '../contract/simple-types.ts';

/**
 * The contract has no form for a request. The error is thrown before anything is sent. Its message names the path and
 * the expected type, and never the value.
 */
export class EncodeError extends TypeError {
  override readonly name = 'EncodeError';
}

/** The XML of the value at a path. Throws an `EncodeError`. */
type Encoder = (value: unknown, path: string) => string;

/**
 * Compiles the encoder of one message. The encoder writes the elements in the order of the table, and rejects keys that
 * the table doesn't have. The namespace is declared at the root, so that the XML can be put into any envelope.
 *
 * The WSDL of PRS declares `FindPatron` as a choice of `HKID` and `BIRTH_CERT_NO`, both unqualified strings:
 *
 *     const encode = compileEncoder(contract.operations.get('FindPatron').input);
 *     encode({ HKID: 'A123456(3)' })
 *     // <m:FindPatron xmlns:m="urn:library:prs:2004" xmlns:xsi="…"><HKID>A123456(3)</HKID></m:FindPatron>
 *     encode({})
 *     // EncodeError: FindPatron: expected exactly one of HKID, BIRTH_CERT_NO
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
  // A parser would normalize these characters to spaces or line feeds.
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};
/** Escapes text for an element. The text must be one that XML can carry: see `isXmlText`. */
export const escapeText = (text: string): string =>
  text.replace(/[&<>\r]/g, (character) => escapes[character] ?? character);
const escapeAttribute = (text: string): string =>
  text.replace(/[&<>"\t\n\r]/g, (character) => escapes[character] ?? character);

interface Content {
  readonly attributes: string;
  readonly body: string;
}
type ContentEncoder = (value: unknown, path: string) => Content;

/** Encodes an element with its tags. Null becomes `xsi:nil` if the element is nillable. */
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
    throw new EncodeError(`${path}: expected a value of type ${type.name}`);
  }
  return text;
}

function listEncoder(type: ListType): ContentEncoder {
  return (value, path) => {
    const items = arrayOf(value, path).map((item, index) => {
      const text = atomicText(type.item, item, `${path}[${index + 1}]`);
      // The receiver would read no item from such a text, or several.
      if (text === '' || /[ \t\r\n]/.test(text)) {
        throw new EncodeError(
          `${path}[${index + 1}]: expected a value of type ${type.item.name} without white space`,
        );
      }
      return text;
    });
    return { attributes: '', body: escapeText(items.join(' ')) };
  };
}

function complexEncoder(type: ComplexType): ContentEncoder {
  const allowedKeys = new Set([...type.elements, ...type.attributes].map(({ name }) => name));
  const members = type.elements.map((element) => ({
    name: element.name,
    encode: isRepeated(element) ? repeatedEncoder(element) : singleEncoder(element, type.compositor),
  }));
  return (value, path) => {
    const object = objectOf(value, path);
    const keys = Object.keys(object).filter((key) => object[key] !== undefined);
    if (!keys.every((key) => allowedKeys.has(key))) {
      throw new EncodeError(`${path}: expected only ${[...allowedKeys].join(', ')}`);
    }
    if (type.compositor === 'choice' && keys.length !== 1) {
      throw new EncodeError(`${path}: expected exactly one of ${[...allowedKeys].join(', ')}`);
    }
    return {
      attributes: type.attributes
        .map((attribute) => attributeText(attribute, ownValue(object, attribute.name), path))
        .join(''),
      body: members.map(({ name, encode }) => encode(ownValue(object, name), `${path}/${name}`)).join(''),
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
      throw new EncodeError(`${path}: missing`);
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
      throw new EncodeError(`${path}: expected ${minOccurs} to ${maxOccurs} items`);
    }
    return items.map((item, index) => encode(item, `${path}[${index + 1}]`)).join('');
  };
}

/** Checks that the value is an array. A hole in it becomes an undefined item, which no type accepts. */
function arrayOf(value: unknown, path: string): unknown[] {
  if (!Array.isArray(value)) {
    throw new EncodeError(`${path}: expected an array`);
  }
  return Array.from<unknown>(value);
}

function objectOf(value: unknown, path: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new EncodeError(`${path}: expected an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}

/** An own property of an object. Inherited properties are ignored. */
const ownValue = (object: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : undefined;
