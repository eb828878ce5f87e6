import { createHash } from 'node:crypto';
import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  type VariableDefinitionNode,
} from 'graphql';
import { FairCache } from '../../platform/caches/fair-cache.ts';
import type { CacheStats } from '../../platform/caches/weighted-cache.ts';
import type { CallClass } from '../../platform/priority/call-classes.ts';
import { conditionVariablesOf, coordinatesIn, fragmentsOf } from '../executor/index.ts';
import { extractLiterals } from './literals.ts';
import {
  type CompilationContext,
  createOperationVariant,
  type OperationVariant,
} from './operation-variant.ts';

/** An operation without its literals, and the data that all its variants share. */
interface CachedOperation {
  /** The operation and its fragments, printed. This is the key in the cache. */
  readonly text: string;
  /** The first 16 hexadecimal digits of the text's SHA-256. */
  readonly hash: string;
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Names of the variables in `@skip` and `@include`. */
  readonly conditions: readonly string[];
  /** The coordinates in the operation: `Type` and `Type.field`. Denials of other coordinates don't affect it. */
  readonly coordinates: ReadonlySet<string>;
  /** The urgency of the operation for a caller with a token. */
  readonly callClass: CallClass;
  /**
   * The key is made of the values of the conditions, the number of overrides that are off, and the denied coordinates.
   */
  readonly variants: Map<string, OperationVariant>;
}

/** One operation of a client's document. */
export interface RequestedOperation {
  readonly cached: CachedOperation;
  /** The operation's name in the client's document. */
  readonly name: string | null;
  readonly kind: OperationDefinitionNode['operation'];
  /** The variables that the client declared. */
  readonly variableDefinitions: readonly VariableDefinitionNode[];
  /** The coerced values of the literals, by the names of the variables that replace them. */
  readonly literals: Readonly<Record<string, unknown>>;
}

/**
 * The maximum number of characters in the texts of all cached operations. The same bound applies separately to the
 * variants, measured by the texts of their operations. A variant takes about ninety times the memory of its operation's
 * text, so a million characters are about 90 MB.
 */
export const maxTextLength = 1_000_000;
/** Number of hexadecimal digits. 16 digits distinguish all operations that a graph will ever get. */
const hashLength = 16;
/** Added to the weight of each variant, in characters: the memory of a variant of the shortest operation. */
const variantBaseWeight = 100;

/**
 * Caches operations by their text without literals, and the plans of each operation. A request finds its plan in three
 * cached steps:
 *
 * 1. A document and an operation's name give the operation, while the host keeps the parsed document.
 * 2. The operation's text without literals gives the cached operation, for every document that contains it.
 * 3. The caller's denials, the values of the conditions and the progressive overrides give the variant, which has the
 *    plan.
 *
 * Example: `{ item(itemNumber: "1") { title } }` and `{ item(itemNumber: "2") { title } }` are two documents, parsed
 * and validated separately. Both become `query ($literal0: ID!) { item(itemNumber: $literal0) { title } }`, with
 * different `literals`. So they are one cached operation, and planned once.
 */
export class OperationCache {
  readonly #context: CompilationContext;
  /**
   * An entry is garbage-collected together with its document. The host bounds the number of documents that it keeps.
   */
  readonly #requested = new WeakMap<DocumentNode, Map<string | undefined, RequestedOperation>>();
  readonly #operations: FairCache<string, CachedOperation>;
  /** Bounds the variants of all operations together. Each operation also has a map of its own variants. */
  readonly #variants: FairCache<OperationVariant, OperationVariant>;
  readonly #classOfFields: (coordinates: Iterable<string>) => CallClass;

  /**
   * `classOfFields` returns the class of an operation with these coordinates. `maxLength` is the maximum number of
   * characters in all texts together.
   */
  constructor(
    context: CompilationContext,
    classOfFields: (coordinates: Iterable<string>) => CallClass,
    maxLength: number,
  ) {
    this.#context = context;
    this.#classOfFields = classOfFields;
    this.#operations = new FairCache(maxLength);
    this.#variants = new FairCache(maxLength);
  }

  get stats(): Readonly<Record<'operations' | 'plans', CacheStats>> {
    return { operations: this.#operations.stats, plans: this.#variants.stats };
  }

  /**
   * Returns undefined if the document has no operation of that name, or has several and no name is given. The caches
   * divide their space among the callers. `caller` is null if the gateway doesn't distinguish callers.
   */
  find(
    document: DocumentNode,
    name: string | undefined,
    caller: string | null,
  ): RequestedOperation | undefined {
    const operations = this.#requested.get(document);
    const found = operations?.get(name);
    if (found !== undefined) {
      this.#operations.get(found.cached.text, caller);
      return found;
    }
    const definition = getOperationAST(document, name);
    if (definition == null) {
      return undefined;
    }
    const { schema } = this.#context;
    const { text, values } = extractLiterals(document, definition, schema);
    const requested: RequestedOperation = {
      cached: this.#operation(text, schema, caller),
      name: definition.name?.value ?? null,
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

  #operation(text: string, schema: GraphQLSchema, caller: string | null): CachedOperation {
    const found = this.#operations.get(text, caller);
    if (found !== undefined) {
      return found;
    }
    // The text is parsed without locations, because nodes with locations would keep the client's text in memory.
    const document = parse(text, { noLocation: true });
    const definition = getOperationAST(document);
    if (definition == null) {
      throw new Error('the operation is missing after its literals were extracted');
    }
    const coordinates = coordinatesIn(document, schema);
    const operation: CachedOperation = {
      text,
      hash: createHash('sha256').update(text).digest('hex').slice(0, hashLength),
      definition,
      fragments: fragmentsOf(document.definitions),
      conditions: conditionVariablesOf(document),
      coordinates,
      callClass: this.#classOfFields(coordinates),
      variants: new Map(),
    };
    this.#operations.set(text, operation, caller, { weight: text.length });
    return operation;
  }

  /**
   * Returns the variant of an operation for one request.
   * @param denied All coordinates that the caller may not read, including coordinates that are not in the operation.
   * @param random A number from 0 to below 1, drawn for the request. It decides each `@override(label: "percent(N)")`.
   * @throws OperationTooLarge
   */
  variant(
    { text, definition, fragments, conditions, coordinates, variants }: CachedOperation,
    variables: Readonly<Record<string, unknown>>,
    denied: Iterable<string>,
    random: number,
    caller: string | null,
  ): OperationVariant {
    const { overridePercentages } = this.#context.planner;
    const conditionKey = conditions.map((name) => (variables[name] === true ? '+' : '-')).join('');
    const deniedHere = [...denied].filter((coordinate) => coordinates.has(coordinate)).sort();
    const percentage = random * 100;
    const overridesOff = overridePercentages.filter((bound) => bound <= percentage).length;
    const key = `${conditionKey} ${overridesOff} ${deniedHere.join(' ')}`;
    const found = variants.get(key);
    if (found !== undefined) {
      this.#variants.get(found, caller);
      return found;
    }
    const values = new Map(conditions.map((name) => [name, variables[name] === true]));
    const source = {
      definition,
      fragments,
      conditions: values,
      denied: new Set(deniedHere),
      percentage,
    };
    const variant = createOperationVariant(source, this.#context);
    variants.set(key, variant);
    const onEvict = () => variants.delete(key);
    this.#variants.set(variant, variant, caller, { weight: text.length + variantBaseWeight, onEvict });
    return variant;
  }
}
