/**
 * Groups the types of an abstract object. Types on which a field is resolved in the same way are planned together.
 *
 * Before: `title` on `Book`, `Film` and `Song`, where *catalogue* has the first two, and *music* has the last.
 * After: the groups `Book Film` and `Song`.
 */
import { Kind, type SelectionSetNode } from 'graphql';
import { type ContextValue, type SubgraphField, type Supergraph, typesFor } from '../supergraph/model.ts';

/**
 * Says on which types a field is resolved in the same way. It is kept with the supergraph, because its answers are the
 * same for every operation.
 */
export class TypeGroups {
  readonly #supergraph: Supergraph;
  readonly #classes = new Map<string, string>();
  readonly #idsByText = new Map<string, string>();
  readonly #idsByValue = new Map<object, string>();
  readonly #keyFields = new Map<string, readonly string[]>();

  constructor(supergraph: Supergraph) {
    this.#supergraph = supergraph;
  }

  /**
   * A text that is equal for types on which the field is resolved in the same way. It includes everything that a lookup
   * for the field may need.
   */
  classOf(type: string, fieldName: string): string {
    const id = `${type} ${fieldName}`;
    const existing = this.#classes.get(id);
    if (existing !== undefined) {
      return existing;
    }
    const fields = this.fieldsAround(type, fieldName).map((name) => `${name} ${this.#describe(type, name)}`);
    const contexts = [...this.#supergraph.contextsOf(type)];
    const text = `${this.#describeKeys(type)}\n${contexts}\n${fields.join('\n')}`;
    const classId = idIn(this.#idsByText, text);
    this.#classes.set(id, classId);
    return classId;
  }

  /** The names of the field, of the fields in the type's keys, and of the fields that any of them requires. */
  fieldsAround(type: string, fieldName: string): readonly string[] {
    const names = new Set([fieldName, ...this.#fieldsOfKeys(type)]);
    // The set grows while it is read: required fields may have requirements, too.
    for (const name of names) {
      for (const { requires } of this.#fieldsNamed(type, name)) {
        for (const required of requires === undefined ? [] : topFields(requires)) {
          names.add(required);
        }
      }
    }
    return [...names];
  }

  #fieldsOfKeys(type: string): readonly string[] {
    const existing = this.#keyFields.get(type);
    if (existing !== undefined) {
      return existing;
    }
    const names = this.#supergraph.subgraphs.flatMap((subgraph) =>
      typesFor(subgraph, type).flatMap(({ keyFields }) => [...keyFields]),
    );
    const sorted = [...new Set(names)].sort();
    this.#keyFields.set(type, sorted);
    return sorted;
  }

  /** The fields of this name in all subgraphs, on the object type or on an `@interfaceObject` that includes it. */
  #fieldsNamed(type: string, name: string): readonly SubgraphField[] {
    return this.#supergraph.subgraphs.flatMap((subgraph) =>
      typesFor(subgraph, type).flatMap(({ fields }) => fields.get(name) ?? []),
    );
  }

  #describe(type: string, fieldName: string): string {
    return this.#supergraph.subgraphs
      .flatMap((subgraph) =>
        typesFor(subgraph, type).flatMap(({ name, isInterfaceObject, fields }) => {
          const field = fields.get(fieldName);
          return field === undefined
            ? []
            : `${subgraph.index}${isInterfaceObject ? name : ''}${this.#describeField(field)}`;
        }),
      )
      .join(' ');
  }

  #describeField(field: SubgraphField): string {
    const { namedType, isExternal, isOverridden, requires, provides, contextArguments } = field;
    const flags = `${Number(isExternal)}${Number(isOverridden)}`;
    const values = contextArguments.map(({ name, value }) => `${name} ${this.#idOf(value)}`);
    return `:${namedType}:${flags}:${this.#idOf(requires)}:${this.#idOf(provides)}:${values}`;
  }

  #describeKeys(type: string): string {
    return this.#supergraph.subgraphs
      .map((subgraph) =>
        typesFor(subgraph, type)
          .map(({ keys }) => keys.map((key) => this.#idOf(key)).join('&'))
          .join('|'),
      )
      .join(';');
  }

  /** The id of a field set or of a context's value. Equal values of one supergraph are the same object. */
  #idOf(value: SelectionSetNode | ContextValue | undefined): string {
    return value === undefined ? '' : idIn(this.#idsByValue, value);
  }
}

/** The id of a key in the map. A new key gets a new id. */
function idIn<Key>(ids: Map<Key, string>, key: Key): string {
  const id = ids.get(key) ?? `${ids.size}`;
  ids.set(key, id);
  return id;
}

function topFields({ selections }: SelectionSetNode): readonly string[] {
  return selections.flatMap((selection) =>
    selection.kind === Kind.FIELD
      ? selection.name.value
      : selection.kind === Kind.INLINE_FRAGMENT
        ? topFields(selection.selectionSet)
        : [],
  );
}
