import {
  type DirectiveNode,
  type DocumentNode,
  Kind,
  parse,
  parseType,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql';
import type { RandomQuery } from '../support/random-query.ts';

/** Whether a fragment with this directive is deferred, by the variables of its condition. */
const conditions = { later: true, atOnce: false };

/**
 * The same operation, with `@defer` in random places: on its fragments, on fragments around random selections, and on
 * fragments with a second copy of random selections, so that blocks overlap.
 */
export function withRandomDefer({ query, variables }: RandomQuery, random: () => number): RandomQuery {
  const writer = new DeferWriter(random);
  const document = writer.write(parse(query, { noLocation: true }));
  return { query: print(document), variables: { ...variables, ...writer.variables } };
}

class DeferWriter {
  readonly variables: Record<string, boolean> = {};
  readonly #random: () => number;
  #labels = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  write(document: DocumentNode): DocumentNode {
    const written: DocumentNode = visit(document, {
      SelectionSet: {
        leave: (set, _key, parent) => {
          const isRootOfMutation =
            parent !== undefined && 'operation' in parent && parent.operation === 'mutation';
          return isRootOfMutation ? this.#atOnce(set) : this.#wrapped(set);
        },
      },
      InlineFragment: { leave: (node) => ({ ...node, directives: this.#directives(node.directives, 0.3) }) },
      FragmentSpread: { leave: (node) => ({ ...node, directives: this.#directives(node.directives, 0.3) }) },
    });
    return visit(written, {
      OperationDefinition: (node) => ({
        ...node,
        variableDefinitions: [...(node.variableDefinitions ?? []), ...this.#definitions()],
      }),
    });
  }

  /** The root fields of a mutation can't be deferred. */
  #atOnce({ selections, ...set }: SelectionSetNode): SelectionSetNode {
    return {
      ...set,
      selections: selections.map((selection) =>
        selection.kind === Kind.FIELD
          ? selection
          : { ...selection, directives: withoutDefer(selection.directives) },
      ),
    };
  }

  #wrapped(set: SelectionSetNode): SelectionSetNode {
    const drawn = this.#random();
    if (drawn > 0.4) {
      return set;
    }
    const isChosen = set.selections.map(() => this.#random() < 0.5);
    const chosen = set.selections.filter((_, index) => isChosen[index]);
    const others = drawn < 0.1 ? set.selections : set.selections.filter((_, index) => !isChosen[index]);
    // A second copy of a fragment with @defer would have its label twice.
    const copied: readonly SelectionNode[] = drawn < 0.1 ? chosen.map(withoutLabels) : chosen;
    if (copied.length === 0) {
      return set;
    }
    const fragment: SelectionNode = {
      kind: Kind.INLINE_FRAGMENT,
      directives: this.#directives([], 1),
      selectionSet: { kind: Kind.SELECTION_SET, selections: copied },
    };
    const at = Math.floor(this.#random() * (others.length + 1));
    return { ...set, selections: [...others.slice(0, at), fragment, ...others.slice(at)] };
  }

  #directives(directives: readonly DirectiveNode[] = [], chance: number): readonly DirectiveNode[] {
    return this.#random() < chance ? [...withoutDefer(directives), this.#defer()] : directives;
  }

  #defer(): DirectiveNode {
    const args: string[] = [];
    if (this.#random() < 0.5) {
      this.#labels += 1;
      args.push(`label: "label ${this.#labels}"`);
    }
    const drawn = this.#random();
    if (drawn < 0.1) {
      args.push('if: false');
    } else if (drawn < 0.2) {
      args.push('if: true');
    } else if (drawn < 0.4) {
      const name = drawn < 0.35 ? 'later' : 'atOnce';
      this.variables[name] = conditions[name];
      args.push(`if: $${name}`);
    }
    return directiveOf(`@defer${args.length === 0 ? '' : `(${args.join(', ')})`}`);
  }

  #definitions(): readonly VariableDefinitionNode[] {
    return Object.keys(this.variables).map((name) => ({
      kind: Kind.VARIABLE_DEFINITION,
      variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
      type: parseType('Boolean!', { noLocation: true }),
    }));
  }
}

const withoutDefer = (directives: readonly DirectiveNode[] = []) =>
  directives.filter(({ name }) => name.value !== 'defer');

const withoutLabels = (selection: SelectionNode): SelectionNode =>
  visit(selection, {
    Argument: (node) => (node.name.value === 'label' && isLabel(node.value) ? null : undefined),
  });

const isLabel = ({ kind, ...value }: { readonly kind: Kind; readonly value?: unknown }): boolean =>
  kind === Kind.STRING && String(value.value).startsWith('label ');

function directiveOf(text: string): DirectiveNode {
  const [operation] = parse(`{ ... ${text} { a } }`, { noLocation: true }).definitions;
  const selection =
    operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections[0] : null;
  const directive = selection?.directives?.[0];
  if (directive === undefined) {
    throw new Error(`${text} is no directive`);
  }
  return directive;
}
