/**
 * Candidates: the subgraphs that can look an object up and resolve one of its fields.
 *
 * Before: `title` of a `Book` that *loans* gave. After: *catalogue*, which has `Book` with the keys `id` and `isbn`, and
 * *ratings*, which has the interface `Media` as an `@interfaceObject`.
 */
import type { SelectionSetNode } from 'graphql';
import type { Subgraph, SubgraphField, SubgraphType, Supergraph } from '../supergraph/model.ts';
import type { Place } from './places.ts';

/**
 * How a subgraph looks an object up:
 * - `entity`: by a key of its object type.
 * - `interfaceObject`: as an object of the interface, which is all that the subgraph knows.
 * - `interface`: by a key of the interface, because only the interface is known. The answer tells the object's type.
 * - `root`: not at all. The object is the root of queries or mutations, which every subgraph has.
 */
export type LookupKind = 'entity' | 'interfaceObject' | 'interface' | 'root';

export interface Candidate {
  readonly subgraph: Subgraph;
  readonly kind: LookupKind;
  /** The type by which the object is looked up. */
  readonly type: SubgraphType;
  readonly keys: readonly SelectionSetNode[];
  /** Undefined for `__typename`. */
  readonly field: SubgraphField | undefined;
}

export class Candidates {
  readonly #supergraph: Supergraph;
  /** By object type and field, wherever the object comes from. */
  readonly #known = new Map<string, readonly Candidate[]>();

  constructor(supergraph: Supergraph) {
    this.#supergraph = supergraph;
  }

  /** The candidates for a field of an object of `type`. `place` is undefined for the root of the operation. */
  of(place: Place | undefined, type: string, name: string): readonly Candidate[] {
    const { query, mutation } = this.#supergraph.roots;
    if (type === query || type === mutation) {
      return this.#rootCandidates(type, name);
    }
    return place?.type.isInterfaceObject === true
      ? [...this.#interfaceCandidates(place.type.name, type, name), ...this.#ofType(type, name)]
      : this.#ofType(type, name);
  }

  #rootCandidates(typeName: string, name: string): readonly Candidate[] {
    return this.#supergraph.subgraphs.flatMap((subgraph) => {
      const type = subgraph.types.get(typeName);
      const field = type?.fields.get(name);
      return type !== undefined && field !== undefined && !field.isExternal && !field.isOverridden
        ? [{ subgraph, kind: 'root' as const, type, keys: [], field }]
        : [];
    });
  }

  #ofType(typeName: string, name: string): readonly Candidate[] {
    const at = `${typeName} ${name}`;
    const known = this.#known.get(at);
    if (known !== undefined) {
      return known;
    }
    const found: Candidate[] = [];
    for (const subgraph of this.#supergraph.subgraphs) {
      const type = subgraph.types.get(typeName);
      const field = type?.fields.get(name);
      if (type !== undefined && field !== undefined && isResolved(field) && type.keys.length > 0) {
        found.push({ subgraph, kind: 'entity', type, keys: type.keys, field });
      }
      for (const each of subgraph.interfaceObjects) {
        const shared = each.fields.get(name);
        if (
          shared !== undefined &&
          isResolved(shared) &&
          each.keys.length > 0 &&
          each.objects.includes(typeName)
        ) {
          found.push({ subgraph, kind: 'interfaceObject', type: each, keys: each.keys, field: shared });
        }
      }
    }
    this.#known.set(at, found);
    return found;
  }

  /** Not for what depends on the object's type, such as a requirement: that takes a lookup by the type. */
  #interfaceCandidates(interfaceName: string, typeName: string, name: string): readonly Candidate[] {
    return this.#supergraph.subgraphs.flatMap((subgraph) => {
      const type = subgraph.types.get(interfaceName);
      const field = subgraph.types.get(typeName)?.fields.get(name);
      const isKnown =
        name === '__typename' ||
        (field !== undefined &&
          isResolved(field) &&
          field.requires === undefined &&
          field.contextArguments.length === 0);
      return type?.kind === 'interface' && type.keys.length > 0 && isKnown
        ? [{ subgraph, kind: 'interface' as const, type, keys: type.keys, field }]
        : [];
    });
  }
}

function isResolved({ isExternal, isOverridden }: SubgraphField): boolean {
  return !isExternal && !isOverridden;
}
