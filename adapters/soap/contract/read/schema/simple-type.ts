import type { ListType, SimpleType } from '../../contract-types.ts';
import { PatternError } from '../../simple/pattern/syntax-tree.ts';
import { type Facets, list, restriction, union } from '../../tables/simple.ts';
import { ContractError } from '../documents/contract-error.ts';
import type { XmlNode } from '../documents/xml-node.ts';
import type { Component } from './components.ts';
import { at, type SchemaContext } from './context.ts';

/** Reads an `xsd:simpleType`. `name` is the type's name in the tables. Throws a `ContractError` if the type is wrong. */
export function readSimpleType(component: Component, name: string, context: SchemaContext): SimpleType {
  const { node } = component;
  const derivation = node.first('restriction', 'list', 'union');
  if (derivation === undefined) {
    throw new ContractError('a simple type without restriction, list or union', node);
  }
  const inside = at(derivation, component);
  switch (derivation.local) {
    case 'list':
      return list(name, itemOf(inside, name, context));
    case 'union':
      return union(name, membersOf(inside, name, context));
    default: {
      const base = derivation.attribute('base');
      const restricted =
        base === undefined
          ? context.ownSimpleType(inside, `${name}_base`)
          : context.simpleTypeOf(base, inside);
      return restrictedBy(restricted, inside, name, context);
    }
  }
}

function itemOf(inside: Component, name: string, context: SchemaContext): ListType['item'] {
  const reference = inside.node.attribute('itemType');
  const item =
    reference === undefined
      ? context.ownSimpleType(inside, `${name}_item`)
      : context.simpleTypeOf(reference, inside);
  if (item.kind === 'list' || (item.kind === 'union' && item.members.some(({ kind }) => kind === 'list'))) {
    throw new ContractError('a list of lists', inside.node);
  }
  return item;
}

function membersOf(inside: Component, name: string, context: SchemaContext): SimpleType[] {
  const references = (inside.node.attribute('memberTypes') ?? '').split(' ').filter((word) => word !== '');
  const named = references.map((reference) => context.simpleTypeOf(reference, inside));
  const own = inside.node
    .all('simpleType')
    .map((node, index) => readSimpleType(at(node, inside), `${name}_${index + 1}`, context));
  if (named.length + own.length === 0) {
    throw new ContractError('a union without members', inside.node);
  }
  return [...named, ...own];
}

/**
 * Reads the facets inside a node, and restricts a type by them. Without facets the type only gets another name. Throws
 * a `ContractError` if a facet is wrong.
 */
export function restrictedBy<Type extends SimpleType>(
  base: Type,
  inside: Component,
  name: string,
  context: SchemaContext,
): Type {
  const facets = facetsIn(inside, base, context);
  try {
    return restriction(name, base, facets);
  } catch (error) {
    if (error instanceof PatternError || error instanceof RangeError) {
      throw new ContractError(error.message, inside.node);
    }
    throw error;
  }
}

const countFacets = ['length', 'minLength', 'maxLength', 'totalDigits', 'fractionDigits'] as const;
const valueFacets = ['minInclusive', 'maxInclusive', 'minExclusive', 'maxExclusive'] as const;

function facetsIn(inside: Component, base: SimpleType, context: SchemaContext): Facets {
  const { node } = inside;
  const facets: { -readonly [Facet in keyof Facets]: Facets[Facet] } = {};
  for (const facet of countFacets) {
    const found = node.first(facet);
    if (found !== undefined) {
      facets[facet] = countOf(found);
    }
  }
  for (const facet of valueFacets) {
    const found = node.first(facet);
    if (found !== undefined) {
      facets[facet] = found.attribute('value') ?? '';
    }
  }
  const patterns = node.all('pattern').map((facet) => facet.rawAttribute('value') ?? '');
  const values = node.all('enumeration');
  if (patterns.length > 0) {
    facets.patterns = patterns;
  }
  if (values.length > 0) {
    facets.enumeration = values.map((facet) => enumerated(at(facet, inside), base, context));
  }
  const whiteSpace = node.first('whiteSpace')?.attribute('value');
  if (whiteSpace === 'preserve' || whiteSpace === 'replace' || whiteSpace === 'collapse') {
    facets.whiteSpace = whiteSpace;
  }
  if (patterns.length > 0 && isName(base)) {
    throw new ContractError('a pattern of names, which stand with any prefix', node);
  }
  return facets;
}

/** A value of an enumeration. If the value is a qualified name, its prefix is replaced by its namespace. */
function enumerated(facet: Component, base: SimpleType, context: SchemaContext): string {
  const text = facet.node.rawAttribute('value') ?? '';
  return isName(base) ? context.components.nameOf(text.trim(), facet) : text;
}

const isName = (type: SimpleType): boolean => type.kind === 'atomic' && type.primitive === 'QName';

function countOf(facet: XmlNode): number {
  const text = facet.attribute('value') ?? '';
  if (!/^\+?[0-9]{1,9}$/.test(text)) {
    throw new ContractError(`${facet.local} is not a count`, facet);
  }
  return Number(text);
}
