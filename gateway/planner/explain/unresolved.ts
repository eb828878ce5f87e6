/**
 * Explains why an operation has no plan: which field can't be resolved, where, and the reason for each subgraph that has
 * the field.
 *
 * Before: `tag` of `{ eldest { tag } }` is unresolved.
 * After: `User.tag can't be resolved at Query.eldest.tag: ages can't look up a User, because it has no key for it`.
 */
import { print, type SelectionSetNode, stripIgnoredCharacters } from 'graphql';
import type { Selection } from '../search/selections.ts';
import { type Subgraph, type SubgraphType, type Supergraph, typesFor } from '../supergraph/model.ts';

/**
 * Returns the reason why the first leaf of an unresolved selection can't be resolved. Every name in it is a name of the
 * schema or of a subgraph.
 */
export function whyUnresolved(unresolved: Selection, rootType: string, supergraph: Supergraph): string {
  const path = [rootType];
  let type = rootType;
  let selection = unresolved;
  for (;;) {
    const { name, on, children = [] } = selection;
    path.push(name);
    const owner = on.names.find((object) => supergraph.fieldType(object, name) !== undefined) ?? type;
    const [child] = children;
    if (child === undefined) {
      const reasons = supergraph.subgraphs.flatMap((subgraph) => reasonsOf(subgraph, owner, name));
      const allReasons = reasons.length === 0 ? ['no subgraph has it'] : reasons;
      return `${owner}.${name} can't be resolved at ${path.join('.')}: ${allReasons.join('; ')}`;
    }
    type = supergraph.fieldType(owner, name) ?? owner;
    selection = child;
  }
}

function reasonsOf(subgraph: Subgraph, type: string, fieldName: string): readonly string[] {
  return typesFor(subgraph, type).flatMap((owner) => {
    const reason = reasonOf(owner, fieldName);
    return reason === undefined ? [] : [`${subgraph.name} ${reason}`];
  });
}

function reasonOf(owner: SubgraphType, fieldName: string): string | undefined {
  const field = owner.fields.get(fieldName);
  if (field === undefined) {
    return undefined;
  }
  if (field.isExternal) {
    return 'has it only where it is provided';
  }
  if (field.isOverridden) {
    return 'has it no longer, because another subgraph took it over';
  }
  if (owner.keys.length === 0) {
    return `can't look up a ${owner.name}, because it has no key for it`;
  }
  const needs = [
    `the key ${owner.keys.map(textOf).join(' or ')}`,
    ...(field.requires === undefined ? [] : [textOf(field.requires)]),
    ...field.contextArguments.map(
      ({ value }) => `${textOf(value.selection)} of an object above with the context ${value.context}`,
    ),
  ];
  return `has it, but can't get what it needs there: ${needs.join(', and ')}`;
}

/** The field set as text, without unnecessary spaces: `{id region{code}}`. */
function textOf(fieldSet: SelectionSetNode): string {
  return stripIgnoredCharacters(print(fieldSet));
}
