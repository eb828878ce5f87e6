/**
 * A view is an object as one subgraph sees it. By federation's rules, the subgraph resolves these fields of the object:
 *
 * - fields that it declares without `@external`, unless another subgraph overrides them;
 * - fields that are `@provide`d on the way to the object;
 * - fields with `@requires` or `@fromContext` only if the object was looked up, because the lookup brings the values
 *   that they need.
 */
import { Kind, print, type SelectionSetNode } from 'graphql';
import { type DeclaredField, type DeclaredSubgraph, type DeclaredType, readSubgraph } from './declared.ts';

export interface View {
  readonly id: string;
  readonly subgraph: DeclaredSubgraph;
  /** The type of the field that gives the object, or the type by which it was looked up. */
  readonly type: DeclaredType;
  readonly provided: readonly SelectionSetNode[];
  /** Whether only provided fields can be read, because the object is below an external field. */
  readonly isProvidedOnly: boolean;
  readonly isLookedUp: boolean;
  /** Whether the object's type is known to the subgraph, or to the gateway when it looked the object up. */
  readonly isTyped: boolean;
}

/** A field that a subgraph can resolve on a view. */
export interface ResolvedField {
  readonly declared: DeclaredField;
  readonly provided: readonly SelectionSetNode[];
}

/** An override whose label has no percentage is on if the percentage is below this one. */
export const otherLabelsBelow = 75;

export class Graph {
  readonly subgraphs: readonly DeclaredSubgraph[];
  readonly #percentage: number;
  readonly #views = new Map<string, View>();
  readonly #objects = new Map<string, ReadonlySet<string>>();

  /**
   * `percentage` decides progressive overrides: `percent(N)` is on if the percentage is below N, and any other label if
   * it is below {@link otherLabelsBelow}.
   */
  constructor(sdls: Readonly<Record<string, string>>, percentage: number) {
    this.subgraphs = Object.entries(sdls).map(([name, sdl]) => readSubgraph(name, sdl));
    this.#percentage = percentage;
  }

  /** The object types of a type, from all subgraphs. */
  objectsOf(name: string): ReadonlySet<string> {
    const existing = this.#objects.get(name);
    if (existing !== undefined) {
      return existing;
    }
    const types = this.subgraphs.flatMap(({ types }) => types.get(name) ?? []);
    const abstract = types.filter(({ kind }) => kind !== 'object');
    const objects = new Set((abstract.length > 0 ? abstract : types).flatMap((type) => [...type.objects]));
    // An interface without object types may be an @interfaceObject. Then its objects have its own name.
    const own = objects.size === 0 && abstract.length > 0 ? new Set([name]) : objects;
    this.#objects.set(name, own);
    return own;
  }

  /** Whether the type is an interface without object types. */
  #standsForItself(type: DeclaredType): boolean {
    return (type.kind === 'interface' || type.isInterfaceObject) && this.objectsOf(type.name).has(type.name);
  }

  isComposite(name: string): boolean {
    return this.subgraphs.some(({ types }) => types.has(name));
  }

  /** The types that an object may have on a view. */
  objectsAt({ type }: View): ReadonlySet<string> {
    return type.isInterfaceObject || this.#standsForItself(type) ? this.objectsOf(type.name) : type.objects;
  }

  /** The views of a root type in every subgraph. Every operation starts with the views of its own root type. */
  rootViews(type: 'Query' | 'Mutation' = 'Query'): readonly View[] {
    return this.subgraphs.flatMap((subgraph) => this.view(subgraph, type) ?? []);
  }

  /** The view; undefined if the subgraph does not have the type. */
  view(
    subgraph: DeclaredSubgraph,
    typeName: string,
    more: Partial<Pick<View, 'provided' | 'isProvidedOnly' | 'isLookedUp' | 'isTyped'>> = {},
  ): View | undefined {
    const type = subgraph.types.get(typeName);
    if (type === undefined) {
      return undefined;
    }
    const {
      provided = [],
      isProvidedOnly = false,
      isLookedUp = false,
      isTyped = !type.isInterfaceObject || this.#standsForItself(type),
    } = more;
    const texts = [...new Set(provided.map(print))].sort();
    const id = [subgraph.name, typeName, isProvidedOnly, isLookedUp, isTyped, ...texts].join(' ');
    const view = this.#views.get(id) ?? { id, subgraph, type, provided, isProvidedOnly, isLookedUp, isTyped };
    this.#views.set(id, view);
    return view;
  }

  /** The fields with `@requires`, if the view's object was looked up; otherwise none. */
  requiringFields(
    view: View,
    objectType: string,
  ): readonly { readonly name: string; readonly requires: SelectionSetNode }[] {
    const owner = view.type.isInterfaceObject ? view.type : view.subgraph.types.get(objectType);
    return view.isLookedUp
      ? [...(owner?.fields.values() ?? [])].flatMap(({ name, requires }) =>
          requires === undefined ? [] : [{ name, requires }],
        )
      : [];
  }

  /**
   * The field, if the view's subgraph resolves it for an object of the type. Its requirement is not checked here. With
   * `isForKey`, an overridden field can be resolved if a key of the subgraph has it.
   */
  resolve(view: View, objectType: string, name: string, isForKey: boolean): ResolvedField | undefined {
    const { subgraph } = view;
    const owner = view.type.isInterfaceObject ? view.type : subgraph.types.get(objectType);
    const declared = owner?.fields.get(name);
    if (owner === undefined || declared === undefined) {
      return undefined;
    }
    const provided = this.#providedBelow(view.provided, objectType, name);
    if (provided !== undefined) {
      return { declared, provided };
    }
    const mayReadForKey = isForKey && owner.keyFields.has(name);
    const isGone = !mayReadForKey && this.#isOverridden(subgraph, owner.name, declared);
    const needsLookup = (declared.requires !== undefined || declared.taken.length > 0) && !view.isLookedUp;
    return view.isProvidedOnly || declared.isExternal || isGone || needsLookup
      ? undefined
      : { declared, provided: [] };
  }

  /** The view of the objects that a field gives; undefined if the field is a leaf. */
  below(view: View, { declared, provided }: ResolvedField): View | undefined {
    return this.view(view.subgraph, declared.named, {
      provided: [...provided, ...(declared.provides === undefined ? [] : [declared.provides])],
      isProvidedOnly: declared.isExternal,
    });
  }

  #isOverridden({ name: subgraph }: DeclaredSubgraph, type: string, field: DeclaredField): boolean {
    if (field.override !== undefined && !this.#isOn(field.override.label)) {
      return true;
    }
    return this.subgraphs.some(({ types }) => {
      const override = types.get(type)?.fields.get(field.name)?.override;
      return override?.from === subgraph && this.#isOn(override.label);
    });
  }

  #isOn(label: string | undefined): boolean {
    const [, bound = otherLabelsBelow] = /^percent\((.+)\)$/.exec(label ?? '') ?? [];
    return label === undefined || this.#percentage < Number(bound);
  }

  /** The field sets that are provided below the field; undefined if the field is not provided. */
  #providedBelow(
    sets: readonly SelectionSetNode[],
    objectType: string,
    name: string,
  ): readonly SelectionSetNode[] | undefined {
    const found = sets
      .flatMap((set) => this.fieldsFor(set, objectType))
      .filter((field) => field.name === name);
    return found.length === 0
      ? undefined
      : found.flatMap(({ below }) => (below === undefined ? [] : [below]));
  }

  /** The fields of a field set that are selected on an object of the type. */
  fieldsFor(
    { selections }: SelectionSetNode,
    objectType: string,
  ): readonly { readonly name: string; readonly below: SelectionSetNode | undefined }[] {
    return selections.flatMap((selection) => {
      switch (selection.kind) {
        case Kind.FIELD:
          return [{ name: selection.name.value, below: selection.selectionSet }];
        case Kind.INLINE_FRAGMENT: {
          const condition = selection.typeCondition?.name.value;
          return condition === undefined || this.objectsOf(condition).has(objectType)
            ? this.fieldsFor(selection.selectionSet, objectType)
            : [];
        }
        default:
          throw new Error('a field set has no named fragments');
      }
    });
  }
}
