import type { ElementDeclaration, SchemaType, SoapOperation } from '../contract-types.ts';
import { derives } from '../derivation.ts';
import { leavesOf, particlesOf } from '../particles.ts';
import { isXsdType } from '../tables/xsd-types.ts';

export const rootsOf = ({
  input,
  output,
  inputHeaders,
  outputHeaders,
  faults,
}: SoapOperation): ElementDeclaration[] =>
  [input, output, ...inputHeaders, ...outputHeaders, ...faults].filter((root) => root !== null);

/** The types that a type refers to, such as its base and the types of its members. Derived types are left out. */
export function partsOfType(type: SchemaType): SchemaType[] {
  switch (type.kind) {
    case 'any':
      return [];
    case 'atomic':
      return type.base === null ? [] : [type.base];
    case 'list':
      return [type.item, ...(type.base === null ? [] : [type.base])];
    case 'union':
      return [...type.members, ...(type.base === null ? [] : [type.base])];
    case 'complex': {
      const { content, attributes, base } = type;
      const elements = leavesOf(particlesOf(type)).filter((leaf) => leaf.kind === 'element');
      return [
        ...(base === null ? [] : [base]),
        ...[...attributes, ...elements].map((member) => member.type),
        ...(content.kind === 'simple' ? [content.type] : []),
      ];
    }
    default:
      return type satisfies never;
  }
}

/**
 * All types that messages with these root elements can contain. `named` are the types that a document can name with
 * `xsi:type` instead of a base type. `isUsable` selects the types that a document may name for `xsd:anyType`. Each type
 * comes after the types that it is made of, except where types refer to each other in a circle.
 */
export function reachableTypes(
  roots: readonly ElementDeclaration[],
  named: Iterable<SchemaType>,
  isUsable: (type: SchemaType) => boolean,
): Set<SchemaType> {
  const visited = new Set<SchemaType>();
  const finished = new Set<SchemaType>();
  const all = [...named];
  const visit = (type: SchemaType): void => {
    if (visited.has(type)) {
      return;
    }
    visited.add(type);
    if (!isXsdType(type)) {
      partsOfType(type).forEach(visit);
    }
    finished.add(type);
    if (type.kind === 'any') {
      all.filter(isUsable).forEach(visit);
    } else if (type.kind === 'complex') {
      all.filter((other) => other !== type && derives(other, type)).forEach(visit);
    }
  };
  for (const { type } of roots) {
    visit(type);
  }
  return finished;
}
