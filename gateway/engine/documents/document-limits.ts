/**
 * Limits on a document, such as the number of its fields and their depth. They are checked once per document, before
 * validation, because the time of validation grows with the document. Each fragment is measured once, and its result is
 * added wherever the fragment is spread. A fragment that is never spread would not be measured, but validation would
 * still compare its fields. So a document with such a fragment is rejected.
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
  NoFragmentCyclesRule,
  NoUnusedFragmentsRule,
  type OperationDefinitionNode,
  OperationTypeNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  type Token,
  TokenKind,
  type ValidationContext,
  type ValidationRule,
  validate,
} from 'graphql';
import type { Limits } from '../../limits.ts';
import { incrementalRules } from './incremental-rules.ts';
import { noConditionalSubscriptionRule } from './subscription-rules.ts';

/**
 * A way to compute a number from a selection set, bottom up. For example, `field: (inner) => 1 + inner, combine: max`
 * computes the depth.
 */
interface Measure {
  /** Computes the number of a field. `inner` is the number of its selection set, or 0 for a leaf. */
  field(inner: number, node: FieldNode): number;
  /** Returns the number that a field, an inline fragment or a spread adds. Default: 0. */
  selection?(node: SelectionNode): number;
  /** Computes the number of a selection set from the numbers of its selections. */
  combine(numbers: readonly number[]): number;
  /** True: measure only introspection fields. False: measure only the other fields. Default: false. */
  readonly introspection?: boolean;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const max = (numbers: readonly number[]): number => numbers.reduce((a, b) => Math.max(a, b), 0);

/**
 * The maximum number of pairs of fields that validation compares. Sixty fragments with the same field make 60 · 59 / 2
 * = 1,770 pairs.
 */
const maxComparisons = 10_000;

/** The maximum depth of nested brackets of any kind. */
const maxBracketDepth = 500;

/**
 * A document that is rejected before validation. Like Mercurius's own error for an invalid document, it has `errors`.
 */
export class InvalidDocument extends Error {
  override readonly name = 'InvalidDocument';
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super('the document is rejected');
    this.errors = errors;
  }
}

/**
 * Rejects a document that exceeds a limit, has a fragment without a spread, or breaks a rule of `@defer` or of
 * subscriptions. Rejects a mutation if the schema has none. Also rejects a document that is not parsed from `text`: if
 * the text is JSON, Mercurius uses that JSON as a syntax tree without checking it.
 * @throws InvalidDocument with one error.
 */
export function enforceDocumentLimits(
  document: DocumentNode,
  text: string,
  schema: GraphQLSchema,
  limits: Limits,
): void {
  if (!(document?.loc instanceof Location)) {
    throw new InvalidDocument([syntaxErrorOf(text, limits.maxTokens)]);
  }
  if (hasTooDeepBrackets(document.loc)) {
    const message = `The document has brackets within more than ${maxBracketDepth} others.`;
    throw new InvalidDocument([new GraphQLError(message, { extensions: { code: 'OPERATION_TOO_LARGE' } })]);
  }
  const rules = [
    knownOperationTypesRule,
    NoUnusedFragmentsRule,
    ...limitRules(limits),
    ...incrementalRules,
    noConditionalSubscriptionRule,
  ];
  const errors = validate(schema, document, rules, { maxErrors: 1 });
  if (errors.length > 0) {
    throw new InvalidDocument(errors.slice(0, 1));
  }
}

const bracketLevels: Partial<Record<TokenKind, 1 | -1>> = {
  [TokenKind.BRACE_L]: 1,
  [TokenKind.BRACKET_L]: 1,
  [TokenKind.PAREN_L]: 1,
  [TokenKind.BRACE_R]: -1,
  [TokenKind.BRACKET_R]: -1,
  [TokenKind.PAREN_R]: -1,
};

/**
 * Selection sets, values and types of variables are nested in brackets. They are read by recursion, here and in
 * graphql-js, so too many levels would overflow the stack.
 */
function hasTooDeepBrackets({ startToken }: Location): boolean {
  let levels = 0;
  for (
    let token: Token | null = startToken;
    token !== null && levels <= maxBracketDepth;
    token = token.next
  ) {
    levels += bracketLevels[token.kind] ?? 0;
  }
  return levels > maxBracketDepth;
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

/**
 * Rejects mutations if the schema has none (GraphQL, section 5.2.1.1). graphql-js has this rule only since version 17.
 * Version 16 accepts a mutation with any fields. The engine itself rejects subscriptions if the schema has none.
 */
function knownOperationTypesRule(context: ValidationContext): ASTVisitor {
  return {
    OperationDefinition(node: OperationDefinitionNode) {
      const { operation } = node;
      if (
        operation !== OperationTypeNode.SUBSCRIPTION &&
        context.getSchema().getRootType(operation) == null
      ) {
        const message = `The ${operation} operation is not supported by the schema.`;
        context.reportError(new GraphQLError(message, { nodes: node }));
      }
      return false;
    },
  };
}

function limitRules(limits: Limits): readonly ValidationRule[] {
  return [
    limitRule(
      { field: (inner) => 1 + inner, combine: sum },
      limits.maxFields,
      (limit) => `asks for more than ${limit} fields`,
      'OPERATION_TOO_LARGE',
    ),
    limitRule(
      { field: (inner) => 1 + inner, combine: max },
      limits.maxDepth,
      (limit) => `is more than ${limit} fields deep`,
    ),
    limitRule(
      { field: () => 1, combine: sum },
      limits.maxRootFields,
      (limit) => `asks for more than ${limit} root fields`,
    ),
    limitRule(
      { field: (inner, { alias }) => inner + (alias === undefined ? 0 : 1), combine: sum },
      limits.maxAliases,
      (limit) => `has more than ${limit} aliases`,
    ),
    limitRule(
      {
        field: (inner) => inner,
        selection: ({ directives = [] }) => directives.length,
        combine: sum,
      },
      limits.maxDirectives,
      (limit) => `has more than ${limit} directives`,
    ),
    limitRule(
      { field: (inner) => 1 + inner, combine: sum, introspection: true },
      limits.maxIntrospectionFields,
      (limit) =>
        limit === 0
          ? 'asks for the schema, but introspection is disabled here'
          : `asks for more than ${limit} fields of the schema`,
    ),
    (context) => comparisonsRule(context, limits.maxFields + limits.maxIntrospectionFields),
  ];
}

/**
 * Rejects an operation for which validation would compare too many pairs of fields. `maxFields` bounds the counting if a
 * fragment spreads itself.
 */
function comparisonsRule(context: ValidationContext, maxFields: number): ASTVisitor {
  return {
    OperationDefinition(node: OperationDefinitionNode) {
      if (new ComparisonCounter(context, maxFields).count([node.selectionSet]) > maxComparisons) {
        const message = 'The operation selects the same fields too often.';
        // If a fragment spreads itself below a field, the number of fields is infinite. The error is then about the
        // cycle.
        const [cycle] = validate(context.getSchema(), context.getDocument(), [NoFragmentCyclesRule]);
        context.reportError(
          cycle ?? new GraphQLError(message, { nodes: node, extensions: { code: 'OPERATION_TOO_LARGE' } }),
        );
      }
      return false;
    },
  };
}

/**
 * Counts the pairs of fields that have the same response key at the same path. The rule OverlappingFieldsCanBeMerged
 * (GraphQL, section 5.3.2) compares each pair. `{ a { x } a { x } a { x } }` has three pairs of `a` and three of `x`.
 */
class ComparisonCounter {
  readonly #context: ValidationContext;
  readonly #maxFields: number;
  #fields = 0;

  constructor(context: ValidationContext, maxFields: number) {
    this.#context = context;
    this.#maxFields = maxFields;
  }

  /**
   * Counts the pairs of fields in `sets`, which apply to the same object, and in the selection sets below them.
   * Infinity as soon as a limit is exceeded.
   */
  count(sets: readonly SelectionSetNode[]): number {
    const setsByKey = new Map<string, SelectionSetNode[]>();
    const fieldsByKey = new Map<string, number>();
    const spreadNames = new Set<string>();
    const collect = ({ selections }: SelectionSetNode): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.FIELD) {
          this.#fields += 1;
          const key = (selection.alias ?? selection.name).value;
          fieldsByKey.set(key, (fieldsByKey.get(key) ?? 0) + 1);
          if (selection.selectionSet !== undefined) {
            const sameKeySets = setsByKey.get(key);
            if (sameKeySets === undefined) {
              setsByKey.set(key, [selection.selectionSet]);
            } else {
              sameKeySets.push(selection.selectionSet);
            }
          }
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          collect(selection.selectionSet);
        } else if (!spreadNames.has(selection.name.value)) {
          spreadNames.add(selection.name.value);
          const fragment = this.#context.getFragment(selection.name.value);
          if (fragment != null) {
            collect(fragment.selectionSet);
          }
        }
      }
    };
    sets.forEach(collect);
    let comparisons = sum([...fieldsByKey.values()].map((fields) => (fields * (fields - 1)) / 2));
    for (const sameKeySets of setsByKey.values()) {
      if (this.#fields > this.#maxFields || comparisons > maxComparisons) {
        return Number.POSITIVE_INFINITY;
      }
      comparisons += this.count(sameKeySets);
    }
    return comparisons;
  }
}

/**
 * Rejects an operation whose `measure` is more than `limit`. `describe` returns the rest of a message that begins with
 * "The operation".
 */
function limitRule(
  measure: Measure,
  limit: number,
  describe: (limit: number) => string,
  code = 'GRAPHQL_VALIDATION_FAILED',
): ValidationRule {
  return (context: ValidationContext): ASTVisitor => {
    const measureSet = createMeasurer(context, measure);
    return {
      OperationDefinition(node: OperationDefinitionNode) {
        if (measureSet(node.selectionSet) > limit) {
          context.reportError(
            new GraphQLError(`The operation ${describe(limit)}.`, { nodes: node, extensions: { code } }),
          );
        }
        return false;
      },
    };
  };
}

/**
 * Returns a function that measures a selection set. It measures each fragment only once. A fragment that contains
 * itself counts as 0 inside itself, because validation rejects it later.
 */
function createMeasurer(
  context: ValidationContext,
  { field, selection: measureSelection = () => 0, combine, introspection = false }: Measure,
): (set: SelectionSetNode) => number {
  const measuredFragments = new Map<FragmentDefinitionNode, number>();
  const measureFragment = (
    fragment: FragmentDefinitionNode | null | undefined,
    inSchema: boolean,
  ): number => {
    if (fragment == null) {
      return 0;
    }
    const measured = measuredFragments.get(fragment);
    if (measured !== undefined) {
      return measured;
    }
    measuredFragments.set(fragment, 0);
    const number = measureSet(fragment.selectionSet, inSchema);
    measuredFragments.set(fragment, number);
    return number;
  };
  const measureNode = (node: SelectionNode, inSchema: boolean): number => {
    switch (node.kind) {
      case Kind.INLINE_FRAGMENT:
        return measureSet(node.selectionSet, inSchema);
      case Kind.FRAGMENT_SPREAD:
        return measureFragment(context.getFragment(node.name.value), inSchema);
      case Kind.FIELD: {
        const isIntrospection = inSchema || node.name.value === '__schema' || node.name.value === '__type';
        const inner = node.selectionSet === undefined ? 0 : measureSet(node.selectionSet, isIntrospection);
        return isIntrospection === introspection ? field(inner, node) : inner;
      }
      default: {
        const unreachable: never = node;
        return unreachable;
      }
    }
  };
  const measureSet = (set: SelectionSetNode, inSchema: boolean): number =>
    combine(set.selections.map((node) => measureNode(node, inSchema) + measureSelection(node)));
  return (set) => measureSet(set, false);
}
