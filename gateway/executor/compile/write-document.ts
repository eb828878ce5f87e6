import {
  type ASTNode,
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { planVariableOf } from '../plan-variables.ts';

/** Thrown if an operation selects too many fields or too many introspection values. Clients see the message. */
export class OperationTooLarge extends Error {
  override readonly name = 'OperationTooLarge';
}

/**
 * Writes a document of one operation.
 *
 * Before: the fields `me { ...Contact }`, of an operation with the variables `$id` and `$lang` and the fragment
 * `fragment Contact on Patron { name(lang: $lang) }`.
 * After: `query ($lang: String) { me { ...Contact } } fragment Contact on Patron { name(lang: $lang) }`.
 */
export class DocumentWriter {
  readonly #operation: OperationDefinitionNode;
  /** The fragments by name. Null for a fragment without fields to plan. */
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode | null>;
  readonly #maxFields: number;
  /** The number of fields in each selection set. */
  readonly #sizes = new Map<SelectionSetNode, number>();

  /**
   * The number of fields is limited with all fragments expanded: a fragment that is spread twice counts twice.
   * Fragments within fragments can double the number at each level.
   */
  constructor(
    operation: OperationDefinitionNode,
    fragments: ReadonlyMap<string, FragmentDefinitionNode | null>,
    maxFields: number,
  ) {
    this.#operation = operation;
    this.#fragments = fragments;
    this.#maxFields = maxFields;
  }

  /**
   * Writes a document with these fields, with the fragments that they spread and the variables that they use. Variables
   * have the plan's names.
   * @throws OperationTooLarge
   */
  write(selections: readonly SelectionNode[]): string {
    const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections };
    if (this.#sizeOf(selectionSet) > this.#maxFields) {
      throw new OperationTooLarge(`The operation asks for more than ${this.#maxFields} fields.`);
    }
    const fragments = new Map<string, FragmentDefinitionNode>();
    const variables = new Set<string>();
    const { operation, variableDefinitions = [], directives = [] } = this.#operation;
    for (const node of [selectionSet, ...directives]) {
      this.#collectUses(node, fragments, variables);
    }
    const document: DocumentNode = {
      kind: Kind.DOCUMENT,
      definitions: [
        {
          kind: Kind.OPERATION_DEFINITION,
          operation,
          directives,
          selectionSet,
          variableDefinitions: variableDefinitions.filter(({ variable }) =>
            variables.has(variable.name.value),
          ),
        },
        ...fragments.values(),
      ],
    };
    const renamed = visit(document, {
      Variable: (node) => ({ ...node, name: { ...node.name, value: planVariableOf(node.name.value) } }),
    });
    return print(renamed);
  }

  #sizeOf(selectionSet: SelectionSetNode): number {
    const counted = this.#sizes.get(selectionSet);
    if (counted !== undefined) {
      return counted;
    }
    let size = 0;
    for (const selection of selectionSet.selections) {
      const below =
        selection.kind === Kind.FRAGMENT_SPREAD
          ? this.#fragments.get(selection.name.value)?.selectionSet
          : selection.selectionSet;
      size += (selection.kind === Kind.FIELD ? 1 : 0) + (below === undefined ? 0 : this.#sizeOf(below));
    }
    this.#sizes.set(selectionSet, size);
    return size;
  }

  /** Collects the fragments and the variables that a selection set uses, directly or through other fragments. */
  #collectUses(
    node: SelectionSetNode | DirectiveNode,
    fragments: Map<string, FragmentDefinitionNode>,
    variables: Set<string>,
  ): void {
    visit<ASTNode>(node, {
      Variable: ({ name }) => {
        variables.add(name.value);
      },
      FragmentSpread: ({ name }) => {
        const fragment = this.#fragments.get(name.value);
        if (fragment != null && !fragments.has(name.value)) {
          fragments.set(name.value, fragment);
          this.#collectUses(fragment.selectionSet, fragments, variables);
        }
      },
    });
  }
}
