import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { type TypeConditions, typeConditionsOf } from '../executor/index.ts';
import { argumentOf, fieldSet, hasFields, namedType } from './join.ts';

/**
 * The supergraph without each `@provides` that provides other fields of a type than another of its subgraph does, or than
 * itself at another place. What router-query-planner 0.0.38 takes to be provided of a type by one, it takes to be provided
 * wherever something is. Without it the fields are asked of the subgraph that has them: one request more, and the right
 * answer.
 */
export function withoutAmbiguousProvides(supergraph: DocumentNode): DocumentNode {
  const types = readTypes(supergraph);
  const all = new Map<string, Set<string>>();
  for (const field of [...types.fields.values()].flat()) {
    for (const directive of field.directives ?? []) {
      for (const [place, texts] of placesOf(directive, field, types)) {
        all.set(place, new Set([...(all.get(place) ?? []), ...texts]));
      }
    }
  }
  const isAmbiguous = (directive: ConstDirectiveNode, field: FieldDefinitionNode) =>
    [...placesOf(directive, field, types).keys()].some((place) => (all.get(place)?.size ?? 0) > 1);
  return visit(supergraph, {
    FieldDefinition: (field) => {
      const { directives = [] } = field;
      const kept = directives.map((each) => (isAmbiguous(each, field) ? withoutProvides(each) : each));
      return kept.some((each, at) => each !== directives[at]) ? { ...field, directives: kept } : undefined;
    },
  });
}

function withoutProvides(directive: ConstDirectiveNode): ConstDirectiveNode {
  return {
    ...directive,
    arguments: directive.arguments?.filter(({ name }) => name.value !== 'provides') ?? [],
  };
}

/** What a field provides, by subgraph and object type: several texts where it is not the same at all places. */
function placesOf(
  directive: ConstDirectiveNode,
  field: FieldDefinitionNode,
  types: Types,
): ReadonlyMap<string, ReadonlySet<string>> {
  const provides = directive.name.value === 'join__field' ? argumentOf(directive, 'provides') : undefined;
  if (provides === undefined) {
    return new Map();
  }
  const places = new Map<string, Set<string>>();
  gatherPlaces(fieldSet(provides), namedType(field.type), types, places);
  const graph = argumentOf(directive, 'graph') ?? '';
  return new Map([...places].map(([type, texts]) => [`${graph} ${type}`, texts]));
}

interface Types {
  readonly conditions: TypeConditions;
  readonly objects: readonly string[];
  readonly fields: ReadonlyMap<string, readonly FieldDefinitionNode[]>;
}

function readTypes(supergraph: DocumentNode): Types {
  const fields = new Map<string, readonly FieldDefinitionNode[]>();
  const objects: string[] = [];
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) {
      objects.push(definition.name.value);
    }
    if (hasFields(definition)) {
      fields.set(definition.name.value, definition.fields ?? []);
    }
  }
  return { conditions: typeConditionsOf(supergraph), objects, fields };
}

/** Gathers what is provided of each object type, place by place: one text where it is the same at all of them. */
function gatherPlaces(
  set: SelectionSetNode,
  type: string,
  types: Types,
  places: Map<string, Set<string>>,
): void {
  for (const object of types.objects) {
    if (types.conditions.matches(type, object)) {
      const provided = [...new Set(fieldsFor(set, object, types))].sort().join(' ');
      places.set(object, (places.get(object) ?? new Set()).add(provided));
    }
  }
  gatherBelow(set, type, types, places);
}

function fieldsFor({ selections }: SelectionSetNode, object: string, types: Types): readonly string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) {
      return selection.name.value;
    }
    const condition =
      selection.kind === Kind.INLINE_FRAGMENT ? selection.typeCondition?.name.value : undefined;
    return selection.kind === Kind.INLINE_FRAGMENT &&
      (condition === undefined || types.conditions.matches(condition, object))
      ? fieldsFor(selection.selectionSet, object, types)
      : [];
  });
}

function gatherBelow(
  { selections }: SelectionSetNode,
  type: string,
  types: Types,
  places: Map<string, Set<string>>,
): void {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      gatherBelow(selection.selectionSet, selection.typeCondition?.name.value ?? type, types, places);
    } else if (selection.kind === Kind.FIELD && selection.selectionSet !== undefined) {
      const field = types.fields.get(type)?.find(({ name }) => name.value === selection.name.value);
      if (field !== undefined) {
        gatherPlaces(selection.selectionSet, namedType(field.type), types, places);
      }
    }
  }
}
