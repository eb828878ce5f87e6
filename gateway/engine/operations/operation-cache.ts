import { hash } from 'node:crypto';
import { type DocumentNode, type GraphQLSchema, getOperationAST, parse } from 'graphql';
import { FairCache } from '../../../platform/caches/fair-cache.ts';
import type { CacheStats } from '../../../platform/caches/weighted-cache.ts';
import type { CallClass } from '../../../platform/priority/call-classes.ts';
import {
  conditionVariablesOf,
  coordinatesIn,
  DeferDirectives,
  deferVariablesOf,
  fragmentsOf,
} from '../../executor/index.ts';
import type { AskedVariant, CachedOperation, DocumentOperation } from './cached-operation.ts';
import type { KnownOperation } from './known-operations.ts';
import { extractLiterals } from './literals.ts';
import {
  type CompilationContext,
  createOperationVariant,
  type OperationVariant,
} from './operation-variant.ts';

/**
 * The maximum number of characters in the texts of the cached operations, for callers with a token. The cache of
 * variants has the same maximum. A variant counts with the text of its operation, and takes about ninety times the
 * text's memory. So a million characters are about 90 MB.
 */
export const maxTextLength = 1_000_000;
/** The number of hexadecimal digits in a hash. 16 digits distinguish all operations that a graph will ever get. */
const hashLength = 16;
/** Added to the size of each variant, in characters. Even the variant of a very short operation takes memory. */
const variantBaseWeight = 100;

/**
 * Caches operations by their text without literals, and the plans of each operation. A request finds its plan in three
 * cached steps:
 *
 * 1. The parsed document and the operation's name give the operation. This entry lives as long as the host keeps the
 *    parsed document.
 * 2. The operation's text without literals gives the cached operation. Different documents may contain the same
 *    operation.
 * 3. The denied coordinates, the values of `@skip` and `@include`, and the `@override`s that are on give the variant.
 *    The variant has the plan.
 *
 * Example: `{ item(itemNumber: "1") { title } }` and `{ item(itemNumber: "2") { title } }` are two documents, parsed
 * and validated separately. Both become `query ($literal0: ID!) { item(itemNumber: $literal0) { title } }`, with
 * different `literals`. So they are one cached operation, and planned once.
 */
export class OperationCache {
  readonly #context: CompilationContext;
  /**
   * The operations of each document, by name. An entry is garbage-collected together with its document. The host bounds
   * the number of documents that it keeps.
   */
  readonly #requested = new WeakMap<DocumentNode, Map<string | undefined, DocumentOperation>>();
  readonly #operations: FairCache<string, CachedOperation>;
  /** Bounds the memory for the variants of all operations. Requests find a variant in `CachedOperation.variants`. */
  readonly #variants: FairCache<OperationVariant, OperationVariant>;
  readonly #classOfFields: (coordinates: Iterable<string>) => CallClass;

  /**
   * `classOfFields` returns the call class of an operation with these coordinates. `maxLength` is the maximum number of
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
   * Returns undefined if the document has no operation of that name, or has several and no name is given. `caller` is
   * the key by which the caches divide their space. It is null if the gateway doesn't distinguish callers.
   */
  find(
    document: DocumentNode,
    name: string | undefined,
    caller: string | null,
  ): DocumentOperation | undefined {
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
    const requested: DocumentOperation = {
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

  /** Returns the requested variants of a document's operations. */
  known(document: DocumentNode): readonly KnownOperation[] {
    return [...(this.#requested.get(document)?.values() ?? [])].flatMap(({ cached, name }) =>
      [...cached.variants.values()].map(({ source: { conditions, defer, denied, percentage, labels } }) => ({
        name,
        conditions: Object.fromEntries([...conditions, ...(defer?.conditions ?? [])]),
        denied: [...denied],
        percentage,
        labels: [...labels],
        format: defer?.format ?? null,
      })),
    );
  }

  /**
   * Plans an operation of a document before any request for it. Blocks the event loop while it plans. Does nothing if
   * the document doesn't have the operation. Rejects as `OperationVariant.plan` does.
   */
  async prepare(
    document: DocumentNode,
    { name, conditions: variables, percentage, ...asked }: KnownOperation,
  ): Promise<void> {
    const requested = this.find(document, name ?? undefined, null);
    const { schema } = this.#context;
    if (requested !== undefined && schema.getRootType(requested.kind) != null) {
      const random = percentage / 100;
      await this.variant(requested.cached, { ...asked, variables, random }, null).plan(null);
    }
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
      hash: hash('sha256', text, 'hex').slice(0, hashLength),
      definition,
      fragments: fragmentsOf(document.definitions),
      conditions: conditionVariablesOf(document),
      deferConditions: deferVariablesOf(document),
      coordinates,
      callClass: this.#classOfFields(coordinates),
      variants: new Map(),
    };
    this.#operations.set(text, operation, caller, { weight: text.length });
    return operation;
  }

  /**
   * Returns the variant of an operation for one request.
   * @throws OperationTooLarge
   */
  variant(
    { text, definition, fragments, conditions, deferConditions, coordinates, variants }: CachedOperation,
    { variables, denied, random, labels: labelsOn, format }: AskedVariant,
    caller: string | null,
  ): OperationVariant {
    const { overridePercentages, overrideLabels } = this.#context.planner;
    const conditionKey = conditions.map((name) => (variables[name] === true ? '+' : '-')).join('');
    const deniedHere = [...denied].filter((coordinate) => coordinates.has(coordinate)).sort();
    const percentage = random * 100;
    const overridesOff = overridePercentages.filter((bound) => bound <= percentage).length;
    const isWhole = format === null || deferConditions === null;
    const deferred = isWhole
      ? null
      : new Map(deferConditions.map((name) => [name, variables[name] !== false]));
    const deferKey = deferred === null ? '' : `${format} ${[...deferred.values()]} `;
    const labels =
      labelsOn.length === 0 ? labelsOn : overrideLabels.filter((label) => labelsOn.includes(label));
    const labelKey =
      labels.length === 0 ? '' : overrideLabels.map((label) => (labels.includes(label) ? '+' : '-')).join('');
    const key = `${deferKey}${conditionKey} ${overridesOff}${labelKey} ${deniedHere.join(' ')}`;
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
      defer: format === null || deferred === null ? null : new DeferDirectives(format, deferred),
      denied: new Set(deniedHere),
      percentage,
      labels,
    };
    const variant = createOperationVariant(source, this.#context);
    variants.set(key, variant);
    const onEvict = () => variants.delete(key);
    this.#variants.set(variant, variant, caller, { weight: text.length + variantBaseWeight, onEvict });
    return variant;
  }
}
