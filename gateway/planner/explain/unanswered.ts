/**
 * Says why an operation has no plan: which field, where, and why each subgraph that has it was refused.
 *
 * Before: `tag` is left of `{ eldest { tag } }`. After: `User.tag can't be had at Query.eldest.tag: ages can't look a User
 * up, because it has no key of it`.
 */
import { print, type SelectionSetNode, stripIgnoredCharacters } from 'graphql';
import type { Want } from '../search/wants.ts';
import { type Subgraph, type SubgraphType, type Supergraph, typesFor } from '../supergraph/model.ts';

/** The reason of the first field that is left. Every word of it is a name of the schema or of a subgraph. */
export function whyUnanswered(left: Want, rootType: string, supergraph: Supergraph): string {
  const path = [rootType];
  let type = rootType;
  let want = left;
  for (;;) {
    path.push(want.name);
    const owner = want.on.names.find((name) => supergraph.fieldType(name, want.name) !== undefined) ?? type;
    const [below] = want.children ?? [];
    if (below === undefined) {
      const reasons = supergraph.subgraphs.flatMap((subgraph) => reasonsOf(subgraph, owner, want.name));
      const all = reasons.length === 0 ? ['no subgraph has it'] : reasons;
      return `${owner}.${want.name} can't be had at ${path.join('.')}: ${all.join('; ')}`;
    }
    type = supergraph.fieldType(owner, want.name) ?? owner;
    want = below;
  }
}

function reasonsOf(subgraph: Subgraph, type: string, name: string): readonly string[] {
  return typesFor(subgraph, type).flatMap((owner) => {
    const reason = reasonOf(owner, name);
    return reason === undefined ? [] : [`${subgraph.name} ${reason}`];
  });
}

function reasonOf(owner: SubgraphType, name: string): string | undefined {
  const field = owner.fields.get(name);
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
    return `can't look a ${owner.name} up, because it has no key of it`;
  }
  const needs = [
    `the key ${owner.keys.map(textOf).join(' or ')}`,
    ...(field.requires === undefined ? [] : [textOf(field.requires)]),
    ...field.contextArguments.map(
      ({ value }) => `${textOf(value.selection)} of an object above with the context ${value.context}`,
    ),
  ];
  return `has it, but can't have there what it needs: ${needs.join(', and ')}`;
}

/** `{id region{code}}` */
function textOf(fields: SelectionSetNode): string {
  return stripIgnoredCharacters(print(fields));
}
