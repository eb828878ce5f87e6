/**
 * What a document may ask, as validation rules: checked once, before anything is planned, and kept with the document.
 * Fragments count wherever they are spread, and are measured once each.
 */
import {
  type ASTVisitor,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
} from 'graphql';
import type { Limits } from './limits.ts';

/** How a figure of a selection set comes about. */
interface Measure {
  /** Of a field, by the figure of what is selected in it. */
  field(inner: number, node: FieldNode): number;
  /** Of anything selected, beside what is in it. */
  selection?(node: SelectionNode): number;
  join(figures: readonly number[]): number;
  /** Whether fields that ask of the schema are meant, or all others. */
  readonly introspection?: boolean;
}

const sum = (figures: readonly number[]): number => figures.reduce((total, figure) => total + figure, 0);
const most = (figures: readonly number[]): number => figures.reduce((a, b) => Math.max(a, b), 0);

/** The rules, for the host's validation. */
export function documentLimits(limits: Limits): readonly ValidationRule[] {
  return [
    rule(
      { field: (inner) => 1 + inner, join: most },
      limits.maxDepth,
      (max) => `is more than ${max} fields deep`,
    ),
    rule(
      { field: () => 1, join: sum },
      limits.maxRootFields,
      (max) => `asks for more than ${max} root fields`,
    ),
    rule(
      { field: (inner, { alias }) => inner + (alias === undefined ? 0 : 1), join: sum },
      limits.maxAliases,
      (max) => `has more than ${max} aliases`,
    ),
    rule(
      {
        field: (inner) => inner,
        selection: ({ directives = [] }) => directives.length,
        join: sum,
      },
      limits.maxDirectives,
      (max) => `has more than ${max} directives`,
    ),
    rule(
      { field: (inner) => 1 + inner, join: sum, introspection: true },
      limits.maxIntrospectionFields,
      (max) =>
        max === 0
          ? 'asks of the schema, which is not told here'
          : `asks for more than ${max} fields of the schema`,
    ),
  ];
}

/** Refuses an operation whose figure is more than `max`; `says` finishes the sentence "The operation …". */
function rule(measure: Measure, max: number, says: (max: number) => string): ValidationRule {
  return (context: ValidationContext): ASTVisitor => {
    const figureOf = measuring(context, measure);
    return {
      OperationDefinition(node: OperationDefinitionNode) {
        if (figureOf(node.selectionSet) > max) {
          context.reportError(new GraphQLError(`The operation ${says(max)}.`, { nodes: node }));
        }
        return false;
      },
    };
  };
}

/** A fragment is measured once; one within itself, which is not valid anyway, counts nothing there. */
function measuring(
  context: ValidationContext,
  { field, selection: ofSelection = () => 0, join, introspection = false }: Measure,
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
  const ofNode = (node: SelectionNode, within: boolean): number => {
    switch (node.kind) {
      case Kind.INLINE_FRAGMENT:
        return ofSet(node.selectionSet, within);
      case Kind.FRAGMENT_SPREAD:
        return ofFragment(context.getFragment(node.name.value), within);
      case Kind.FIELD: {
        const inside = within || node.name.value === '__schema' || node.name.value === '__type';
        const inner = node.selectionSet === undefined ? 0 : ofSet(node.selectionSet, inside);
        return inside === introspection ? field(inner, node) : inner;
      }
      default: {
        const missed: never = node;
        return missed;
      }
    }
  };
  const ofSet = (set: SelectionSetNode, within: boolean): number =>
    join(set.selections.map((node) => ofNode(node, within) + ofSelection(node)));
  return (set) => ofSet(set, false);
}
