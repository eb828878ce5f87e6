/**
 * Opens a subscription's stream of events (GraphQL, section 6.2.3).
 *
 * `subscription { bookAdded { title price } }`, where *books* has `bookAdded` and `title`, and *shop* has `price`:
 *
 *     open    books   subscription { bookAdded { __typename id title } }
 *     event   books   { bookAdded: { __typename: 'Book', id: '1', title: 'Ulysses' } }
 *     fetch   shop    { _entities(…) { ... on Book { price } } }
 *     next            { data: { bookAdded: { title: 'Ulysses', price: 12 } } }
 *
 * Fields that the caller may not read are denied in each event, as in a query.
 */
import { Kind, type SelectionSetNode } from 'graphql';
import { inLinkedSpan } from '../../../platform/telemetry/spans.ts';
import {
  type CompiledOperation,
  executePlan,
  type FetchSubgraph,
  noDenials,
  SubgraphFailure,
  type SubgraphRequest,
  sourceRequest,
} from '../../executor/index.ts';
import { PlanningError } from '../../planner/index.ts';
import type { UpstreamListener } from '../../transport/streams/stream-transport.ts';
import {
  type AskContext,
  type AskedOperation,
  chooseVariant,
  decideOn,
  type EngineRequest,
  readOperation,
  rejection,
  rejectionFor,
  tooCostly,
} from '../asked-operation.ts';
import { evaluateCost } from '../cost/cost-expression.ts';
import { OperationReport } from '../operation-report.ts';
import type { CachedOperation } from '../operations/cached-operation.ts';
import type { OperationVariant } from '../operations/operation-variant.ts';
import { type GraphQLResult, rateLimited } from '../request.ts';
import { planInTurn, type RunContext } from '../run-operation.ts';
import { EventFetches } from './event-fetches.ts';
import type { SharedStreams, StreamSource } from './shared-streams.ts';
import type { Subscribed } from './stream.ts';

export interface StreamRequest extends Omit<EngineRequest, 'fetch' | 'shared' | 'incremental'> {
  /**
   * All data of the caller on which an event may depend, as one text. Callers with equal texts may share a stream of a
   * subgraph. Null if this stream must not be shared.
   */
  readonly identity: string | null;
  /** Whether streams of a subgraph are shared. Default: the streams of all subgraphs are shared. */
  readonly isShared?: (subgraph: string) => boolean;
  /** Opens the stream of a subgraph. @throws SubgraphFailure */
  readonly open: (
    request: SubgraphRequest,
    listener: UpstreamListener,
    signal: AbortSignal,
    report: OperationReport,
  ) => Promise<void>;
  /** Creates the function that calls subgraphs for one event. */
  readonly fetchForEvent: (report: OperationReport, signal: AbortSignal) => FetchSubgraph;
  /** Called with a defect of the gateway while an event is answered. */
  readonly onDefect: (error: unknown) => void;
}

export interface StreamContext extends RunContext, AskContext {
  readonly maxCost: number;
  readonly streams: SharedStreams;
  /** The longest time for the requests that one event needs, in ms. */
  readonly maxEventMs: number;
}

export async function subscribe(
  request: StreamRequest,
  signal: AbortSignal,
  context: StreamContext,
): Promise<Subscribed> {
  const read = readOperation({ ...request, fetch: noFetch, shared: null }, context, { isStream: true });
  if (read.kind === 'refused') {
    return read;
  }
  const { asked } = read;
  if (isDeferred(asked)) {
    return refused(rejection('OPERATION_NOT_SUPPORTED', noDefer));
  }
  const deciding = decideOn(request, asked);
  const decided = deciding === null ? null : await deciding;
  if (decided?.kind === 'refused') {
    return refused(rejection(decided.refusal.code, decided.refusal.message));
  }
  try {
    const variant = chooseVariant(request, decided, asked, context);
    const decidedRequest = decided === null ? request : { ...request, denied: decided.denied };
    return await openStream(variant, asked, decidedRequest, signal, context);
  } catch (error) {
    return refused(error instanceof SubgraphFailure ? notOpened(error) : rejectionFor(error));
  }
}

const noFetch: FetchSubgraph = ({ subgraph }) =>
  Promise.reject(new Error(`the subgraph ${subgraph} was asked before there was an event`));

const noDefer = 'A subscription can\'t have "@defer", unless "if" switches it off.';

/**
 * Whether the request switches `@defer` on. In a subscription, validation allows `@defer` only if its `if` is `false`
 * or a variable. So only variables are checked.
 */
const isDeferred = ({ operation, variables }: AskedOperation): boolean =>
  (operation.cached.deferConditions ?? []).some((name) => variables[name] !== false);

const refused = (result: GraphQLResult): Subscribed => ({ kind: 'refused', result });

function notOpened({ message, code, subgraph }: SubgraphFailure): GraphQLResult {
  return { errors: [{ message, extensions: { code, service: subgraph } }] };
}

async function openStream(
  variant: OperationVariant,
  asked: AskedOperation,
  request: StreamRequest,
  signal: AbortSignal,
  context: StreamContext,
): Promise<Subscribed> {
  const { variables, report } = asked;
  const { planning, maxCost, streams } = context;
  const cost = evaluateCost(variant.cost, variables);
  report.estimatedCost = cost;
  if (cost > maxCost) {
    return refused(tooCostly(cost, maxCost));
  }
  const waitMs =
    request.allowance?.admit({
      kind: 'query',
      callClass: report.callClass,
      cost,
      isParsed: report.parsingMs !== null,
      isNew: variant.planned === undefined && !planning.has(variant),
    }) ?? 0;
  if (waitMs > 0) {
    return refused(rateLimited(waitMs));
  }
  const { compiled } = variant.planned ?? (await planInTurn(variant, request, report, context));
  report.steps = compiled.steps;
  const source = sourceIn(compiled, variables);
  if (source === null) {
    return refused(await deniedAnswer(compiled, variables, request));
  }
  const type = context.schema.getSubscriptionType();
  const field = rootFieldOf(asked.operation.cached);
  const isContinuable = type?.getFields()[field]?.args.some(({ name }) => name === 'after') ?? false;
  const key =
    request.identity === null || isContinuable || request.isShared?.(source.subgraph) === false
      ? null
      : `${variant.id} ${JSON.stringify(variables)} ${request.identity}`;
  const events = await streams.subscribe(
    key,
    { isContinuable, ...streamSource(compiled, source, asked, request, context) },
    signal,
  );
  const rootField = `${type?.name}.${field}`;
  return { kind: 'stream', events, rootField, subgraph: source.subgraph, cost };
}

/** The name of the one root field. It may be in a fragment. */
function rootFieldOf({ definition, fragments }: CachedOperation): string {
  const nameIn = ({ selections }: SelectionSetNode): string => {
    const [first] = selections;
    switch (first?.kind) {
      case Kind.FIELD:
        return first.name.value;
      case Kind.INLINE_FRAGMENT:
        return nameIn(first.selectionSet);
      case Kind.FRAGMENT_SPREAD: {
        const fragment = fragments.get(first.name.value);
        return fragment === undefined ? '' : nameIn(fragment.selectionSet);
      }
      default:
        return '';
    }
  };
  return nameIn(definition.selectionSet);
}

/**
 * Returns the request that opens the stream of the subgraph. Null if the caller may not read the root field.
 * @throws PlanningError if the root field would need several streams
 */
function sourceIn(
  compiled: CompiledOperation,
  variables: Readonly<Record<string, unknown>>,
): SubgraphRequest | null {
  try {
    return sourceRequest(compiled, variables);
  } catch (error) {
    throw new PlanningError(error, '');
  }
}

/** The errors of a root field that the caller may not read. */
async function deniedAnswer(
  compiled: CompiledOperation,
  variables: Readonly<Record<string, unknown>>,
  { denied = noDenials }: StreamRequest,
): Promise<GraphQLResult> {
  const { errors } = await executePlan(compiled, { variables, fetch: noFetch, denied });
  return { errors };
}

function streamSource(
  compiled: CompiledOperation,
  source: SubgraphRequest,
  { variables, report: opening }: AskedOperation,
  { denied = noDenials, open, fetchForEvent, onDefect }: StreamRequest,
  { maxAnswerBytes: maxBytes, maxEventMs, streams }: StreamContext,
): Omit<StreamSource, 'isContinuable'> {
  return {
    open: (listener, signal) => open(source, listener, signal, opening),
    failed: onDefect,
    answer: (response, signal) =>
      inLinkedSpan(eventSpan, opening.traceContext, async (traceContext) => {
        const fetches = new EventFetches(streams.turns, maxEventMs, signal, (limited) => {
          const report = new OperationReport({ isExplained: false, traceContext });
          report.name = opening.name;
          report.type = opening.type;
          report.hash = opening.hash;
          report.callClass = 'live';
          return fetchForEvent(report, limited);
        });
        const fetch: FetchSubgraph = (request) =>
          request.kind === 'subscription' ? Promise.resolve(response) : fetches.fetch(request);
        try {
          return await executePlan(compiled, { variables, fetch, denied, maxBytes });
        } finally {
          fetches.end();
        }
      }),
  };
}

const eventSpan = { name: 'graphql.event' };
