import type { FragmentDefinitionNode, OperationDefinitionNode, VariableDefinitionNode } from 'graphql';
import type { CallClass } from '../../../platform/priority/call-classes.ts';
import type { IncrementalFormat } from '../../executor/index.ts';
import type { OperationVariant } from './operation-variant.ts';

/**
 * An operation without its literals, and its variants. A variant is the operation as it is planned for some requests.
 */
export interface CachedOperation {
  /** The operation and its fragments, printed. This text is the key in the cache. */
  readonly text: string;
  /** The first 16 hexadecimal digits of the SHA-256 of `text`. */
  readonly hash: string;
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Names of the variables in `@skip` and `@include`. */
  readonly conditions: readonly string[];
  /** Names of the variables in the conditions of `@defer`. Null if the operation has no `@defer`. */
  readonly deferConditions: readonly string[] | null;
  /**
   * The coordinates in the operation: `Type` and `Type.field`. The operation changes for a caller only if one of these
   * is denied.
   */
  readonly coordinates: ReadonlySet<string>;
  /** The urgency of the operation for a caller with a token. */
  readonly callClass: CallClass;
  /**
   * The variants, each by a key with the data on which its plan depends:
   * - the values of the variables in `@skip` and `@include`
   * - the number of `@override`s that are off because of their percentage
   * - the labels of the `@override`s that are on
   * - the denied coordinates
   * If the answer may be delivered in parts, the key begins with the format and the values of the variables in
   * `@defer`.
   */
  readonly variants: Map<string, OperationVariant>;
}

/** The parts of a request that decide which variant of an operation it gets. */
export interface AskedVariant {
  readonly variables: Readonly<Record<string, unknown>>;
  /** All coordinates that the caller may not read, including coordinates that are not in the operation. */
  readonly denied: Iterable<string>;
  /** A random number from 0 to below 1, drawn for the request. It decides each `@override(label: "percent(N)")`. */
  readonly random: number;
  /** The labels of the overrides that are on, except percentages. Labels that the supergraph lacks are ignored. */
  readonly labels: readonly string[];
  /** The format for an answer in parts (`@defer`). Null if the answer is delivered as a whole. */
  readonly format: IncrementalFormat | null;
}

/** One operation of a client's document. */
export interface DocumentOperation {
  readonly cached: CachedOperation;
  /** The operation's name in the client's document. */
  readonly name: string | null;
  readonly kind: OperationDefinitionNode['operation'];
  /** The variables that the client declared. */
  readonly variableDefinitions: readonly VariableDefinitionNode[];
  /** The coerced values of the literals, by the names of the variables that replace them. */
  readonly literals: Readonly<Record<string, unknown>>;
}
