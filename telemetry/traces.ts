/** Sets up OpenTelemetry's SDK for traces. This file is loaded only if traces are on. */
import { setTimeout } from 'node:timers/promises';
import { context, DiagLogLevel, diag, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { OTLPTraceExporter as OtlpJsonExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { OTLPTraceExporter as OtlpProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto';
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import type { SamplerName, TracesConfig } from './config.ts';
import { createSamplerFirstTracers, TraceIds } from './sampler-first-tracers.ts';
import type { Telemetry, TelemetryOptions } from './telemetry.ts';
import { TraceparentPropagator } from './traceparent-propagator.ts';

/** Time for the last export when the process stops, in ms. A collector that hangs must not hold up the process. */
const lastExportMs = 3000;

const samplerOf: Readonly<Record<SamplerName, (ratio: number) => Sampler>> = {
  always_on: () => new AlwaysOnSampler(),
  always_off: () => new AlwaysOffSampler(),
  traceidratio: (ratio) => new TraceIdRatioBasedSampler(ratio),
  parentbased_always_on: () => new ParentBasedSampler({ root: new AlwaysOnSampler() }),
  parentbased_always_off: () => new ParentBasedSampler({ root: new AlwaysOffSampler() }),
  parentbased_traceidratio: (ratio) => new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
};

/**
 * Sets the global tracer provider, context manager, propagator and diagnostic logger. Disposing of the result exports
 * the remaining spans, and then unsets all four.
 */
export function startTraces(
  { protocol, sampler: samplerName, ratio, batch }: TracesConfig,
  { service, version, log }: TelemetryOptions,
): Telemetry {
  const warn = (message: string) => log.warn({ message }, 'telemetry');
  const ignore = () => undefined;
  diag.setLogger(
    { error: warn, warn, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  // The detectors of host and process are not used: they would export the command line and the account's name.
  const resource = resourceFromAttributes({
    'service.name': service,
    'service.version': version,
    'service.instance.id': crypto.randomUUID(),
  }).merge(detectResources({ detectors: [envDetector] }));
  const exporter = protocol === 'http/json' ? new OtlpJsonExporter() : new OtlpProtobufExporter();
  const sampler = samplerOf[samplerName](ratio);
  const ids = new TraceIds();
  const provider = new TracerProvider({
    resource,
    sampler,
    idGenerator: ids,
    spanProcessors: [new BatchSpanProcessor({ exporter, ...batch })],
  });
  trace.setGlobalTracerProvider(createSamplerFirstTracers(provider, sampler, ids));
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new TraceparentPropagator());
  return {
    async [Symbol.asyncDispose]() {
      const tooLate = setTimeout(lastExportMs, 'too late', { ref: false });
      if ((await Promise.race([provider.shutdown().catch(ignore), tooLate])) === 'too late') {
        warn('the last spans could not be exported in time');
      }
      trace.disable();
      context.disable();
      propagation.disable();
      diag.disable();
    },
  };
}
