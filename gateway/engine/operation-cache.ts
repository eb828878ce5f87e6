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

/** An operation without its literals, and what all variants of it share. */
interface CachedOperation {
  /** The operation and its fragments, printed. The key in the cache. */
  readonly text: string;
  /** The first 16 hexadecimal digits of the text's SHA-256. */
  readonly hash: string;
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Names of the variables in `@skip` and `@include`. */
  readonly conditions: readonly string[];
  /** The coordinates in the operation, `Type` and `Type.field`. Only denials of these matter to it. */
  readonly coordinates: ReadonlySet<string>;
  /** How urgent it is for a caller with a token. */
  readonly callClass: CallClass;
  /** By the values of the conditions, the number of overrides that are off, and the denied coordinates. */
  readonly variants: Map<string, OperationVariant>;
}

/** An operation of one document. */
export interface RequestedOperation {
  readonly cached: CachedOperation;
  /** As the client named it. */
  readonly name: string | null;
  readonly kind: OperationDefinitionNode['operation'];
  /** The variables that the client declared. */
  readonly variableDefinitions: readonly VariableDefinitionNode[];
  /** The coerced values of the literals, by the names of the variables that replace them. */
  readonly literals: Readonly<Record<string, unknown>>;
}

/**
 * Total characters of the texts of cached operations. The variants have the same bound of their own, for the texts of
 * their operations. A variant takes about ninety times the memory of its operation's text, so a million characters are
 * about 90 MB.
 */
export const maxTextLength = 1_000_000;
/** Hexadecimal digits. Enough to tell apart all operations that a graph will ever see. */
const hashLength = 16;
/** Weight of a variant beside its text, in characters: what a variant of the shortest operation takes. */
const variantBaseWeight = 100;

/**
 * Caches operations by their text without literals, and the plans of each. A request finds its plan in three steps,
 * each cached:
 *
 * 1. a document and an operation's name give the operation, while the host keeps the parsed document;
 * 2. its text without literals gives the cached operation, no matter which document it came in;
 * 3. the caller's denials and the values of the conditions give the variant, which has the plan.
 *
 * Before and after: `{ item(itemNumber: "1") { title } }` and `{ item(itemNumber: "2") { title } }` are two documents,
 * parsed and validated twice. Both become `query ($literal0: ID!) { item(itemNumber: $literal0) { title } }`, with
 * different `literals`. So they are one cached operation, and planned once.
 */
export class OperationCache {
  readonly #context: CompilationContext;
  /** The host bounds the number of documents that it keeps. An entry here is collected with its document. */
  readonly #requested = new WeakMap<DocumentNode, Map<string | undefined, RequestedOperation>>();
  readonly #operations: FairCache<string, CachedOperation>;
  /** Bounds the variants of all operations together. Each operation has a map of its own variants. */
  readonly #variants: FairCache<OperationVariant, OperationVariant>;
  readonly #classOfFields: (coordinates: Iterable<string>) => CallClass;

  /** `classOfFields`: the class of an operation with these coordinates. `maxLength`: total characters of texts. */
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
   * Undefined if the document has no operation of that name, or has several and no name is given. `caller`: the caches
   * share their space among callers; null if callers are not told apart.
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
    // Parsed again without locations, because nodes with locations would keep the client's text in memory.
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
   * The variant of an operation for one request.
   * @param denied all coordinates that the caller may not read, including those that the operation does not have.
   * @param random from 0 to below 1, drawn for the request; decides each `@override(label: "percent(N)")`.
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
