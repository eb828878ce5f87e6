import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  type VariableDefinitionNode,
} from 'graphql';
import { conditionVariablesOf, coordinatesIn, fragmentsOf } from '../executor/index.ts';
import { liftLiterals } from './literals.ts';
import { type Compiling, createVariant, type Variant } from './operation-variant.ts';
import { WeightedCache } from './weighted-cache.ts';

/** An operation without its literals, with what every way of compiling it shares. */
interface KnownOperation {
  readonly text: string;
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The variables that decide conditions. */
  readonly conditions: readonly string[];
  /** The coordinates that can deny something of the operation. */
  readonly coordinates: ReadonlySet<string>;
  /** By what is denied and how the conditions come out. */
  readonly variants: Map<string, Variant>;
}

/** An operation as a document has it. */
export interface RequestedOperation {
  readonly known: KnownOperation;
  readonly kind: OperationDefinitionNode['operation'];
  /** The client's own. */
  readonly variableDefinitions: readonly VariableDefinitionNode[];
  /** The values of the literals that became variables. */
  readonly literals: Readonly<Record<string, unknown>>;
}

/**
 * Characters of operations that variants are kept of, and as many again of operations. A variant takes some ninety times
 * its operation's text.
 */
const keptText = 1_000_000;
/** What a variant of the shortest operation weighs beside its text. */
const leastWeight = 100;

/** Knows operations again, whatever literals and other operations stand in their documents. Bounded. */
export class Operations {
  readonly #compiling: Compiling;
  /** The host bounds the documents that it keeps; what is known of one goes with it. */
  readonly #requested = new WeakMap<DocumentNode, Map<string | undefined, RequestedOperation>>();
  readonly #known = new Map<string, KnownOperation>();
  readonly #keptOperations = new WeightedCache(keptText);
  readonly #keptVariants = new WeightedCache(keptText);

  constructor(compiling: Compiling) {
    this.#compiling = compiling;
  }

  /** Undefined where the document has no such operation, or several and no name is given. */
  find(document: DocumentNode, name: string | undefined): RequestedOperation | undefined {
    const operations = this.#requested.get(document);
    const before = operations?.get(name);
    if (before !== undefined) {
      this.#keptOperations.touch(before.known);
      return before;
    }
    const definition = getOperationAST(document, name);
    if (definition == null) {
      return undefined;
    }
    const { schema } = this.#compiling;
    const { text, values } = liftLiterals(document, definition, schema);
    const requested: RequestedOperation = {
      known: this.#know(text, schema),
      kind: definition.operation,
      variableDefinitions: definition.variableDefinitions ?? [],
      literals: values,
    };
    if (operations === undefined) {
      this.#requested.set(document, new Map([[name, requested]]));
    } else {
      operations.set(name, requested);
    }
    return requested;
  }

  #know(text: string, schema: GraphQLSchema): KnownOperation {
    const before = this.#known.get(text);
    if (before !== undefined) {
      this.#keptOperations.touch(before);
      return before;
    }
    // Parsed anew: nodes with locations would keep the text that the client sent.
    const document = parse(text, { noLocation: true });
    const definition = getOperationAST(document);
    if (definition == null) {
      throw new Error('an operation was lost while its literals were lifted');
    }
    const known: KnownOperation = {
      text,
      definition,
      fragments: fragmentsOf(document.definitions),
      conditions: conditionVariablesOf(document),
      coordinates: coordinatesIn(document, schema),
      variants: new Map(),
    };
    this.#known.set(text, known);
    this.#keptOperations.add(known, text.length, () => this.#known.delete(text));
    return known;
  }

  /**
   * `denied` are all coordinates that the caller may not have; `random`, from 0 to below 1, is drawn for the request.
   * Throws `OperationTooLarge`.
   */
  variant(
    { text, definition, fragments, conditions, coordinates, variants }: KnownOperation,
    variables: Readonly<Record<string, unknown>>,
    denied: Iterable<string>,
    random: number,
  ): Variant {
    const { overridePercentages } = this.#compiling.planner;
    const outcome = conditions.map((name) => (variables[name] === true ? '+' : '-')).join('');
    const deniedHere = [...denied].filter((coordinate) => coordinates.has(coordinate)).sort();
    const percentage = random * 100;
    const share = overridePercentages.filter((threshold) => threshold <= percentage).length;
    const key = `${outcome} ${share} ${deniedHere.join(' ')}`;
    const before = variants.get(key);
    if (before !== undefined) {
      this.#keptVariants.touch(before);
      return before;
    }
    const values = new Map(conditions.map((name) => [name, variables[name] === true]));
    const source = {
      definition,
      fragments,
      conditions: values,
      denied: new Set(deniedHere),
      percentage,
    };
    const variant = createVariant(source, this.#compiling);
    variants.set(key, variant);
    this.#keptVariants.add(variant, text.length + leastWeight, () => variants.delete(key));
    return variant;
  }
}
