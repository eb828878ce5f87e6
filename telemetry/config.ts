/** OpenTelemetry's standard variables, as far as this program supports them. docs/configuration.md has the table. */
import { z } from 'zod';
import { httpUrl, readEnvironment, wholeNumber } from '../platform/lifecycle/environment.ts';

const samplerNames = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof samplerNames)[number];

/** The settings of traces: which traces are recorded, and how they are exported. */
export interface TracesConfig {
  readonly protocol: 'http/protobuf' | 'http/json';
  readonly sampler: SamplerName;
  /** The share of traces to record, from 0 to 1, for the samplers that record a share. */
  readonly ratio: number;
  readonly batch: {
    /** Time between two exports, in ms. */
    readonly scheduledDelayMillis: number;
    /** The largest number of spans that wait for an export. Further spans are dropped. */
    readonly maxQueueSize: number;
    readonly maxExportBatchSize: number;
  };
}

export interface TelemetryConfig {
  /** The settings of traces. Null if traces are off. */
  readonly traces: TracesConfig | null;
}

const protocol = z.enum(['http/protobuf', 'http/json'], {
  error: 'must be http/protobuf or http/json: there is no gRPC here',
});
const ratioMessage = 'must be a number from 0 to 1';

const environment = z.object({
  OTEL_SDK_DISABLED: z.string().optional(),
  OTEL_TRACES_EXPORTER: z.enum(['otlp', 'none'], { error: 'must be otlp or none' }).optional(),
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl().optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: httpUrl().optional(),
  OTEL_EXPORTER_OTLP_PROTOCOL: protocol.optional(),
  OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol.optional(),
  OTEL_TRACES_SAMPLER: z
    .enum(samplerNames, { error: `must be one of ${samplerNames.join(', ')}` })
    .default('parentbased_always_on'),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(?:0|1|0?\.\d{1,9}|0\.0|1\.0)$/, ratioMessage)
    .transform(Number)
    .default(1),
  OTEL_BSP_SCHEDULE_DELAY: wholeNumber(10, 600_000).default(5_000),
  OTEL_BSP_MAX_QUEUE_SIZE: wholeNumber(1, 1_000_000).default(2_048),
  OTEL_BSP_MAX_EXPORT_BATCH_SIZE: wholeNumber(1, 100_000).default(512),
});

/** The SDK itself reads these variables, for its exporter and its resource. */
const readByTheSdk = [
  'OTEL_SERVICE_NAME',
  'OTEL_RESOURCE_ATTRIBUTES',
  ...['HEADERS', 'TIMEOUT', 'COMPRESSION', 'CERTIFICATE', 'CLIENT_KEY', 'CLIENT_CERTIFICATE'].flatMap(
    (name) => [`OTEL_EXPORTER_OTLP_${name}`, `OTEL_EXPORTER_OTLP_TRACES_${name}`],
  ),
];

export const telemetryVariables: readonly string[] = [...Object.keys(environment.shape), ...readByTheSdk];

/**
 * Traces are on if an OTLP endpoint is set, or `OTEL_TRACES_EXPORTER=otlp`. Without an endpoint, the spans are exported
 * to the standard port of this machine. `OTEL_TRACES_EXPORTER=none` and `OTEL_SDK_DISABLED=true` turn traces off.
 * @throws Error whose message names the variables that are wrong.
 */
export function readTelemetryConfig(env: NodeJS.ProcessEnv): TelemetryConfig {
  const values = readEnvironment(environment, env);
  const isDisabled = values.OTEL_SDK_DISABLED?.toLowerCase() === 'true';
  const hasEndpoint =
    (values.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? values.OTEL_EXPORTER_OTLP_ENDPOINT) !== undefined;
  const exporter = values.OTEL_TRACES_EXPORTER ?? (hasEndpoint ? 'otlp' : 'none');
  if (isDisabled || exporter === 'none') {
    return { traces: null };
  }
  return {
    traces: {
      protocol:
        values.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL ?? values.OTEL_EXPORTER_OTLP_PROTOCOL ?? 'http/protobuf',
      sampler: values.OTEL_TRACES_SAMPLER,
      ratio: values.OTEL_TRACES_SAMPLER_ARG,
      batch: {
        scheduledDelayMillis: values.OTEL_BSP_SCHEDULE_DELAY,
        maxQueueSize: values.OTEL_BSP_MAX_QUEUE_SIZE,
        maxExportBatchSize: values.OTEL_BSP_MAX_EXPORT_BATCH_SIZE,
      },
    },
  };
}
