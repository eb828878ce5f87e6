/**
 * Spans of a trace, through the API of OpenTelemetry. Without its SDK, which `telemetry/` starts, and in a request that is not
 * recorded, nothing here makes an object.
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

export interface SpanDescription {
  readonly name: string;
  /** `client` for a call to another process. */
  readonly kind?: 'client' | 'internal';
  readonly attributes?: Attributes;
}

const kinds = { client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Asked for anew, because a tracer that was asked for before the SDK starts stays with it when it stops. */
const tracer = () => trace.getTracer('patron-graph');

/** Whether the SDK has started. */
export const areTracesOn = (): boolean => propagation.fields().length > 0;

/** Whether the request that this is done for is recorded. */
const isRecorded = (): boolean => trace.getActiveSpan()?.isRecording() === true;

/** The id of the trace that is active, recorded or not; undefined where traces are off. */
export const activeTraceId = (): string | undefined => trace.getActiveSpan()?.spanContext().traceId;

/**
 * Does work within a span below the active one, which is active meanwhile. Only does the work where the request is not
 * recorded: `span` is undefined then. A failure is in the span as `error.type`, by the name that `errorTypeOf` has for it. Its
 * message is left out, because messages may hold values.
 *
 * ```ts
 * await inSpan({ name: 'graphql.plan' }, () => variant.plan());
 * ```
 */
export function inSpan<Result>(
  description: SpanDescription,
  work: (span: Span | undefined) => Promise<Result>,
  errorTypeOf: (error: unknown) => string = nameOfError,
): Promise<Result> {
  return isRecorded() ? recorded(description, work, errorTypeOf) : work(undefined);
}

async function recorded<Result>(
  { name, kind = 'internal', attributes = {} }: SpanDescription,
  work: (span: Span) => Promise<Result>,
  errorTypeOf: (error: unknown) => string,
): Promise<Result> {
  const span = tracer().startSpan(name, { kind: kinds[kind], attributes });
  try {
    return await context.with(trace.setSpan(context.active(), span), () => work(span));
  } catch (error) {
    markFailed(span, errorTypeOf(error));
    throw error;
  } finally {
    span.end();
  }
}

/** A span of the active one that has ended already. Times as `performance.now()` gives them, in ms. */
export function addEndedSpan(name: string, startedAt: number, endedAt: number): void {
  if (isRecorded()) {
    tracer().startSpan(name, { startTime: startedAt }).end(endedAt);
  }
}

export function markFailed(span: Span, errorType: string): void {
  span.setAttribute('error.type', errorType);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** The name of an error's class. */
export const nameOfError = (error: unknown): string => (error instanceof Error ? error.name : typeof error);

/** A request that this process serves, in the trace that its caller began, or in a new one. */
export interface ServedRequest {
  readonly span: Span;
  /** The context in which everything is done for the request. */
  readonly context: Context;
}

/** Begins the span of a request. The sampler decides whether it is recorded. */
export function beginServerSpan(name: string, headers: object, attributes: Attributes): ServedRequest {
  const remote = propagation.extract(ROOT_CONTEXT, headers);
  const span = tracer().startSpan(name, { kind: SpanKind.SERVER, attributes }, remote);
  return { span, context: trace.setSpan(remote, span) };
}

/** The headers that continue the active trace in another process; none where traces are off. */
export function traceHeaders(): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}
