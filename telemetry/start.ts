import { readTelemetryConfig } from './config.ts';
import type { Telemetry, TelemetryOptions } from './telemetry.ts';

/**
 * Starts traces if the `OTEL_*` variables turn them on. Otherwise the SDK is not loaded, and the program's calls of
 * `@opentelemetry/api` do nothing. Start telemetry before any code that makes spans, and dispose of it last.
 * @throws Error whose message names the variables that are wrong.
 */
export async function startTelemetry(env: NodeJS.ProcessEnv, options: TelemetryOptions): Promise<Telemetry> {
  await using resources = new AsyncDisposableStack();
  const { traces } = readTelemetryConfig(env);
  if (traces !== null) {
    // The SDK is loaded only now, because loading takes tens of milliseconds and megabytes.
    const { startTraces } = await import('./traces.ts');
    resources.use(startTraces(traces, options));
  }
  return resources.move();
}
