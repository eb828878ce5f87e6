/**
 * Spans of a trace, through the API of OpenTelemetry. Without OpenTelemetry's SDK (`telemetry/` starts it), and for
 * requests that are not recorded, the functions cost almost nothing.
 *
 * No name and no attribute may contain personal data (R30). Use names of operations and systems, counts and codes.
 */
import {
  type Attributes,
  type Context,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api';
import { nameOfError } from './describe-error.ts';

export interface SpanDescription {
  readonly name: string;
  /** `client` is for a call to another process. */
  readonly kind?: 'client' | 'internal';
  readonly attributes?: Attributes;
}

const kinds = { client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** The tracer is looked up each time. A stored tracer would still use the first SDK after it has stopped. */
const tracer = () => trace.getTracer('patron-graph');

/** Whether OpenTelemetry's SDK has started. */
export const areTracesOn = (): boolean => propagation.fields().length > 0;

/**
 * The place of a piece of work in a trace. The gateway passes the context as an argument, because `AsyncLocalStorage`
 * would slow its short requests too much. Subgraphs, adapters and edges use the active context.
 */
export type TraceContext = Context;

const isRecordedIn = (traceContext: TraceContext): boolean =>
  trace.getSpan(traceContext)?.isRecording() === true;

/** The id of the active trace, recorded or not. Undefined if traces are off. */
export const activeTraceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

/**
 * Runs `work` in a span below the active one. The new span is the active one while `work` runs. If the request is not
 * recorded, there is no span, and `work` gets undefined. If `work` fails, the span gets the attribute `error.type` from
 * `errorTypeOf`. The error's message is left out, because it may contain personal data.
 *
 * ```ts
 * await inSpan({ name: 'load patrons' }, () => load(keys));
 * ```
 */
export function inSpan<Result>(
  description: SpanDescription,
  work: (span: Span | undefined) => Promise<Result>,
  errorTypeOf: (error: unknown) => string = nameOfError,
): Promise<Result> {
  const active = context.active();
  return isRecordedIn(active)
    ? recorded(active, description, (span, inner) => context.with(inner, () => work(span)), errorTypeOf)
    : work(undefined);
}

/**
 * Like `inSpan`, but the parent is passed as an argument, and the new span does not become active. `parent` is null if
 * traces are off.
 */
export function inSpanBelow<Result>(
  parent: TraceContext | null,
  description: SpanDescription,
  work: (traceContext: TraceContext | null) => Promise<Result>,
  errorTypeOf: (error: unknown) => string = nameOfError,
): Promise<Result> {
  return parent !== null && isRecordedIn(parent)
    ? recorded(parent, description, (_span, inner) => work(inner), errorTypeOf)
    : work(parent);
}

async function recorded<Result>(
  parent: TraceContext,
  { name, kind = 'internal', attributes = {} }: SpanDescription,
  work: (span: Span, inner: TraceContext) => Promise<Result>,
  errorTypeOf: (error: unknown) => string,
): Promise<Result> {
  const span = tracer().startSpan(name, { kind: kinds[kind], attributes }, parent);
  try {
    return await work(span, trace.setSpan(parent, span));
  } catch (error) {
    markFailed(span, errorTypeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Runs `work` in the first span of a new trace. The span has a link to the span of `cause`, which is null if traces are
 * off. Each event of a stream has its own trace, because a stream may stay open for ever.
 */
export async function inLinkedSpan<Result>(
  { name, attributes = {} }: Omit<SpanDescription, 'kind'>,
  cause: TraceContext | null,
  work: (traceContext: TraceContext | null) => Promise<Result>,
): Promise<Result> {
  if (cause === null) {
    return await work(null);
  }
  const causing = trace.getSpan(cause)?.spanContext();
  const links = causing === undefined ? [] : [{ context: causing }];
  const span = tracer().startSpan(name, { attributes, links, root: true });
  try {
    return await work(trace.setSpan(ROOT_CONTEXT, span));
  } catch (error) {
    markFailed(span, nameOfError(error));
    throw error;
  } finally {
    span.end();
  }
}

/** Runs `work` with this trace context as the active one. `traceContext` is null if traces are off. */
export const inTraceContext = <Result>(traceContext: TraceContext | null, work: () => Result): Result =>
  traceContext === null ? work() : context.with(traceContext, work);

/** Adds a span that has ended already, below the span of `parent`. Both times are from `performance.now()`, in ms. */
export function addEndedSpan(
  parent: TraceContext | null,
  name: string,
  startedAt: number,
  endedAt: number,
): void {
  if (parent !== null && isRecordedIn(parent)) {
    tracer().startSpan(name, { startTime: startedAt }, parent).end(endedAt);
  }
}

export function markFailed(span: Span, errorType: string): void {
  span.setAttribute('error.type', errorType);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** A request that this process answers, in the trace of its caller or in a new trace. */
export interface ServedRequest {
  readonly span: Span;
  /** The context of all work for the request. */
  readonly traceContext: TraceContext;
}

/** Begins the span of a request. The sampler decides whether it is recorded. */
export function beginServerSpan(name: string, headers: object, attributes: Attributes): ServedRequest {
  const remote = propagation.extract(ROOT_CONTEXT, headers);
  const span = tracer().startSpan(name, { kind: SpanKind.SERVER, attributes }, remote);
  const traceContext = span === trace.getSpan(remote) ? remote : trace.setSpan(remote, span);
  return { span, traceContext };
}

/**
 * Runs `work` for a message of a protocol that carries no trace, unlike HTTP. The message's span begins a new trace. If
 * traces are off, there is no span, and `work` gets undefined.
 */
export async function inFirstSpan<Result>(
  name: string,
  attributes: Attributes,
  work: (span: Span | undefined) => Promise<Result>,
): Promise<Result> {
  if (!areTracesOn()) {
    return await work(undefined);
  }
  const served = beginServerSpan(name, {}, attributes);
  try {
    return await context.with(served.traceContext, () => work(served.span));
  } catch (error) {
    markFailed(served.span, nameOfError(error));
    throw error;
  } finally {
    served.span.end();
  }
}

/**
 * Returns the headers that continue a trace in another process. The default is the active trace. Empty if traces are
 * off.
 */
export function traceHeaders(
  traceContext: TraceContext = context.active(),
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  propagation.inject(traceContext, headers);
  return headers;
}
