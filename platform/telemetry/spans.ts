/**
 * Spans of a trace, through the API of OpenTelemetry. Nothing here makes an object where OpenTelemetry's SDK has not been started
 * (`telemetry/` does that), or where the request is not recorded.
 *
 * No name and no attribute may hold a value of a person (R30): give them names of operations and systems, counts and codes.
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
  /** `client` for a call to another process. */
  readonly kind?: 'client' | 'internal';
  readonly attributes?: Attributes;
}

const kinds = { client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Looked up each time: a tracer that is kept would still use the first SDK after that has stopped. */
const tracer = () => trace.getTracer('patron-graph');

/** Whether the SDK has started. */
export const areTracesOn = (): boolean => propagation.fields().length > 0;

/**
 * The place of a piece of work in a trace. The gateway passes it as an argument: `AsyncLocalStorage` would slow its requests, which
 * are the cheapest of all. Subgraphs, adapters and edges use the active one.
 */
export type TraceContext = Context;

const isRecordedIn = (traceContext: TraceContext): boolean =>
  trace.getSpan(traceContext)?.isRecording() === true;

/** The id of the trace that is active, recorded or not; undefined where traces are off. */
export const activeTraceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

/**
 * Runs `work` in a span below the active one, and makes the new span the active one meanwhile. In a request that is not recorded
 * there is no span, and `work` is given undefined. If `work` fails, the span has `error.type`, which `errorTypeOf` names. The error's
 * message is left out, because it may contain values.
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

/** As `inSpan`, but below the span of `parent`, and the new span does not become active. `parent` is null where traces are off. */
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

/** Runs `work` with this trace context as the active one. It is null where traces are off. */
export const inTraceContext = <Result>(traceContext: TraceContext | null, work: () => Result): Result =>
  traceContext === null ? work() : context.with(traceContext, work);

/** Adds a span below that of `parent` that has ended already. Times are those of `performance.now()`, in ms. */
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

/** A request that this process serves, in the trace that its caller began, or in a new one. */
export interface ServedRequest {
  readonly span: Span;
  /** The context of everything that is done for the request. */
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
 * Runs `work` for a message of a protocol that carries no trace, unlike HTTP: a new trace begins with its span. Where traces are off
 * there is no span, and `work` is given undefined.
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

/** The headers that continue a trace in another process; none where traces are off. By default the active one. */
export function traceHeaders(
  traceContext: TraceContext = context.active(),
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  propagation.inject(traceContext, headers);
  return headers;
}
