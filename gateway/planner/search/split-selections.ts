/**
 * Splits the selections on an abstract object, so that each is resolved in one way for all its types.
 *
 * Before: `maker { name }` on any `Product`, where *shop* has a `Cup` made by a `Potter`, and a `Knife` made by a
 * `Smith`.
 * After: two selections, `maker { name }` on `Cup` and on `Knife`, because the makers have different positions.
 */
import { Kind } from 'graphql';
import type { TypeSet } from '../type-sets.ts';
import type { LocalField, PlannedObject, PlanningPosition } from './planning-positions.ts';
import type { SearchContext } from './search-context.ts';
import { idsOf, type Selection } from './selections.ts';

/**
 * A selection for which the search must decide where it is read. The position resolves it in the same way on all types.
 */
export interface PendingSelection {
  readonly selection: Selection;
  /** The field in the subgraph of the position. Undefined if this subgraph can't resolve it. */
  readonly local: LocalField | undefined;
  /** The position below the field `local`. Undefined for a leaf. */
  readonly below: PlanningPosition | undefined;
}

/** The way in which a position resolves a field on some types. It is the same for all of these types. */
interface Answer extends Pick<PendingSelection, 'local' | 'below'> {
  readonly types: TypeSet;
}

interface SplitSelections {
  readonly pending: readonly PendingSelection[];
  /** Selections on an interface of which this subgraph has no object type. */
  readonly impossible: readonly Selection[];
}

export class SelectionSplitter {
  readonly #context: SearchContext;
  readonly #split = new Map<string, SplitSelections>();
  readonly #answers = new Map<string, readonly Answer[]>();
  readonly #classes = new Map<string, readonly TypeSet[]>();

  constructor(context: SearchContext) {
    this.#context = context;
  }

  split(object: PlannedObject, selections: readonly Selection[]): SplitSelections {
    const id = `${object.position?.id ?? 'root'} ${object.objects.id} ${idsOf(selections)}`;
    const split = this.#split.get(id) ?? this.#splitNew(object, selections);
    this.#split.set(id, split);
    return split;
  }

  #splitNew({ position, objects }: PlannedObject, selections: readonly Selection[]): SplitSelections {
    if (objects.names.length === 0) {
      return { pending: [], impossible: selections };
    }
    const possible = selections.flatMap((selection) => {
      const on = this.#context.typeSets.intersect(selection.on, objects);
      return on.names.length > 0 ? [this.#context.selections.narrow(selection, on)] : [];
    });
    const disjoint = this.#disjoint(possible);
    const formsOf = Map.groupBy(disjoint, ({ key }) => key);
    const pending = disjoint.flatMap((selection) => {
      const isAlike = formsOf.get(selection.key)?.every(({ forms }) => forms === selection.forms) === true;
      return this.#byAnswer(position, selection, isAlike);
    });
    return { pending, impossible: [] };
  }

  /** Splits selections with one key on overlapping types, so that no type is in two of them. */
  #disjoint(selections: readonly Selection[]): readonly Selection[] {
    const byKey = Map.groupBy(selections, ({ key }) => key);
    return [...byKey.values()].flatMap((sameKey) => {
      const [first] = sameKey;
      if (first === undefined || sameKey.length === 1) {
        return sameKey;
      }
      const byType = new Map<string, Selection[]>();
      for (const selection of sameKey) {
        for (const type of selection.on.names) {
          byType.set(type, [...(byType.get(type) ?? []), selection]);
        }
      }
      const groups = Map.groupBy(byType.keys(), (type) => idsOf(byType.get(type) ?? []));
      return [...groups.values()].map((types) => {
        // A required field may be a leaf on one type, and an object on another. So only selections on the same type are
        // combined.
        const [own = first, ...others] = byType.get(types[0] ?? '') ?? [];
        const { children, defer, forms } = this.#context.selections.combine([own, ...others]);
        const on = this.#context.typeSets.of(types);
        return this.#context.selections.narrow({ ...own, defer, forms }, on, children);
      });
    });
  }

  /**
   * Splits a selection into groups of types. The types of one group set the same contexts, and on all of them the field
   * leads to the same position. Types on which the position's subgraph can't resolve the field are in separate groups.
   * `isAlike` says whether the field has the same directives on all types.
   */
  #byAnswer(
    position: PlanningPosition | undefined,
    selection: Selection,
    isAlike: boolean,
  ): readonly PendingSelection[] {
    if (selection.name === '__typename') {
      const local = position === undefined || position.type.isInterfaceObject ? undefined : typenameField;
      return [{ selection, local, below: undefined }];
    }
    const isLeaf = selection.children === undefined;
    if (position?.type.isInterfaceObject === true) {
      const local = this.#sharedField(position, selection, isAlike);
      const below = local && !isLeaf ? this.#context.positions.below(position.subgraph, local) : undefined;
      return [{ selection, local, below }];
    }
    const { name, on, isForKey } = selection;
    const id = `${position?.id ?? 'root'} ${name} ${on.id} ${isForKey} ${isLeaf}`;
    const answers = this.#answers.get(id) ?? this.#answersFor(position, selection);
    this.#answers.set(id, answers);
    return answers.map(({ local, below, types }) => ({
      selection: this.#context.selections.narrow(selection, types),
      local,
      below,
    }));
  }

  /** The groups of types for {@link #byAnswer}. They are the same for all selections of one field on the same types. */
  #answersFor(position: PlanningPosition | undefined, selection: Selection): readonly Answer[] {
    const { positions, supergraph, typeSets, limit } = this.#context;
    const isLeaf = selection.children === undefined;
    const answers = new Map<string, Omit<Answer, 'types'> & { readonly names: string[] }>();
    for (const type of selection.on.names) {
      limit.check();
      if (supergraph.fieldType(type, selection.name) === undefined) {
        continue;
      }
      const field = position && positions.localField(position, type, selection);
      const below = position && field && !isLeaf ? positions.below(position.subgraph, field) : undefined;
      const local = isLeaf || below !== undefined ? field : undefined;
      const contexts = isLeaf ? [] : [...supergraph.contextsOf(type)];
      const id = `${local === undefined ? 'none' : (below?.id ?? 'leaf')} ${contexts}`;
      const answer = answers.get(id) ?? { local, below, names: [] };
      answer.names.push(type);
      answers.set(id, answer);
    }
    return [...answers.values()].map(({ names, ...answer }) => ({
      ...answer,
      types: names.length === selection.on.names.length ? selection.on : typeSets.of(names),
    }));
  }

  /**
   * The field of an `@interfaceObject`, or undefined if it must not be read there. An `@interfaceObject` does not know
   * the types of its objects, so it returns the field for all of them. This is right if the field is selected on all
   * types. If it is selected only on some types, the values of the other objects must be harmless: nullable leaves with
   * the same directives on all types (`isAlike`).
   */
  #sharedField(position: PlanningPosition, selection: Selection, isAlike: boolean): LocalField | undefined {
    const local = this.#context.positions.localField(position, position.type.name, selection);
    const isHarmless =
      isAlike && selection.children === undefined && local?.field.type.kind !== Kind.NON_NULL_TYPE;
    return isHarmless || this.#context.typeSets.covers(selection.on, position.objects) ? local : undefined;
  }

  /** Splits the selection by types. Types on which every subgraph resolves the field in the same way stay together. */
  byClass(position: PlanningPosition | undefined, pending: PendingSelection): readonly PendingSelection[] {
    const { selection } = pending;
    const { name, on } = selection;
    const isInterfaceObject = position?.type.isInterfaceObject === true;
    if (on.names.length < 2 || (name === '__typename' && isInterfaceObject)) {
      return [pending];
    }
    const id = `${position?.id ?? 'root'} ${name} ${on.id}`;
    const classes = this.#classes.get(id) ?? this.#classesOf(position, selection);
    this.#classes.set(id, classes);
    return classes.length === 1
      ? [pending]
      : classes.map((types) => ({
          selection: this.#context.selections.narrow(selection, types),
          local: isInterfaceObject ? undefined : pending.local,
          below: pending.below,
        }));
  }

  #classesOf(position: PlanningPosition | undefined, { name, on }: Selection): readonly TypeSet[] {
    const classes = Map.groupBy(on.names, (type) => this.#signature(position, type, name));
    return [...classes.values()].map((types) => this.#context.typeSets.of(types));
  }

  /**
   * A text that two types share if the field is resolved in the same way on both, whether it is read from this position
   * or from any other.
   */
  #signature(position: PlanningPosition | undefined, type: string, fieldName: string): string {
    const { typeGroups, positions, limit } = this.#context;
    limit.check();
    const readable =
      position === undefined || position.provided.length === 0
        ? ''
        : typeGroups
            .fieldsAround(type, fieldName)
            .map((name) => positions.localField(position, type, { name, isForKey: true }) !== undefined);
    return `${typeGroups.classOf(type, fieldName)} ${readable}`;
  }
}

const typenameField: LocalField = {
  field: {
    name: '__typename',
    type: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: 'String' } },
    namedType: 'String',
    args: [],
    isExternal: false,
    isOverridden: false,
    requires: undefined,
    provides: undefined,
    contextArguments: [],
  },
  provided: [],
  isProvidedOnly: false,
};
