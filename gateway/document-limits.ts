/**
 * What a document may ask, as validation rules: checked once, before anything is planned, and kept with the document.
 * Fragments count wherever they are spread, and are measured once each.
 */
import {
  type ASTVisitor,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValidationContext,
} from 'graphql';

/** Fields in fields. `patrons.edges.node.loans.edges.node.credential.status` has eight. */
const maxDepth = 12;
/** Fields at the root, each a request or more to a legacy system. */
const maxRootFields = 20;
/** Fields that ask of the schema itself. What GraphiQL asks has a hundred and fifty. */
const maxIntrospectionFields = 400;

/** The rules, for the host's validation. */
export const documentLimits = [depthRule, rootFieldsRule, introspectionRule];

function depthRule(context: ValidationContext): ASTVisitor {
  const depthOf = measure(context, (inner) => 1 + inner, Math.max);
  return eachOperation(context, ({ selectionSet }) =>
    depthOf(selectionSet) > maxDepth ? `The operation is more than ${maxDepth} fields deep.` : null,
  );
}

function rootFieldsRule(context: ValidationContext): ASTVisitor {
  const countOf = measure(context, () => 1, add);
  return eachOperation(context, ({ selectionSet }) =>
    countOf(selectionSet) > maxRootFields
      ? `The operation asks for more than ${maxRootFields} root fields.`
      : null,
  );
}

function introspectionRule(context: ValidationContext): ASTVisitor {
  const countOf = measure(context, (inner) => 1 + inner, add, { introspection: true });
  return eachOperation(context, ({ selectionSet }) =>
    countOf(selectionSet) > maxIntrospectionFields
      ? `The operation asks for more than ${maxIntrospectionFields} fields of the schema.`
      : null,
  );
}

const add = (...counts: number[]): number => counts.reduce((sum, count) => sum + count, 0);

/**
 * A figure for a selection set: of each field by what is selected in it, then joined. Looks at data alone, or at
 * introspection alone. A fragment is measured once; one within itself, which is not valid anyway, counts nothing there.
 */
function measure(
  context: ValidationContext,
  ofField: (inner: number) => number,
  join: (...figures: number[]) => number,
  { introspection }: { introspection: boolean } = { introspection: false },
): (set: SelectionSetNode) => number {
  const known = new Map<FragmentDefinitionNode | null | undefined, number>();
  const ofFragment = (fragment: FragmentDefinitionNode | null | undefined, within: boolean): number => {
    const before = known.get(fragment);
    if (before !== undefined || fragment == null) {
      return before ?? 0;
    }
    known.set(fragment, 0);
    const figure = ofSet(fragment.selectionSet, within);
    known.set(fragment, figure);
    return figure;
  };
  const ofSet = (set: SelectionSetNode, within: boolean): number =>
    join(
      0,
      ...set.selections.map((selection) => {
        switch (selection.kind) {
          case Kind.INLINE_FRAGMENT:
            return ofSet(selection.selectionSet, within);
          case Kind.FRAGMENT_SPREAD:
            return ofFragment(context.getFragment(selection.name.value), within);
          case Kind.FIELD: {
            const inside = within || selection.name.value.startsWith('__');
            const inner = selection.selectionSet === undefined ? 0 : ofSet(selection.selectionSet, inside);
            return inside === introspection ? ofField(inner) : inner;
          }
          default: {
            const missed: never = selection;
            return missed;
          }
        }
      }),
    );
  return (set) => ofSet(set, false);
}

function eachOperation(
  context: ValidationContext,
  problemOf: (operation: OperationDefinitionNode) => string | null,
): ASTVisitor {
  return {
    OperationDefinition(node) {
      const problem = problemOf(node);
      if (problem !== null) {
        context.reportError(new GraphQLError(problem, { nodes: node }));
      }
      return false;
    },
  };
}
