import {
  type ComplexType,
  type ElementDeclaration,
  type SchemaType,
  XSI,
} from '../../contract/contract-types.ts';
import { derives, typeNamed } from '../../contract/derivation.ts';
import type { Leaf } from '../../contract/particles.ts';
import { readSimple } from '../../contract/simple/simple-values.ts';
import type { ElementDecoder } from '../read-xml.ts';
import { UnexpectedXml } from '../unexpected-xml.ts';
import type { Tag } from '../xml-names.ts';
import { attributesOf, readAttributes } from './attributes.ts';
import { GroupDecoder } from './group-decoder.ts';
import { mixedDecoder, NilDecoder, SimpleDecoder, TextDecoder, treeLeaf } from './leaf-decoders.ts';
import type { DecodeRules, MessageDecoder, ValueReceiver } from './message-decoder.ts';
import { SequenceDecoder } from './sequence-decoder.ts';

/**
 * Opens the decoder of a message's root element. The decoder builds the value while the document is scanned. It checks
 * order, occurrence, type, attributes and nil. An absent element has no key in the value. An element that may be
 * repeated is always an array.
 *
 *     <Loan><LoanNo>L1</LoanNo><Renewals> 2 </Renewals></Loan>  →  { LoanNo: 'L1', Renewals: 2 }
 *     two <Event>, of a type that allows any number             →  { Event: [{ … }, { … }] }
 *     no <Event>, of the same type                              →  { Event: [] }
 *     <closedOn xsi:nil="true"/>                                →  { closedOn: null }
 *     <Amount currency="HKD">1.50</Amount>                      →  { Amount: { $value: '1.50', currency: 'HKD' } }
 *     <Method xsi:type="t:FpsMethod"/>                          →  { Method: { $type: 'FpsMethod' } }
 *
 * @throws {UnexpectedXml} The tag differs from the contract. The decoder's methods throw the same error for the content.
 */
export function openMessage(
  root: ElementDeclaration,
  tag: Tag,
  sink: (value: unknown) => void,
  rules: DecodeRules,
): ElementDecoder {
  return new Message(rules).openLeaf(root, tag, 0, { take: (_root, value) => sink(value) });
}

class Message implements MessageDecoder {
  readonly rules: DecodeRules;
  readonly #simple: SimpleDecoder;

  constructor(rules: DecodeRules) {
    this.rules = rules;
    this.#simple = new SimpleDecoder(rules);
  }

  openLeaf(leaf: Leaf, tag: Tag, index: number, owner: ValueReceiver): ElementDecoder {
    if (leaf.kind === 'wildcard') {
      return treeLeaf(leaf, index, tag, owner);
    }
    const { type: declared } = leaf;
    if (tag.attributes.length === 0 && declared.kind !== 'complex' && declared.kind !== 'any') {
      return this.#simple.begin(leaf, declared, index, tag, owner);
    }
    const named = tag.attributes.length === 0 ? null : namedType(leaf, tag, this.rules);
    if (tag.attributes.length > 0 && isNil(leaf, tag)) {
      return new NilDecoder(leaf, named ?? declared, index, tag, owner, this.rules);
    }
    if (declared.kind === 'any') {
      return this.#openAny(leaf, named, tag, index, owner);
    }
    if (declared.kind !== 'complex') {
      readAttributes(leaf.name, attributesOf(declared), tag, {}, this.rules);
      return this.#simple.begin(leaf, restrictedTo(declared, named), index, tag, owner);
    }
    const type = named?.kind === 'complex' ? named : declared;
    return this.#openComplex(
      leaf,
      type,
      tag,
      index,
      owner,
      declared.isPolymorphic ? { $type: type.name } : {},
    );
  }

  #openComplex(
    element: ElementDeclaration,
    type: ComplexType,
    tag: Tag,
    index: number,
    owner: ValueReceiver,
    value: Record<string, unknown>,
  ): ElementDecoder {
    const { content } = type;
    if (type.isAbstract) {
      throw new UnexpectedXml(`${element.name} does not say of which type it is`);
    }
    switch (content.kind) {
      case 'sequence':
      case 'choice':
        return new SequenceDecoder(element, type, content.elements, index, tag, owner, this, value);
      case 'group':
        return new GroupDecoder(element, type, content.group, index, tag, owner, this, value);
      case 'simple':
        return new TextDecoder(element, type, content.type, index, tag, owner, this.rules, value);
      case 'mixed':
        return mixedDecoder(element, type, index, tag, owner, this.rules, value);
      default:
        return content satisfies never;
    }
  }

  /**
   * Opens an element of `xsd:anyType`. An element that names a type is decoded as that type, any other element as a tree.
   */
  #openAny(
    element: ElementDeclaration,
    named: SchemaType | null,
    tag: Tag,
    index: number,
    owner: ValueReceiver,
  ): ElementDecoder {
    if (named === null || named.kind === 'any') {
      return treeLeaf(element, index, tag, owner);
    }
    if (named.kind === 'complex') {
      return this.#openComplex(element, named, tag, index, owner, { $type: named.name });
    }
    readAttributes(element.name, attributesOf(named), tag, {}, this.rules);
    return this.#simple.begin(element, named, index, tag, {
      take: (leaf, value) => owner.take(leaf, { $type: named.name, $value: value }),
    });
  }
}

/**
 * The type that the element names with `xsi:type`. Null if it names none.
 * @throws UnexpectedXml for a type that is not allowed here.
 */
function namedType({ name, type }: ElementDeclaration, tag: Tag, { types }: DecodeRules): SchemaType | null {
  const written = tag.attributes.find(({ uri, local }) => uri === XSI && local === 'type');
  if (written === undefined) {
    return null;
  }
  const [prefix = '', local] = /^([^:]*):(.*)$/.exec(written.value.trim())?.slice(1) ?? [
    '',
    written.value.trim(),
  ];
  const uri = tag.scope.namespaceOf(prefix);
  const named = uri === undefined ? undefined : typeNamed(`{${uri}}${local}`, types);
  if (named === undefined || !derives(named, type)) {
    throw new UnexpectedXml(`${name} names a type that the contract does not allow`);
  }
  return named;
}

/**
 * The declared type, restricted further by the type that `xsi:type` names: a text must be valid for both types. The
 * value has the declared type's JavaScript form.
 */
function restrictedTo<Declared extends Exclude<SchemaType, ComplexType | { kind: 'any' }>>(
  declared: Declared,
  named: SchemaType | null,
): Declared {
  if (named === null || named === declared || named.kind === 'complex' || named.kind === 'any') {
    return declared;
  }
  const regExp = { test: (text: string) => readSimple(named, text) !== undefined };
  return { ...declared, name: named.name, patterns: [...declared.patterns, { source: '', regExp }] };
}

function isNil({ name, nillable }: ElementDeclaration, tag: Tag): boolean {
  for (const { uri, local, value } of tag.attributes) {
    if (uri !== XSI || local !== 'nil') {
      continue;
    }
    if (!nillable) {
      throw new UnexpectedXml(`${name} has xsi:nil, which the contract does not allow`);
    }
    const word = value.trim();
    if (!['true', '1', 'false', '0'].includes(word)) {
      throw new UnexpectedXml(`xsi:nil of ${name} is not a boolean`);
    }
    return word === 'true' || word === '1';
  }
  return false;
}
