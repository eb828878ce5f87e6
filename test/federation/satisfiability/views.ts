/**
 * Views: an object, as one subgraph sees it. Federation's rules say which fields a subgraph resolves for it:
 *
 * - those that it declares and that are not `@external`, unless another subgraph overrides them,
 * - those that are `@provide`d on the way to the object,
 * - those with `@requires` or `@fromContext` only if the object was looked up, because what they need comes with the
 *   lookup.
 */
import { Kind, print, type SelectionSetNode } from 'graphql';
import { type DeclaredField, type DeclaredSubgraph, type DeclaredType, readSubgraph } from './declared.ts';

export interface View {
  readonly id: string;
  readonly subgraph: DeclaredSubgraph;
  /** The type of the field that leads here, or by which the object was looked up. */
  readonly type: DeclaredType;
  readonly provided: readonly SelectionSetNode[];
  /** Below an external field, only what is provided can be read. */
  readonly isProvidedOnly: boolean;
  readonly isLookedUp: boolean;
  /** The subgraph, or the gateway when it looked the object up, knows the object's type. */
  readonly isTyped: boolean;
}

/** A field that a subgraph resolves at a view. */
export interface ResolvedField {
  readonly declared: DeclaredField;
  readonly provided: readonly SelectionSetNode[];
}

export class Graph {
  readonly subgraphs: readonly DeclaredSubgraph[];
  readonly #percentage: number;
  readonly #views = new Map<string, View>();
  readonly #objects = new Map<string, ReadonlySet<string>>();

  /** `percentage` decides progressive overrides: `percent(N)` is on below N. */
  constructor(sdls: Readonly<Record<string, string>>, percentage: number) {
    this.subgraphs = Object.entries(sdls).map(([name, sdl]) => readSubgraph(name, sdl));
    this.#percentage = percentage;
  }

  /** The object types of a type in all subgraphs. */
  objectsOf(name: string): ReadonlySet<string> {
    const existing = this.#objects.get(name);
    if (existing !== undefined) {
      return existing;
    }
    const types = this.subgraphs.flatMap(({ types }) => types.get(name) ?? []);
    const abstract = types.filter(({ kind }) => kind !== 'object');
    const objects = new Set((abstract.length > 0 ? abstract : types).flatMap((type) => [...type.objects]));
    this.#objects.set(name, objects);
    return objects;
  }

  isComposite(name: string): boolean {
    return this.subgraphs.some(({ types }) => types.has(name));
  }

  /** The types that an object may have at a view. */
  objectsAt({ type }: View): ReadonlySet<string> {
    return type.isInterfaceObject ? this.objectsOf(type.name) : type.objects;
  }

  /** The root type of every subgraph, with which every operation starts. */
  rootViews(): readonly View[] {
    return this.subgraphs.flatMap((subgraph) => this.view(subgraph, 'Query') ?? []);
  }

  /** Undefined if the subgraph does not have the type. */
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
      isTyped = !type.isInterfaceObject,
    } = more;
    const texts = [...new Set(provided.map(print))].sort();
    const id = [subgraph.name, typeName, isProvidedOnly, isLookedUp, isTyped, ...texts].join(' ');
    const view = this.#views.get(id) ?? { id, subgraph, type, provided, isProvidedOnly, isLookedUp, isTyped };
    this.#views.set(id, view);
    return view;
  }

  /** The fields with `@requires` of an object of the type that was looked up. */
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
   * The field, if the view's subgraph resolves it for an object of the type. What it requires is not checked here.
   * `isForKey`: a subgraph may read an overridden field for a key of its own.
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

  /** The view of the objects of a field. Undefined for a leaf. */
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
    const [, bound] = /^percent\((.+)\)$/.exec(label ?? '') ?? [];
    return label === undefined || (bound !== undefined && this.#percentage < Number(bound));
  }

  /** Undefined if the field is not provided. */
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

  /** The fields of a field set that an object of the type has. */
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
