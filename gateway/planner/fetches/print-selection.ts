/**
 * Writes a selection as GraphQL that the subgraph takes: on an interface where all its types are asked for the same,
 * otherwise in fragments.
 *
 * Before: `title` on `Book` and `Film`, `pages` on `Book`, of a place with the type `Media`.
 * After: `title ... on Book { pages }`.
 */
import { type ArgumentNode, print, stripIgnoredCharacters, type TypeNode } from 'graphql';
import type { Subgraph, SubgraphType } from '../supergraph/model.ts';
import type { TypeSet, TypeSets } from '../type-sets.ts';
import type { SelectedField, Selection } from './selection.ts';

/** A selection as it is printed. A field's `alias` is set by `separate-shapes.ts`. */
export type Printed = PrintedField | PrintedFragment;

export interface PrintedField {
  readonly kind: 'field';
  readonly key: string;
  alias: string | undefined;
  readonly name: string;
  readonly args: readonly ArgumentNode[];
  /** Undefined for `__typename`. */
  readonly type: TypeNode | undefined;
  readonly below: readonly Printed[] | undefined;
}

export interface PrintedFragment {
  readonly kind: 'fragment';
  readonly type: string;
  readonly selections: Printed[];
}

type Group = { on: TypeSet; readonly field: Omit<PrintedField, 'type' | 'alias'> };

/** The selection, in the types of its subgraph. */
export function printSelection(selection: Selection, sets: TypeSets): Printed[] {
  const { place, fields } = selection;
  const direct: Printed[] = [];
  const fragments = new Map<string, Printed[]>();
  for (const same of fields.values()) {
    for (const { on, field } of groupsOf(same, sets)) {
      for (const typeName of conditionsFor(on, field.name, selection, sets)) {
        const owner = typeName === undefined ? place.type : place.subgraph.types.get(typeName);
        const printed: PrintedField = {
          ...field,
          alias: undefined,
          type: owner?.fields.get(field.name)?.type,
        };
        if (typeName === undefined) {
          direct.push(printed);
        } else {
          const others = fragments.get(typeName);
          if (others === undefined) {
            fragments.set(typeName, [printed]);
          } else {
            others.push(printed);
          }
        }
      }
    }
  }
  for (const [type, selections] of fragments) {
    direct.push({ kind: 'fragment', type, selections });
  }
  return direct;
}

/** The fields under one key. Those that go on alike are one field of more types. */
function groupsOf(same: readonly SelectedField[], sets: TypeSets): Group[] {
  const groups = new Map<string, Group>();
  for (const { key, name, args, on, below } of same) {
    const printed = below && nonEmpty(printSelection(below, sets));
    const text = printed === undefined ? '' : `${below?.place.type?.name} ${printAll(printed)}`;
    const other = groups.get(text);
    if (other === undefined) {
      groups.set(text, { on, field: { kind: 'field', key, name, args, below: printed } });
    } else {
      other.on = sets.union(other.on, on);
    }
  }
  return [...groups.values()];
}

function nonEmpty(selections: Printed[]): Printed[] {
  return selections.length > 0
    ? selections
    : [
        {
          kind: 'field',
          key: '__typename',
          alias: undefined,
          name: '__typename',
          args: [],
          type: undefined,
          below: undefined,
        },
      ];
}

/** The types in whose fragments a field stands. Undefined: in no fragment. */
function conditionsFor(
  on: TypeSet,
  name: string,
  { place: { type, objects, subgraph } }: Selection,
  sets: TypeSets,
): readonly (string | undefined)[] {
  if (
    type !== undefined &&
    (type.kind === 'object' || (sets.covers(on, objects) && isFieldOf(type, name, objects, subgraph)))
  ) {
    return [undefined];
  }
  return narrowerInterfaces(on, name, type, subgraph, sets);
}

/** Whether the interface has the field, with the type that all these objects have it with. */
function isFieldOf(type: SubgraphType, name: string, on: TypeSet, subgraph: Subgraph): boolean {
  if (name === '__typename') {
    return true;
  }
  const field = type.fields.get(name);
  return (
    field !== undefined &&
    on.names.every((object) => subgraph.types.get(object)?.fields.get(name)?.namedType === field.namedType)
  );
}

/** Interfaces that stand for many of the types, then the types that are left. */
function narrowerInterfaces(
  on: TypeSet,
  name: string,
  from: SubgraphType | undefined,
  subgraph: Subgraph,
  sets: TypeSets,
): readonly string[] {
  const left = new Set(on.names);
  const chosen: string[] = [];
  if (left.size > 2 && name !== '__typename' && from !== undefined) {
    const fitting = [...subgraph.types.values()]
      .filter(
        (type) =>
          type.kind === 'interface' &&
          type !== from &&
          type.objects.length > 1 &&
          type.objects.every((object) => on.has(object)) &&
          isFieldOf(type, name, sets.of(type.objects), subgraph),
      )
      .sort((a, b) => b.objects.length - a.objects.length);
    for (const type of fitting) {
      if (type.objects.some((object) => left.has(object))) {
        chosen.push(type.name);
        for (const object of type.objects) {
          left.delete(object);
        }
      }
    }
  }
  return [...chosen, ...left];
}

/** Without the spaces that nobody needs: it is sent with every request. */
export function printAll(selections: readonly Printed[]): string {
  return `{${selections.map(printOne).join(' ')}}`;
}

function printOne(selection: Printed): string {
  if (selection.kind === 'fragment') {
    return `...on ${selection.type}${printAll(selection.selections)}`;
  }
  const { key, alias, name, args, below } = selection;
  const responseKey = alias ?? key;
  const prefix = responseKey === name ? '' : `${responseKey}:`;
  const given = args.length === 0 ? '' : `(${args.map(printArgument).join(',')})`;
  return `${prefix}${name}${given}${below === undefined ? '' : printAll(below)}`;
}

export function printArgument(argument: ArgumentNode): string {
  return stripIgnoredCharacters(print(argument));
}
