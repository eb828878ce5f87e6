/**
 * Candidates: the subgraphs that can look up an object and resolve one of its fields.
 *
 * Before: `title` of a `Book` that *loans* returned.
 * After: *catalogue*, which has `Book` with the keys `id` and `isbn`, and *ratings*, which has the interface `Media` as
 * an `@interfaceObject`.
 */
import { Kind, type SelectionSetNode } from 'graphql';
import {
  type Subgraph,
  type SubgraphField,
  type SubgraphType,
  type Supergraph,
  typesFor,
} from '../supergraph/model.ts';
import type { PlanningPosition } from './planning-positions.ts';
import type { Selection } from './selections.ts';

/**
 * How a subgraph looks up an object:
 * - `entity`: by a key of its object type.
 * - `interfaceObject`: as an object of the interface. The subgraph knows only the interface.
 * - `interface`: by a key of the interface. The gateway knows only the interface, and the answer has the object's type.
 * - `root`: without a key. The object is the root of queries, mutations or subscriptions.
 */
export type LookupKind = 'entity' | 'interfaceObject' | 'interface' | 'root';

export interface Candidate {
  readonly subgraph: Subgraph;
  readonly kind: LookupKind;
  /** The type by which the object is looked up. */
  readonly type: SubgraphType;
  readonly keys: readonly SelectionSetNode[];
  /** The field in the subgraph. Undefined for `__typename`. */
  readonly field: SubgraphField | undefined;
}

export class Candidates {
  readonly #supergraph: Supergraph;
  /** The results of `#entityCandidates`, by object type and field. */
  readonly #byField = new Map<string, readonly Candidate[]>();

  constructor(supergraph: Supergraph) {
    this.#supergraph = supergraph;
  }

  /**
   * Returns the candidates for a field of an object of `type`. `position` says which subgraph returns the object, and
   * how. It is undefined for the root of the operation.
   */
  of(position: PlanningPosition | undefined, type: string, fieldName: string): readonly Candidate[] {
    const { query, mutation, subscription } = this.#supergraph.roots;
    if (type === query || type === mutation || type === subscription) {
      return this.#rootCandidates(type, fieldName);
    }
    return position?.type.isInterfaceObject === true
      ? [
          ...this.#interfaceCandidates(position.type.name, type, fieldName),
          ...this.#entityCandidates(type, fieldName),
        ]
      : this.#entityCandidates(type, fieldName);
  }

  #rootCandidates(typeName: string, fieldName: string): readonly Candidate[] {
    return this.#supergraph.subgraphs.flatMap((subgraph) => {
      const type = subgraph.types.get(typeName);
      const field = type?.fields.get(fieldName);
      return type !== undefined && field !== undefined && isResolved(field)
        ? [{ subgraph, kind: 'root' as const, type, keys: [], field }]
        : [];
    });
  }

  #entityCandidates(typeName: string, fieldName: string): readonly Candidate[] {
    const id = `${typeName} ${fieldName}`;
    const existing = this.#byField.get(id);
    if (existing !== undefined) {
      return existing;
    }
    const candidates = this.#supergraph.subgraphs.flatMap((subgraph) =>
      typesFor(subgraph, typeName).flatMap((type): readonly Candidate[] => {
        const field = type.fields.get(fieldName);
        const kind = type.isInterfaceObject ? 'interfaceObject' : 'entity';
        return field !== undefined && isResolved(field) && type.keys.length > 0
          ? [{ subgraph, kind, type, keys: type.keys, field }]
          : [];
      }),
    );
    this.#byField.set(id, candidates);
    return candidates;
  }

  /**
   * Returns the candidates that look up an object by a key of its interface. Fields that depend on the object's type,
   * such as a field with `@requires`, are looked up only by the object type.
   */
  #interfaceCandidates(interfaceName: string, typeName: string, fieldName: string): readonly Candidate[] {
    return this.#supergraph.subgraphs.flatMap((subgraph) => {
      const type = subgraph.types.get(interfaceName);
      const field = subgraph.types.get(typeName)?.fields.get(fieldName);
      const isIndependent =
        fieldName === '__typename' ||
        (field !== undefined &&
          isResolved(field) &&
          field.requires === undefined &&
          field.contextArguments.length === 0);
      return type?.kind === 'interface' && type.keys.length > 0 && isIndependent
        ? [{ subgraph, kind: 'interface' as const, type, keys: type.keys, field }]
        : [];
    });
  }
}

function isResolved({ isExternal, isOverridden }: SubgraphField): boolean {
  return !isExternal && !isOverridden;
}

/** Whether a lookup can be sent. No server accepts a lookup by an interface that no object type implements. */
export const canBeSent = ({ type }: Candidate): boolean =>
  type.kind !== 'interface' || !type.objects.includes(type.name);

/**
 * Returns the candidates for a field inside a `@defer` block, in the subgraph that returns the object. Without
 * `@defer`, the fetch that returns the object would read the field, too. With `@defer`, a second fetch looks up the
 * object in the same subgraph, because another subgraph possibly doesn't know the object. The result is empty for a
 * leaf of a key, because the fetch that returns the object reads its key anyway.
 */
export function candidatesBeside(
  { subgraph, type }: PlanningPosition,
  { name, children }: Selection,
  candidates: readonly Candidate[],
): readonly Candidate[] {
  const isKey =
    children === undefined &&
    type.keys.some(({ selections }) =>
      selections.some((selection) => selection.kind === Kind.FIELD && selection.name.value === name),
    );
  return isKey ? [] : candidates.filter((each) => each.subgraph === subgraph);
}
