/**
 * Groups the types of an abstract object: types for which the same holds of a field are planned for once.
 *
 * Before: `title` on `Book`, `Film` and `Song`, where *catalogue* has the first two, and *music* has the last.
 * After: the groups `Book Film` and `Song`.
 */
import { Kind, type SelectionSetNode } from 'graphql';
import { type ContextValue, type SubgraphField, type Supergraph, typesFor } from '../supergraph/model.ts';

/** Tells which types are alike. Kept with the supergraph: its answers do not depend on the operation. */
export class TypeGroups {
  readonly #supergraph: Supergraph;
  readonly #classes = new Map<string, string>();
  readonly #ids = new Map<string, string>();
  readonly #texts = new Map<object, string>();
  readonly #keyFields = new Map<string, readonly string[]>();

  constructor(supergraph: Supergraph) {
    this.#supergraph = supergraph;
  }

  /** Equal for types of which the field is had in the same way, with everything that a lookup for it may need. */
  classOf(type: string, name: string): string {
    const at = `${type} ${name}`;
    const known = this.#classes.get(at);
    if (known !== undefined) {
      return known;
    }
    const text = this.fieldsAround(type, name)
      .map((field) => `${field} ${this.#describe(type, field)}`)
      .join('\n');
    const contexts = [...this.#supergraph.contextsOf(type)];
    const id = this.#idOf(`${this.#describeKeys(type)}\n${contexts}\n${text}`);
    this.#classes.set(at, id);
    return id;
  }

  /** The field, those of the type's keys, and what any of them requires. */
  fieldsAround(type: string, name: string): readonly string[] {
    const fields = new Set([name, ...this.#fieldsOfKeys(type)]);
    for (const field of fields) {
      for (const { requires } of this.#owners(type, field)) {
        for (const required of requires === undefined ? [] : topFields(requires)) {
          fields.add(required);
        }
      }
    }
    return [...fields];
  }

  #fieldsOfKeys(type: string): readonly string[] {
    const known = this.#keyFields.get(type);
    if (known !== undefined) {
      return known;
    }
    const fields = new Set<string>();
    for (const subgraph of this.#supergraph.subgraphs) {
      for (const { keyFields } of typesFor(subgraph, type)) {
        for (const field of keyFields) {
          fields.add(field);
        }
      }
    }
    const sorted = [...fields].sort();
    this.#keyFields.set(type, sorted);
    return sorted;
  }

  #owners(type: string, name: string): readonly SubgraphField[] {
    return this.#supergraph.subgraphs.flatMap((subgraph) =>
      typesFor(subgraph, type).flatMap(({ fields }) => fields.get(name) ?? []),
    );
  }

  #describe(type: string, name: string): string {
    return this.#supergraph.subgraphs
      .flatMap((subgraph) =>
        typesFor(subgraph, type).flatMap((each) => {
          const field = each.fields.get(name);
          return field === undefined
            ? []
            : `${subgraph.index}${each.isInterfaceObject ? each.name : ''}${this.#describeField(field)}`;
        }),
      )
      .join(' ');
  }

  #describeField(field: SubgraphField): string {
    const { namedType, isExternal, isOverridden, requires, provides, contextArguments } = field;
    const values = contextArguments.map(({ name, value }) => `${name} ${this.#textOf(value)}`);
    return `:${namedType}:${Number(isExternal)}${Number(isOverridden)}:${this.#textOf(requires)}:${this.#textOf(provides)}:${values}`;
  }

  #describeKeys(type: string): string {
    return this.#supergraph.subgraphs
      .map((subgraph) =>
        typesFor(subgraph, type)
          .map(({ keys }) => keys.map((key) => this.#textOf(key)).join('&'))
          .join('|'),
      )
      .join(';');
  }

  /** The same text for the same node or value: each is read once for each of its texts. */
  #textOf(value: SelectionSetNode | ContextValue | undefined): string {
    if (value === undefined) {
      return '';
    }
    const text = this.#texts.get(value) ?? `${this.#texts.size}`;
    this.#texts.set(value, text);
    return text;
  }

  #idOf(text: string): string {
    const id = this.#ids.get(text) ?? `${this.#ids.size}`;
    this.#ids.set(text, id);
    return id;
  }
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
