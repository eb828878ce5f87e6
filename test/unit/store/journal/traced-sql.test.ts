import { trace } from '@opentelemetry/api';
import { afterEach, expect, test, vi } from 'vitest';
import { startTelemetry } from '../../../../telemetry/start.ts';
import { createJournalFile } from '../../../fault/notices/sending.ts';
import { startOtlpReceiver } from '../../../support/telemetry/otlp-receiver.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

test('what asks the database nothing is no span, and is answered at once, also in a recorded request', async () => {
  await using receiver = await startOtlpReceiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.endpoint);
  vi.stubEnv('OTEL_EXPORTER_OTLP_PROTOCOL', 'http/json');
  {
    const log = { warn: vi.fn() };
    await using _ = await startTelemetry(process.env, { service: 'test', version: '1', log });
    await using file = await createJournalFile();
    await trace.getTracer('test').startActiveSpan('a request', async (request) => {
      await file.journal.now();
      expect(file.journal.connections()).toBeNull();
      request.end();
    });
  }
  expect(receiver.spans.map(({ name }) => name).sort()).toEqual(['a request', 'journal now']);
});
