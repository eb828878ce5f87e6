import { InvalidRequest } from './invalid-request.ts';
import { isBlank } from './read-envelope.ts';
import type { ComplexType, ElementDeclaration, NamedTypes, Type } from './schema.ts';
import { collapse, typedValue } from './simple-types.ts';
import { clark, optionalAttribute, type XmlElement, XSI } from './xml.ts';

const XSI_ATTRIBUTES: ReadonlySet<string> = new Set([
  'nil',
  'type',
  'schemaLocation',
  'noNamespaceSchemaLocation',
]);

/** The context of a validation. It is the same for all elements of a request. */
export interface Validation {
  readonly types: NamedTypes;
  /** Called with the name of each repeatable element that occurs more often than its `maxOccurs`. */
  readonly onExcess: (local: string) => void;
}

/** The error for a body that the schema does not allow. */
export const refuse = (message: string): InvalidRequest => new InvalidRequest('body', message);

/**
 * Validates an element against its declaration. Returns the element with normalised white space, and without children
 * that are `xsi:nil`. Returns null if the element itself is `xsi:nil`. If a repeatable element occurs too often,
 * `onExcess` is called, and all occurrences are kept, because some vendors have their own error code for this.
 * @throws InvalidRequest for any other error.
 */
export function validElement(
  { type: declared, nillable }: ElementDeclaration,
  element: XmlElement,
  validation: Validation,
): XmlElement | null {
  const { local, text, children } = element;
  const type = typeOf(declared, element, validation);
  checkAttributes(type, element);
  if (isNil(nillable, element)) {
    if (text !== '' || children.length > 0) {
      throw refuse(`${local} is xsi:nil and not empty`);
    }
    return null;
  }
  const textType = type.kind === 'simple' ? type : type.text;
  if (type.kind === 'complex' && textType === null) {
    if (!isBlank(text) || (type.elements.length === 0 && text !== '')) {
      throw refuse(`${local} holds elements, not text`);
    }
    return { ...element, children: validChildren(type, element, validation) };
  }
  const value = textType === null ? null : typedValue(textType, text);
  if (children[0] !== undefined) {
    throw refuse(`${local} holds text, not ${children[0].local}`);
  }
  if (value === null) {
    throw refuse(`${local} has a value that its type does not allow`);
  }
  return { ...element, text: value };
}

/** Returns the type of an element: the declared type, or a type derived from it that `xsi:type` names. */
function typeOf(declared: Type, element: XmlElement, { types }: Validation): Type {
  const named = optionalAttribute(element, 'type', XSI);
  const type = named === undefined ? declared : types.derived(named, declared);
  if (type === null) {
    throw refuse(`${element.local} may not be of the type ${named}`);
  }
  if (type.kind === 'complex' && type.isAbstract) {
    throw refuse(`the type of ${element.local} is abstract`);
  }
  return type;
}

function isNil(nillable: boolean, element: XmlElement): boolean {
  const { local } = element;
  const written = optionalAttribute(element, 'nil', XSI);
  if (written === undefined) {
    return false;
  }
  const value = collapse(written);
  if (!nillable) {
    throw refuse(`${local} may not bear xsi:nil`);
  }
  if (!/^(?:true|false|1|0)$/.test(value)) {
    throw refuse(`xsi:nil of ${local} is not a boolean`);
  }
  return value === 'true' || value === '1';
}

function checkAttributes(type: Type, element: XmlElement): void {
  const { local, attributes } = element;
  const declared = type.kind === 'complex' ? type.attributes : [];
  for (const { uri, local: name, value } of attributes) {
    if (uri === XSI && XSI_ATTRIBUTES.has(name)) {
      continue;
    }
    const declaration = uri === '' ? declared.find((one) => one.local === name) : undefined;
    if (declaration === undefined) {
      throw refuse(`${local} may not have the attribute ${clark(uri, name)}`);
    }
    if (typedValue(declaration.type, value) === null) {
      throw refuse(`attribute ${name} of ${local} has a bad value`);
    }
  }
  const missing = declared.find(
    ({ required, local: name }) => required && optionalAttribute(element, name) === undefined,
  );
  if (missing !== undefined) {
    throw refuse(`${local} lacks the attribute ${missing.local}`);
  }
}

/**
 * Validates the children against a content model. In the vendors' models, no two declarations have the same name, so a
 * child's name determines its position in the model.
 */
function validChildren(
  { model, elements }: ComplexType,
  parent: XmlElement,
  validation: Validation,
): XmlElement[] {
  const children: XmlElement[] = [];
  /** The previous child's position in the model, and the number of children at that position so far. */
  let position = 0;
  let count = 0;
  for (const child of parent.children) {
    const at = elements.findIndex(({ local, uri }) => local === child.local && uri === child.uri);
    const declaration = elements[at];
    const isSecondChoice = model === 'choice' && count > 0 && at !== position;
    if (declaration === undefined || at < position || isSecondChoice) {
      throw refuse(`${clark(child.uri, child.local)} is not allowed there in ${parent.local}`);
    }
    if (model === 'sequence') {
      checkOccurrence(elements.slice(position, at), count, parent);
    }
    count = at === position ? count + 1 : 1;
    position = at;
    if (count > declaration.max) {
      if (declaration.max === 1) {
        throw refuse(`${parent.local} has more than one ${child.local}`);
      }
      validation.onExcess(child.local);
    }
    const valid = validElement(declaration, child, validation);
    if (valid !== null) {
      children.push(valid);
    }
  }
  const mayBeEmpty = model === 'choice' && count === 0 && elements.some(({ min }) => min === 0);
  const due = elements.slice(position, model === 'choice' ? position + 1 : elements.length);
  checkOccurrence(mayBeEmpty ? [] : due, count, parent);
  return children;
}

/**
 * Rejects `parent` if a required element is missing. `parent` has `count` children that match the first of `elements`,
 * and none that match the others.
 */
function checkOccurrence(elements: readonly ElementDeclaration[], count: number, parent: XmlElement): void {
  const missing = elements.find(({ min }, index) => min > (index === 0 ? count : 0));
  if (missing !== undefined) {
    throw refuse(`${parent.local} lacks ${missing.local}`);
  }
}
