import { type Context, type TextMapGetter, type TextMapPropagator, trace } from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';

/**
 * W3C Trace Context without `tracestate`, and without baggage. A client may write any text into these two headers, and
 * the text would reach subgraphs and the collector (R30). `traceparent` has only hexadecimal digits.
 */
export class TraceparentPropagator implements TextMapPropagator {
  readonly #w3c = new W3CTraceContextPropagator();

  inject(...args: Parameters<TextMapPropagator['inject']>): void {
    this.#w3c.inject(...args);
  }

  extract(context: Context, carrier: unknown, getter: TextMapGetter): Context {
    const extracted = this.#w3c.extract(context, carrier, getter);
    const spanContext = trace.getSpanContext(extracted);
    if (spanContext?.traceState === undefined) {
      return extracted;
    }
    const { traceState: _, ...rest } = spanContext;
    return trace.setSpanContext(extracted, rest);
  }

  fields(): string[] {
    return ['traceparent'];
  }
}
