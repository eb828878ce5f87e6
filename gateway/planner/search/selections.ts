/**
 * The selections of an operation, with its fragments expanded: each field has the object types on which it is selected.
 * No interface or union is left.
 *
 * Before: `{ media { title ... on Book { pages } } }`.
 * After: `media` on any type, with the children `title` on any type and `pages` on `Book`.
 *
 * Keys, requirements and the values of contexts become selections in the same way: `@key(fields: "region { code }")` is
 * the selection `region` with the child `code`.
 */
import {
  type ArgumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';
import type { PathSegment } from '../../executor/index.ts';
import { commonBlock, type DeferredBlock, type DeferredBlocks } from '../deferred-blocks.ts';
import { directivesToSend, type Form, Forms, plainForms } from '../forms.ts';
import type { Supergraph } from '../supergraph/model.ts';
import type { TypeSet, TypeSets } from '../type-sets.ts';

/** A field on a set of object types. */
export interface Selection {
  readonly id: number;
  /** The field's key in fetched data. Selections with the same key have the same name and arguments. */
  readonly key: string;
  readonly name: string;
  readonly args: readonly ArgumentNode[];
  /** The ways in which the client wrote the field, with directives for subgraphs. Nearly always `plainForms`. */
  readonly forms: readonly Form[];
  readonly on: TypeSet;
  /** The selections on the field's objects. Undefined for a leaf. */
  readonly children: readonly Selection[] | undefined;
  /** Whether the field belongs to a key. Then a subgraph may return it even if another subgraph overrides it. */
  readonly isForKey: boolean;
  /** The deferred block that begins at this selection. Undefined if none begins here: the block may begin above. */
  readonly defer: DeferredBlock | undefined;
  readonly leafCount: number;
}

type Draft = Omit<Selection, 'id' | 'leafCount'>;

/** The properties that are combined when selections with the same key are merged. */
type Combined = Pick<Selection, 'children' | 'defer' | 'forms'>;

/** Chooses the key of a required field. */
export type KeyOfRequired = (name: string, args: readonly ArgumentNode[]) => string;

/** The selections that are used in planning one operation. Equal selections are the same object. */
export class Selections {
  readonly #supergraph: Supergraph;
  readonly #typeSets: TypeSets;
  readonly #keyOfRequired: KeyOfRequired;
  readonly #forms = new Forms();
  readonly #byText = new Map<string, Selection>();
  readonly #fieldSets = new WeakMap<SelectionSetNode, Map<string, readonly Selection[]>>();
  /** `__typename` on any type. */
  readonly typename: Selection;

  constructor(supergraph: Supergraph, typeSets: TypeSets, keyOfRequired: KeyOfRequired) {
    this.#supergraph = supergraph;
    this.#typeSets = typeSets;
    this.#keyOfRequired = keyOfRequired;
    this.typename = this.#make({
      key: '__typename',
      name: '__typename',
      args: [],
      forms: plainForms,
      on: typeSets.any,
      children: undefined,
      isForKey: false,
      defer: undefined,
    });
  }

  #make(draft: Draft): Selection {
    const { key, forms, on, children, isForKey, defer } = draft;
    const childrenText = children === undefined ? '' : `{${idsOf(children)}}`;
    const text = `${key} ${this.#forms.idOf(forms)} ${on.id} ${isForKey} ${defer?.id ?? ''} ${childrenText}`;
    const existing = this.#byText.get(text);
    if (existing !== undefined) {
      return existing;
    }
    const leafCount = children?.reduce((sum, child) => sum + child.leafCount, 0) ?? 1;
    const selection = { ...draft, id: this.#byText.size, leafCount };
    this.#byText.set(text, selection);
    return selection;
  }

  /** Returns the selection on the types `on`, and with other children if they are given. */
  narrow(
    selection: Selection,
    on: TypeSet,
    children: readonly Selection[] | undefined = selection.children,
  ): Selection {
    return on === selection.on && children === selection.children
      ? selection
      : this.#make({ ...selection, on, children });
  }

  /**
   * The selections of a selection set of the operation. `path` leads to the objects of the selection set, and `block`
   * contains the selection set. Each fragment with `@defer` begins a block in `blocks`.
   */
  ofOperation(
    selectionSet: SelectionSetNode,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
    blocks: DeferredBlocks,
    path: readonly PathSegment[] = [],
    block?: DeferredBlock,
  ): readonly Selection[] {
    const drafts: Draft[] = [];
    const collect = (
      { selections }: SelectionSetNode,
      on: TypeSet,
      defer: DeferredBlock | undefined,
      around: Form['fragments'],
    ): void => {
      for (const node of selections) {
        const directives = directivesToSend(node);
        if (node.kind === Kind.FIELD) {
          const { name, alias, arguments: args = [], selectionSet: below } = node;
          const key = (alias ?? name).value;
          const pathBelow: readonly PathSegment[] = [...path, { kind: 'field', key }];
          const children = below && this.ofOperation(below, fragments, blocks, pathBelow, defer ?? block);
          const forms = this.#forms.of(around, directives);
          drafts.push({ key, name: name.value, args, forms, on, defer, isForKey: false, children });
          continue;
        }
        const fragment = node.kind === Kind.INLINE_FRAGMENT ? node : fragments.get(node.name.value);
        if (fragment !== undefined) {
          const begun = blocks.begin(node.directives ?? [], path, defer ?? block);
          const types = this.#typesWithin(on, fragment.typeCondition?.name.value);
          const within = directives.length === 0 ? around : [...around, directives];
          collect(fragment.selectionSet, types, begun ?? defer, within);
        }
      }
    };
    collect(selectionSet, this.#typeSets.any, undefined, []);
    return this.#merged(drafts);
  }

  /** The selections of a field set (a key, a requirement or the value of a context) on objects of `type`. */
  ofFieldSet(fieldSet: SelectionSetNode, type: string, isForKey: boolean): readonly Selection[] {
    const selectionsByType = this.#fieldSets.get(fieldSet) ?? new Map<string, readonly Selection[]>();
    this.#fieldSets.set(fieldSet, selectionsByType);
    const key = `${type} ${isForKey}`;
    const selections = selectionsByType.get(key) ?? this.#readFieldSet(fieldSet, type, isForKey);
    selectionsByType.set(key, selections);
    return selections;
  }

  #readFieldSet(fieldSet: SelectionSetNode, type: string, isForKey: boolean): readonly Selection[] {
    const drafts: Draft[] = [];
    const collect = ({ selections }: SelectionSetNode, parent: string, on: TypeSet): void => {
      for (const node of selections) {
        if (node.kind === Kind.FIELD) {
          drafts.push(this.#requiredField(node, parent, on, isForKey));
        } else if (node.kind === Kind.INLINE_FRAGMENT) {
          const condition = node.typeCondition?.name.value;
          collect(node.selectionSet, condition ?? parent, this.#typesWithin(on, condition));
        }
      }
    };
    collect(fieldSet, type, this.#typeSets.any);
    return this.#merged(drafts);
  }

  #requiredField(
    { name: { value: name }, arguments: args = [], selectionSet }: FieldNode,
    parent: string,
    on: TypeSet,
    isForKey: boolean,
  ): Draft {
    const type = this.#supergraph.fieldType(parent, name);
    const children =
      selectionSet === undefined || type === undefined
        ? undefined
        : this.ofFieldSet(selectionSet, type, isForKey);
    const key = this.#keyOfRequired(name, args);
    // A representation must say the type of an object below a field whose type is an interface or a union.
    const withTypename =
      children !== undefined && type !== undefined && this.#supergraph.isAbstract(type)
        ? [this.typename, ...children.filter((child) => child !== this.typename)]
        : children;
    return { key, name, args, forms: plainForms, on, children: withTypename, isForKey, defer: undefined };
  }

  /** The types of `types` that satisfy a type condition. */
  #typesWithin(types: TypeSet, condition: string | undefined): TypeSet {
    return condition === undefined
      ? types
      : this.#typeSets.intersect(this.#typeSets.of(this.#supergraph.objectsOf(condition)), types);
  }

  /**
   * Merges selections with the same key and types. Leaves with the same key and forms are merged even if their types
   * differ: the result is on the types of both. A field that is selected in two deferred blocks belongs to the
   * innermost block that contains both.
   */
  #merged(drafts: readonly Draft[]): readonly Selection[] {
    const merged = new Map<string, Draft>();
    for (const draft of drafts) {
      const { key, children, forms } = draft;
      const id = children === undefined ? `${key} ${this.#forms.idOf(forms)}` : `${key} ${draft.on.id}`;
      const other = merged.get(id);
      if (other === undefined) {
        merged.set(id, draft);
      } else if (children === undefined) {
        const defer = commonBlock(other.defer, draft.defer);
        merged.set(id, { ...other, defer, on: this.#typeSets.union(other.on, draft.on) });
      } else {
        merged.set(id, { ...other, ...this.combine([other, draft]) });
      }
    }
    return [...merged.values()].map((draft) => this.#make(draft));
  }

  /** The children and the forms of several selections with one key, and the innermost block that contains all of them. */
  combine(selections: readonly Combined[]): Combined {
    const [first, ...others] = selections;
    const defer = others.reduce((block, other) => commonBlock(block, other.defer), first?.defer);
    const lists = selections.flatMap(({ children, defer: own }) =>
      children === undefined ? [] : [own === defer ? children : this.#deferred(children, own)],
    );
    const [list, ...rest] = lists;
    const isOne = list === undefined || rest.every((each) => each === list);
    return {
      defer,
      forms: this.#forms.all(selections.map(({ forms }) => forms)),
      children: isOne ? list : this.#merged(lists.flat()),
    };
  }

  /** Moves the beginning of `block` from a selection to its children. A child with a block of its own keeps it. */
  #deferred(selections: readonly Selection[], block: DeferredBlock | undefined): readonly Selection[] {
    return selections.map((selection) => this.#make({ ...selection, defer: selection.defer ?? block }));
  }
}

/** Identifies a list of selections, for the keys of maps. */
export function idsOf(selections: readonly Selection[]): string {
  return selections.map(({ id }) => id).join(' ');
}
