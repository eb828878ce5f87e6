import { Kind, parse, type SelectionNode, type SelectionSetNode } from 'graphql';
import type { BatchFetchNode, FetchNode, Rewrite } from './plan.ts';

/** The response keys that a request gives values to, on objects of one type; on all where it names none. */
export interface Feed {
  readonly typeCondition: string | null;
  readonly keys: readonly string[];
}

/** By plan node: a plan is kept with its operation, and goes with it. */
const known = new WeakMap<FetchNode | BatchFetchNode, ReadonlyMap<string, readonly Feed[]>>();

/**
 * What a request feeds, by root response key: the keys of entities under `_entities` or an alias of it, and under the
 * empty string those of the root itself. Where the request fails, those fields get its failure and no others do.
 */
export function feedsOf(node: FetchNode | BatchFetchNode): ReadonlyMap<string, readonly Feed[]> {
  const before = known.get(node);
  if (before !== undefined) {
    return before;
  }
  const feeds = new Map<string, readonly Feed[]>();
  const renames = node.kind === 'Fetch' ? renamesOf(node.outputRewrites) : new Map<string, string>();
  const [definition] = parse(node.operation, { noLocation: true }).definitions;
  if (definition?.kind === Kind.OPERATION_DEFINITION) {
    feeds.set('', feedsIn(definition.selectionSet, renames));
    for (const selection of definition.selectionSet.selections) {
      if (selection.kind === Kind.FIELD && selection.name.value === '_entities' && selection.selectionSet) {
        feeds.set(keyOf(selection), feedsIn(selection.selectionSet, renames));
      }
    }
  }
  known.set(node, feeds);
  return feeds;
}

function feedsIn(selectionSet: SelectionSetNode, renames: ReadonlyMap<string, string>): Feed[] {
  const feeds = new Map<string | null, string[]>();
  const collect = (selections: readonly SelectionNode[], typeCondition: string | null): void => {
    const keys = feeds.get(typeCondition) ?? [];
    feeds.set(typeCondition, keys);
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) {
        const key = keyOf(selection);
        keys.push(renames.get(key) ?? key);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        collect(selection.selectionSet.selections, selection.typeCondition?.name.value ?? typeCondition);
      }
    }
  };
  collect(selectionSet.selections, null);
  return [...feeds].map(([typeCondition, keys]) => ({ typeCondition, keys }));
}

function renamesOf(rewrites: readonly Rewrite[] | undefined): Map<string, string> {
  const renames = new Map<string, string>();
  for (const rewrite of rewrites ?? []) {
    const last = 'KeyRenamer' in rewrite ? rewrite.KeyRenamer.path.at(-1) : undefined;
    if ('KeyRenamer' in rewrite && last !== undefined && 'Key' in last) {
      renames.set(last.Key, rewrite.KeyRenamer.renameKeyTo);
    }
  }
  return renames;
}

function keyOf(field: { alias?: { value: string } | undefined; name: { value: string } }): string {
  return field.alias?.value ?? field.name.value;
}
