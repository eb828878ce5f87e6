/**
 * What a document may ask: checked once, before it is validated, for that costs more the more is asked. Fragments count
 * wherever they are spread, and are measured once each.
 */
import {
  type ASTVisitor,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  Location,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  type ValidationContext,
  type ValidationRule,
  validate,
} from 'graphql';
import type { Limits } from '../limits.ts';

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

/** Fields with their fragments spread out; the executor bounds those that are left to plan in the same way. */
const maxFields = 1000;

/** Pairs of fields that validation compares. Sixty fragments that all select the same thing make 1,770. */
const maxComparisons = 10_000;

/** A document that is refused before it is validated; told in the way in which Mercurius tells of invalid ones. */
class DocumentRefused extends Error {
  override readonly name = 'DocumentRefused';
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super('the document is refused');
    this.errors = errors;
  }
}

/**
 * Throws a `DocumentRefused` for a document that asks too much of a gateway that has these limits, and for one that was
 * not parsed of `text`: what is no GraphQL, Mercurius takes for a syntax tree where it is JSON.
 */
export function refuseEarly(
  document: DocumentNode,
  text: string,
  schema: GraphQLSchema,
  limits: Limits,
): void {
  if (!(document?.loc instanceof Location)) {
    throw new DocumentRefused([syntaxErrorOf(text, limits.maxTokens)]);
  }
  const errors = validate(schema, document, documentLimits(limits), { maxErrors: 1 });
  if (errors.length > 0) {
    throw new DocumentRefused(errors.slice(0, 1));
  }
}

function syntaxErrorOf(text: string, maxTokens: number): GraphQLError {
  try {
    parse(text, { maxTokens });
  } catch (error) {
    if (error instanceof GraphQLError) {
      return error;
    }
    throw error;
  }
  throw new Error('a document that can be parsed was taken for a syntax tree');
}

function documentLimits(limits: Limits): readonly ValidationRule[] {
  return [
    rule(
      { field: (inner) => 1 + inner, join: sum },
      maxFields,
      (max) => `asks for more than ${max} fields`,
      'OPERATION_TOO_LARGE',
    ),
    notTooOften,
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

/** Refuses an operation in which validation would have too many pairs of fields to compare. */
function notTooOften(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node: OperationDefinitionNode) {
      if (new Comparisons(context).of([node.selectionSet]) > maxComparisons) {
        const message = 'The operation selects the same fields too often.';
        context.reportError(
          new GraphQLError(message, { nodes: node, extensions: { code: 'OPERATION_TOO_LARGE' } }),
        );
      }
      return false;
    },
  };
}

/**
 * Counts the pairs of fields that will be one field of the answer, at each place of the answer: whether they agree is
 * compared pair by pair. `{ a { x } a { x } a { x } }` has three of `a` and three of `x`.
 */
class Comparisons {
  readonly #context: ValidationContext;
  #fields = 0;

  constructor(context: ValidationContext) {
    this.#context = context;
  }

  /** Of what is selected at one place by all of these. Infinite where there are more fields than an operation may have. */
  of(sets: readonly SelectionSetNode[]): number {
    const below = new Map<string, SelectionSetNode[]>();
    const counts = new Map<string, number>();
    const spread = new Set<string>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          this.#fields += 1;
          const key = (selection.alias ?? selection.name).value;
          counts.set(key, (counts.get(key) ?? 0) + 1);
          if (selection.selectionSet !== undefined) {
            const others = below.get(key);
            if (others === undefined) {
              below.set(key, [selection.selectionSet]);
            } else {
              others.push(selection.selectionSet);
            }
          }
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          collect(selection.selectionSet);
        } else if (!spread.has(selection.name.value)) {
          spread.add(selection.name.value);
          const fragment = this.#context.getFragment(selection.name.value);
          if (fragment != null) {
            collect(fragment.selectionSet);
          }
        }
      }
    };
    sets.forEach(collect);
    let comparisons = sum([...counts.values()].map((count) => (count * (count - 1)) / 2));
    for (const each of below.values()) {
      if (this.#fields > maxFields || comparisons > maxComparisons) {
        return Number.POSITIVE_INFINITY;
      }
      comparisons += this.of(each);
    }
    return comparisons;
  }
}

/** Refuses an operation whose figure is more than `max`; `says` finishes the sentence "The operation …". */
function rule(
  measure: Measure,
  max: number,
  says: (max: number) => string,
  code = 'GRAPHQL_VALIDATION_FAILED',
): ValidationRule {
  return (context: ValidationContext): ASTVisitor => {
    const figureOf = measuring(context, measure);
    return {
      OperationDefinition(node: OperationDefinitionNode) {
        if (figureOf(node.selectionSet) > max) {
          context.reportError(
            new GraphQLError(`The operation ${says(max)}.`, { nodes: node, extensions: { code } }),
          );
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
