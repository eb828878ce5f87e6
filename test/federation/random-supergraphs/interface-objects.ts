/** Subgraphs with an `@interfaceObject`. They add fields to an interface without knowing its types. */
import { type Field, interfaceName } from './field.ts';
import type { Placement, RootField } from './placement.ts';
import type { Rng } from './rng.ts';
import { type GraphTypes, wrapped } from './types.ts';

/**
 * An `@interfaceObject`, and the fields of the interface that its subgraph has. None of these fields has @requires,
 * because composition may lose the @external of a required field: if all subgraphs have the field of the interface, it
 * is not external in any of them.
 */
export interface InterfaceObject {
  readonly subgraph: string;
  readonly fields: readonly Field[];
}

export interface InterfaceObjects {
  readonly interfaceObjects: readonly InterfaceObject[];
  readonly rootFields: readonly RootField[];
  readonly placement: Placement;
}

/**
 * Adds an `@interfaceObject` to each of the `subgraphs`, which have no other types at first. One of the `owners` has
 * the interface itself.
 */
export function interfaceObjects(
  subgraphs: readonly string[],
  owners: readonly string[],
  start: Placement,
  graphTypes: GraphTypes,
  rng: Rng,
): InterfaceObjects {
  let placement = start;
  if (subgraphs.length > 0 && !owners.some((subgraph) => placement.has(subgraph, interfaceName))) {
    placement.need(rng.pick(owners), interfaceName);
  }
  const found: InterfaceObject[] = [];
  const rootFields: RootField[] = [];
  for (const [index, subgraph] of subgraphs.entries()) {
    const leaf = { named: 'Int', hasArgument: false };
    const fields: Field[] = [
      { ...leaf, name: `extra${index}`, type: 'Int' },
      ...(rng.chance(0.4) ? [{ ...leaf, name: `sure${index}`, type: 'Int!' }] : []),
      ...(rng.chance(0.4) ? [{ ...leaf, name: 'both', type: 'Int', isShareable: true }] : []),
    ];
    const { entities, values, implementing } = graphTypes;
    const others = [...values, ...entities.filter((type) => !implementing.includes(type))];
    for (const named of rng.some(others, 0.3)) {
      // The type is added to a copy first, because it may lead to types that the subgraph must not know.
      const attempt = placement.copy();
      attempt.need(subgraph, named);
      if ([interfaceName, ...implementing].every((type) => !attempt.has(subgraph, type))) {
        placement = attempt;
        fields.push({ name: `extra${index}${named}`, named, type: wrapped(named, rng), hasArgument: false });
      }
    }
    found.push({ subgraph, fields });
    const thing = { named: interfaceName, hasArgument: false };
    rootFields.push(
      { subgraph, field: { ...thing, name: `things${index}`, type: `[${interfaceName}]` }, directive: '' },
      ...(rng.chance(0.5)
        ? [
            {
              subgraph,
              field: { ...thing, name: `thing${index}`, type: interfaceName },
              directive: '' as const,
            },
          ]
        : []),
    );
  }
  return { interfaceObjects: found, rootFields, placement };
}
