import { vi } from 'vitest';
import { startTelemetry } from '../../../telemetry/start.ts';
import { startOtlpReceiver } from './otlp-receiver.ts';

/** The exported spans of this process. */
export interface ExportedSpans {
  /** Stops, and resolves to everything that was exported, as text without ids and times. */
  stop(): Promise<string>;
}

/** Records all traces of this process from now on, and exports them as a process in production does. */
export async function exportSpans(): Promise<ExportedSpans> {
  const receiver = await startOtlpReceiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.endpoint);
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
  vi.stubEnv('OTEL_BSP_MAX_QUEUE_SIZE', '100000');
  const warnings: object[] = [];
  const log = { warn: (details: object) => warnings.push(details) };
  const telemetry = await startTelemetry(process.env, { service: 'test', version: '0', log });
  return {
    async stop() {
      await telemetry[Symbol.asyncDispose]();
      await receiver[Symbol.asyncDispose]();
      vi.unstubAllEnvs();
      const exported = [...receiver.bodies.map(utf8), JSON.stringify(warnings)].join('\n');
      return exported.replaceAll(idsAndTimes, '');
    },
  };
}

/** Ids and times are removed, because their digits may equal a secret, such as a telephone number, by accident. */
const idsAndTimes = /"(?:traceId|spanId|parentSpanId|\w*[tT]imeUnixNano)":"[0-9a-f]+"/g;

/** The receiver keeps bytes as Latin-1 characters, because protobuf is not text. */
const utf8 = (body: string): string => Buffer.from(body, 'latin1').toString();
