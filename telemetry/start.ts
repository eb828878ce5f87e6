import { readTelemetryConfig } from './config.ts';
import type { Telemetry, TelemetryOptions } from './telemetry.ts';

/**
 * Starts what the `OTEL_*` variables ask for. Without them it loads nothing, and the calls of `@opentelemetry/api` in the
 * program do nothing. To be started before whatever makes spans, and disposed of after it.
 * @throws Error whose message names every variable that is wrong.
 */
export async function startTelemetry(env: NodeJS.ProcessEnv, options: TelemetryOptions): Promise<Telemetry> {
  await using resources = new AsyncDisposableStack();
  const { traces } = readTelemetryConfig(env);
  if (traces !== null) {
    // The SDK takes tens of milliseconds and megabytes to load.
    const { startTraces } = await import('./traces.ts');
    resources.use(startTraces(traces, options));
  }
  return resources.move();
}
