import type { Tag } from '../../adapters/soap/codec/xml-names.ts';
import type { RequestElement } from './fields.ts';
import { InvalidRequest } from './invalid-request.ts';
import type { ComplexType, ElementDeclaration } from './schema.ts';
import { collapse, type SimpleType, typedValue } from './simple-types.ts';
import { clark } from './xml-tree.ts';

const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** An open element while a request is read. It checks what may come inside. */
export interface Frame {
  open(tag: Tag): Frame;
  text(text: string): void;
  close(): void;
}

/** Called with the name of an element that is repeated more often than a `maxOccurs` above 1 allows. */
export type OnExcess = (local: string) => void;

export const isBlank = (text: string): boolean => /^[ \t\r\n]*$/.test(text);

const refuse = (message: string): InvalidRequest => new InvalidRequest('body', message);

/**
 * Reads an element that the schema declares. Too many of a repeated element are reported to `onExcess` and read on, because
 * some vendors have an answer of their own to that.
 * @throws InvalidRequest for anything else that is wrong.
 */
export function payloadFrame(
  declaration: ElementDeclaration,
  tag: Tag,
  onExcess: OnExcess,
): { frame: Frame; element: RequestElement } {
  const element: RequestElement = {
    uri: tag.uri,
    local: tag.local,
    attributes: new Map(),
    children: [],
    text: '',
    nil: isNil(declaration, tag),
  };
  const { type } = declaration;
  checkAttributes(type, tag);
  if (element.nil) {
    return { element, frame: nilFrame(element) };
  }
  const frame =
    type.kind === 'simple' ? simpleFrame(type, element) : new ComplexFrame(type, element, onExcess);
  return { element, frame };
}

function isNil({ nillable }: ElementDeclaration, tag: Tag): boolean {
  for (const attribute of tag.attributes) {
    if (attribute.uri !== XSI || attribute.local !== 'nil') {
      continue;
    }
    if (!nillable) {
      throw refuse(`${tag.local} may not bear xsi:nil`);
    }
    const value = collapse(attribute.value);
    if (!/^(?:true|false|1|0)$/.test(value)) {
      throw refuse(`xsi:nil of ${tag.local} is not a boolean`);
    }
    return value === 'true' || value === '1';
  }
  return false;
}

function checkAttributes(type: SimpleType | ComplexType, tag: Tag): void {
  const declared = type.kind === 'complex' ? type.attributes : [];
  for (const { uri, local, value } of tag.attributes) {
    if (uri === XSI && (local === 'nil' || /schemaLocation$/i.test(local))) {
      continue;
    }
    const known = uri === '' ? declared.find((one) => one.local === local) : undefined;
    if (known === undefined) {
      throw refuse(`${tag.local} may not have the attribute ${clark(uri, local)}`);
    }
    if (typedValue(known.type, value) === null) {
      throw refuse(`attribute ${local} of ${tag.local} has a bad value`);
    }
  }
  const missing = declared.find(
    ({ required, local }) => required && !tag.attributes.some((one) => one.uri === '' && one.local === local),
  );
  if (missing !== undefined) {
    throw refuse(`${tag.local} lacks the attribute ${missing.local}`);
  }
}

function nilFrame({ local }: RequestElement): Frame {
  const full = (): Error => refuse(`${local} is xsi:nil and not empty`);
  return {
    open: () => {
      throw full();
    },
    text: (text) => {
      if (text !== '') {
        throw full();
      }
    },
    close: () => {},
  };
}

function simpleFrame(type: SimpleType, element: RequestElement): Frame {
  return {
    open: (tag) => {
      throw refuse(`${element.local} holds text, not ${tag.local}`);
    },
    text: (text) => {
      element.text += text;
    },
    close: () => {
      const value = typedValue(type, element.text);
      if (value === null) {
        throw refuse(`${element.local} has a value that its type does not allow`);
      }
      element.text = value;
    },
  };
}

/** Checks elements against a content model. No vendor's model has the same name twice, so the next name decides. */
class ComplexFrame implements Frame {
  readonly #type: ComplexType;
  readonly #element: RequestElement;
  readonly #onExcess: OnExcess;
  /** The position in the model, and how many of that element have been read. */
  #position = 0;
  #count = 0;

  constructor(type: ComplexType, element: RequestElement, onExcess: OnExcess) {
    this.#type = type;
    this.#element = element;
    this.#onExcess = onExcess;
  }

  open(tag: Tag): Frame {
    const declaration = this.#type.model === 'sequence' ? this.#inSequence(tag) : this.#inChoice(tag);
    this.#count += 1;
    if (this.#count > declaration.max) {
      if (declaration.max === 1) {
        throw this.#unexpected(tag, 'only one');
      }
      this.#onExcess(declaration.local);
    }
    const { frame, element } = payloadFrame(declaration, tag, this.#onExcess);
    this.#element.children.push(element);
    return frame;
  }

  #inSequence(tag: Tag): ElementDeclaration {
    const { elements } = this.#type;
    for (; this.#position < elements.length; this.#position += 1, this.#count = 0) {
      const declaration = elements[this.#position];
      if (declaration === undefined) {
        break;
      }
      if (declaration.local === tag.local && declaration.uri === tag.uri) {
        return declaration;
      }
      if (this.#count < declaration.min) {
        throw this.#unexpected(tag, declaration.local);
      }
    }
    throw this.#unexpected(tag, 'nothing more');
  }

  #inChoice(tag: Tag): ElementDeclaration {
    const { elements } = this.#type;
    const found = elements.findIndex(({ local, uri }) => local === tag.local && uri === tag.uri);
    const declaration = elements[found];
    const another = this.#count > 0 && found !== this.#position;
    if (declaration === undefined || another) {
      throw this.#unexpected(tag, 'one of a choice');
    }
    this.#position = found;
    return declaration;
  }

  #unexpected(tag: Tag, expected: string): InvalidRequest {
    return refuse(`${clark(tag.uri, tag.local)} in ${this.#element.local}, where ${expected} was expected`);
  }

  text(text: string): void {
    if (!isBlank(text)) {
      throw refuse(`${this.#element.local} holds elements, not text`);
    }
  }

  close(): void {
    const { model, elements } = this.#type;
    const due = model === 'choice' ? this.#dueOfChoice() : elements.slice(this.#position);
    const missing = due.find(({ min }, index) => min > (index === 0 ? this.#count : 0));
    if (missing !== undefined) {
      throw refuse(`${this.#element.local} lacks ${missing.local}`);
    }
  }

  /** A choice is complete with the branch that was taken, or without one if a branch may be empty. */
  #dueOfChoice(): readonly ElementDeclaration[] {
    const { elements } = this.#type;
    const mayBeEmpty = elements.some(({ min }) => min === 0);
    return this.#count === 0 && mayBeEmpty ? [] : elements.slice(this.#position, this.#position + 1);
  }
}
