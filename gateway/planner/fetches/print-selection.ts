/**
 * Prints a fetch's selection set with the types of its subgraph. A field is printed on an interface if it is selected
 * on all object types of the interface, and the interface declares it with the same type and arguments. Otherwise it is
 * printed in fragments.
 *
 * Before: for objects of the type `Media`, `title` on `Book` and `Film`, and `pages` on `Book`.
 * After: `title ... on Book { pages }`.
 */
import { type ArgumentNode, type DirectiveNode, print, stripIgnoredCharacters, type TypeNode } from 'graphql';
import { type Form, plainForms } from '../forms.ts';
import type { SubgraphType } from '../supergraph/model.ts';
import type { TypeSet, TypeSets } from '../type-sets.ts';
import { joinCovariant } from './covariant-fields.ts';
import type { FetchedField, FetchedObjects, FetchSelectionSet } from './fetch-selection-set.ts';
import { isFieldOf, type SelectedField } from './interface-fields.ts';

/** A selection in the form in which it is printed. */
export type PrintedSelection = PrintedField | PrintedFragment;

export interface PrintedField {
  readonly kind: 'field';
  readonly key: string;
  /** Set by `separate-shapes.ts`. */
  alias: string | undefined;
  readonly name: string;
  readonly args: readonly ArgumentNode[];
  readonly directives: readonly DirectiveNode[];
  /** The field's type in the subgraph. Undefined for `__typename`. */
  readonly type: TypeNode | undefined;
  readonly below: readonly PrintedSelection[] | undefined;
}

export interface PrintedFragment {
  readonly kind: 'fragment';
  /** Null for objects of any type. */
  readonly type: string | null;
  readonly directives: readonly DirectiveNode[];
  readonly selections: readonly PrintedSelection[];
}

/** A field that is printed in the same way on all object types in `on`. */
interface Group {
  on: TypeSet;
  readonly forms: readonly Form[];
  readonly typeBelow: string | undefined;
  readonly field: Omit<PrintedField, 'type' | 'alias' | 'directives'>;
}

interface FragmentFields {
  readonly condition: string | undefined;
  /** The directives of the fragments, from outside in. */
  readonly fragments: Form['fragments'];
  readonly fields: PrintedField[];
}

export function printSelection(
  { parent, fields }: FetchSelectionSet,
  typeSets: TypeSets,
): readonly PrintedSelection[] {
  const unconditional: PrintedField[] = [];
  const within = new Map<string, FragmentFields>();
  const interfaces = interfacesFor(parent, typeSets);
  for (const group of [...fields.values()].flatMap((sameKey) => groupsOf(sameKey, parent, typeSets))) {
    const { field, forms } = group;
    for (const condition of conditionsFor(group, parent, interfaces, typeSets)) {
      const owner = condition === undefined ? parent.type : parent.subgraph.types.get(condition);
      const type = owner?.fields.get(field.name)?.type;
      for (const { fragments, directives } of forms) {
        const printed = { ...field, alias: undefined, directives, type };
        if (condition === undefined && fragments.length === 0) {
          unconditional.push(printed);
          continue;
        }
        const id = `${condition ?? ''} ${fragments.map(printDirectives)}`;
        const fragment = within.get(id) ?? { condition, fragments, fields: [] };
        fragment.fields.push(printed);
        within.set(id, fragment);
      }
    }
  }
  return [...unconditional, ...[...within.values()].map(printFragment)];
}

/**
 * Prints one fragment within another for each entry of `fragments`, from outside in, with the directives of the entry.
 * The outermost fragment also has the type condition. If there is no entry, one fragment with the type condition is
 * printed.
 */
function printFragment({ condition, fragments, fields }: FragmentFields): PrintedFragment {
  const [outermost = [], ...inner] = fragments;
  const selections = inner.reduceRight<readonly PrintedSelection[]>(
    (within, directives) => [{ kind: 'fragment', type: null, directives, selections: within }],
    fields,
  );
  return { kind: 'fragment', type: condition ?? null, directives: outermost, selections };
}

/**
 * Returns the fields under one key. Fields with the same selections below them become one field, for the types of both.
 */
function groupsOf(
  sameKey: readonly FetchedField[],
  parent: FetchedObjects,
  typeSets: TypeSets,
): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const { key, name, args, forms, on, below } of joinCovariant(sameKey, parent, typeSets)) {
    const printed = below && nonEmpty(printSelection(below, typeSets));
    const typeBelow = below?.parent.type?.name;
    const ownText = printed === undefined ? '' : `${typeBelow} ${printAll(printed)}`;
    const text = `${forms === plainForms ? '' : JSON.stringify(forms)} ${ownText}`;
    const other = groups.get(text);
    if (other === undefined) {
      groups.set(text, { on, forms, typeBelow, field: { kind: 'field', key, name, args, below: printed } });
    } else {
      other.on = typeSets.union(other.on, on);
    }
  }
  return [...groups.values()];
}

const typename: PrintedField = {
  kind: 'field',
  key: '__typename',
  alias: undefined,
  name: '__typename',
  args: [],
  directives: [],
  type: undefined,
  below: undefined,
};

function nonEmpty(selections: readonly PrintedSelection[]): readonly PrintedSelection[] {
  return selections.length > 0 ? selections : [typename];
}

function selectedIn({ typeBelow, field: { name, args } }: Group): SelectedField {
  return { name, args, typeBelow };
}

/** The types of the fragments in which a field is printed. Undefined if the field needs no fragment. */
function conditionsFor(
  group: Group,
  parent: FetchedObjects,
  interfaces: readonly Interface[],
  typeSets: TypeSets,
): readonly (string | undefined)[] {
  const { type, objects } = parent;
  const isOnAll = () => typeSets.covers(group.on, objects);
  const needsNoFragment =
    type === undefined
      ? // `_entities` returns a union, whose only own field is `__typename`.
        group.field.name === '__typename' && objects.names.length > maxSpreadTypes && isOnAll()
      : type.kind === 'object' || (isOnAll() && isFieldOf(type, selectedIn(group), objects, parent.subgraph));
  return needsNoFragment ? [undefined] : narrowerConditions(group, parent, interfaces, typeSets);
}

/** At most this many types are printed with one fragment for each type. More types may be printed on an interface. */
const maxSpreadTypes = 2;

/** An interface of the subgraph. `objects` are the object types of the selection set that implement the interface. */
interface Interface {
  readonly type: SubgraphType;
  readonly objects: TypeSet;
}

/**
 * The interfaces that at least two of the objects' types implement, sorted by the number of these types in descending
 * order. Empty if the selection set has few types.
 */
function interfacesFor(
  { subgraph, type, objects }: FetchedObjects,
  typeSets: TypeSets,
): readonly Interface[] {
  if (type?.kind === 'object' || objects.names.length <= maxSpreadTypes) {
    return [];
  }
  return [...subgraph.types.values()]
    .filter((each) => each.kind === 'interface' && each !== type)
    .map((each) => ({ type: each, objects: typeSets.intersect(objects, typeSets.of(each.objects)) }))
    .filter((each) => each.objects.names.length > 1)
    .sort((a, b) => b.objects.names.length - a.objects.names.length);
}

/**
 * Returns the types for the fragments of one field: the interfaces that each cover several of its types, then the types
 * that are left. An interface may also have object types without the field, if they can't occur in this selection set.
 */
function narrowerConditions(
  group: Group,
  { subgraph }: FetchedObjects,
  interfaces: readonly Interface[],
  typeSets: TypeSets,
): readonly string[] {
  const { on, field } = group;
  if (on.names.length <= maxSpreadTypes || field.name === '__typename') {
    return on.names;
  }
  const chosen: string[] = [];
  let remaining = on;
  for (const { type, objects } of interfaces) {
    const rest = typeSets.without(remaining, objects);
    if (
      rest !== remaining &&
      typeSets.covers(on, objects) &&
      isFieldOf(type, selectedIn(group), objects, subgraph)
    ) {
      chosen.push(type.name);
      remaining = rest;
    }
  }
  return [...chosen, ...remaining.names];
}

/** The selections as text, without unnecessary spaces, because the text is sent with every request. */
export function printAll(selections: readonly PrintedSelection[]): string {
  return `{${selections.map(printOne).join(' ')}}`;
}

function printOne(selection: PrintedSelection): string {
  const directives = printDirectives(selection.directives);
  if (selection.kind === 'fragment') {
    const { type, selections } = selection;
    return `...${type === null ? '' : `on ${type}`}${directives}${printAll(selections)}`;
  }
  const { key, alias, name, args, below } = selection;
  const responseKey = alias ?? key;
  const prefix = responseKey === name ? '' : `${responseKey}:`;
  const printedArguments = args.length === 0 ? '' : `(${args.map(printNode).join(',')})`;
  return `${prefix}${name}${printedArguments}${directives}${below === undefined ? '' : printAll(below)}`;
}

export function printDirectives(directives: readonly DirectiveNode[]): string {
  return directives.map(printNode).join('');
}

export function printNode(node: ArgumentNode | DirectiveNode): string {
  return stripIgnoredCharacters(print(node));
}
