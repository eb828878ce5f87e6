import {
  type AttributeDeclaration,
  type NamespaceConstraint,
  type SchemaType,
  XSI,
} from '../../contract/contract-types.ts';
import { allows } from '../../contract/particles.ts';
import { isFixed, readSimple } from '../../contract/simple/simple-values.ts';
import { UnexpectedXml } from '../unexpected-xml.ts';
import type { Tag } from '../xml-names.ts';
import type { DecodeRules } from './message-decoder.ts';

interface Declared {
  readonly attributes: readonly AttributeDeclaration[];
  readonly anyAttribute: NamespaceConstraint | null;
}
const none: Declared = { attributes: [], anyAttribute: null };

/** The attributes that a type declares. Only complex types have any. */
export const attributesOf = (type: SchemaType): Declared => (type.kind === 'complex' ? type : none);

/**
 * Puts the declared attributes into `target`, and other allowed attributes into `target.$attributes`. An absent
 * attribute gets its default or fixed value, if it has one.
 *
 * @throws {UnexpectedXml} A required attribute is missing, or an attribute is not valid. Also for an attribute that the
 *   contract doesn't have, unless `rules.unknownElements` is `skipped`.
 */
export function readAttributes(
  owner: string,
  { attributes, anyAttribute }: Declared,
  tag: Tag,
  target: Record<string, unknown>,
  rules: DecodeRules,
): void {
  for (const { uri, local, value } of tag.attributes) {
    if (uri === XSI && (local === 'nil' || local === 'type' || local.endsWith('chemaLocation'))) {
      continue;
    }
    const declared = attributes.find(({ name, namespace }) => name === local && namespace === uri);
    if (declared !== undefined) {
      target[declared.key] = attributeValue(declared, value, owner, tag);
    } else if (anyAttribute !== null && allows(anyAttribute, uri)) {
      const others = { [uri === '' ? local : `{${uri}}${local}`]: value };
      target.$attributes = Object.assign(target.$attributes ?? {}, others);
    } else if (rules.unknownElements === 'refused') {
      throw new UnexpectedXml(`${owner} has an attribute that the contract does not have`);
    }
  }
  for (const { key, name, type, required, constraint } of attributes) {
    if (Object.hasOwn(target, key)) {
      continue;
    }
    if (required) {
      throw new UnexpectedXml(`@${name} of ${owner} is missing`);
    }
    if (constraint !== null) {
      target[key] = readSimple(type, constraint.text, tag.scope);
    }
  }
}

function attributeValue(
  { name, type, constraint }: AttributeDeclaration,
  text: string,
  owner: string,
  tag: Tag,
): unknown {
  const value = readSimple(type, text, tag.scope);
  if (value === undefined) {
    throw new UnexpectedXml(`@${name} of ${owner} is not a ${type.name}`);
  }
  if (constraint?.kind === 'fixed' && !isFixed(type, value, constraint.text)) {
    throw new UnexpectedXml(`@${name} of ${owner} is not the value that the contract fixes`);
  }
  return value;
}
