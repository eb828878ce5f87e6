import {
  context as contexts,
  SpanKind,
  TraceFlags,
  type Tracer,
  type TracerProvider,
  trace,
} from '@opentelemetry/api';
import {
  type IdGenerator,
  RandomIdGenerator,
  type Sampler,
  SamplingDecision,
} from '@opentelemetry/sdk-trace';

const random = new RandomIdGenerator();

/**
 * Makes random ids. If the sampler needs a trace's id before the SDK makes it, the tracer chooses the id, and stores it
 * in `next`.
 */
export class TraceIds implements IdGenerator {
  /** The id of the next trace. Null means a random id. */
  next: string | null = null;

  generateTraceId(): string {
    const id = this.next ?? random.generateTraceId();
    this.next = null;
    return id;
  }

  generateSpanId(): string {
    return random.generateSpanId();
  }
}

/**
 * Tracers that ask the sampler first. The SDK's own tracers first make ids, check attributes, and count spans. That is
 * wasted work for a request that is not recorded.
 *
 * Below a parent that is not recorded, no span is made. The parent is returned instead.
 *
 * @param sdk makes the spans that are recorded, with the same `sampler` and `ids`
 * @param sampler must decide only by the parent and the id of the trace
 */
export function createSamplerFirstTracers(
  sdk: TracerProvider,
  sampler: Sampler,
  ids: TraceIds,
): TracerProvider {
  const tracers = new Map<string, Tracer>();
  return {
    getTracer(name, version, options) {
      let tracer = tracers.get(name);
      if (tracer === undefined) {
        tracer = samplerFirst(sdk.getTracer(name, version, options), sampler, ids);
        tracers.set(name, tracer);
      }
      return tracer;
    },
  };
}

function samplerFirst(tracer: Tracer, sampler: Sampler, ids: TraceIds): Tracer {
  return {
    startSpan(name, options = {}, context = contexts.active()) {
      const parent = trace.getSpan(context);
      const inherited = parent?.spanContext();
      const traceId = inherited?.traceId ?? random.generateTraceId();
      const { kind = SpanKind.INTERNAL } = options;
      const { decision } = sampler.shouldSample(context, traceId, name, kind, {}, []);
      if (decision !== SamplingDecision.NOT_RECORD) {
        ids.next = inherited === undefined ? traceId : null;
        return tracer.startSpan(name, options, context);
      }
      if (parent !== undefined && inherited?.traceFlags === TraceFlags.NONE) {
        return parent;
      }
      return trace.wrapSpanContext({
        traceId,
        spanId: random.generateSpanId(),
        traceFlags: TraceFlags.NONE,
      });
    },
    startActiveSpan: tracer.startActiveSpan.bind(tracer),
  };
}
