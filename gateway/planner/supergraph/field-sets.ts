import { Kind, type SelectionSetNode } from 'graphql';
import { parseFieldSet } from './join-directives.ts';
import type { SupergraphTypes } from './supergraph-types.ts';

/** Reads the keys, `requires` and `provides` of a supergraph. Equal texts give the same object. */
export class FieldSets {
  readonly #types: SupergraphTypes;
  readonly #byText = new Map<string, SelectionSetNode>();

  constructor(types: SupergraphTypes) {
    this.#types = types;
  }

  /**
   * Reads a set of fields of the type `of`. `owner` names the set in error messages, such as `the key of Book`.
   * @throws Error if the text is not a set of fields of this type.
   */
  read(text: string, of: string, owner: string): SelectionSetNode {
    try {
      const fieldSet = this.#byText.get(text) ?? parseFieldSet(text);
      this.#byText.set(text, fieldSet);
      checkFieldSet(fieldSet, of, this.#types);
      return fieldSet;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`"${text}" can't be ${owner}: ${reason}`, { cause: error });
    }
  }
}

/**
 * Throws if a set of fields of the type `of` names something that the supergraph doesn't have. Also throws if it
 * selects a field with objects but no field of these objects. No subgraph could answer such a selection.
 */
function checkFieldSet({ selections }: SelectionSetNode, of: string, types: SupergraphTypes): void {
  for (const selection of selections) {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value ?? of;
      if (!types.isComposite(condition)) {
        throw new Error(`there is no type ${condition}`);
      }
      checkFieldSet(selection.selectionSet, condition, types);
    } else if (selection.kind === Kind.FIELD && selection.name.value !== '__typename') {
      const field = selection.name.value;
      const type = types.fieldType(of, field);
      if (type === undefined) {
        throw new Error(`${of} has no field ${field}`);
      }
      if (selection.selectionSet !== undefined) {
        checkFieldSet(selection.selectionSet, type, types);
      } else if (types.isComposite(type)) {
        throw new Error(`it selects nothing of ${of}.${field}`);
      }
    }
  }
}
