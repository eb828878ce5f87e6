import { Pool } from 'undici';
import { openClientTls } from '../../../platform/tls/client.ts';
import { createConnector } from '../../../platform/tls/connector.ts';
import type { DeliveryFailure } from '../../../store/journal/port.ts';
import type { ErrorLog } from '../../runtime/errors.ts';
import type { WebhookEndpoint } from '../endpoints/read-endpoints.ts';
import type { WebhookMessage } from './message.ts';

/** What became of one attempt. */
export type Attempt =
  | { readonly kind: 'delivered' }
  | {
      readonly kind: 'failed';
      readonly failure: DeliveryFailure;
      readonly status: number | null;
      /** What the endpoint asks to wait, in ms; null if it says nothing. */
      readonly retryAfterMs: number | null;
    };

/** Posts messages to one endpoint. Never rejects. */
export interface WebhookPoster extends AsyncDisposable {
  post(message: WebhookMessage, signal: AbortSignal): Promise<Attempt>;
}

/** How long one attempt may take, in ms, as Standard Webhooks recommends. */
const attemptMs = 15_000;
/** Only the status matters. The rest of a longer answer is not read. */
const maxAnswerBytes = 16 * 1024;
/** Bytes of the headers of an answer. */
const maxHeaderBytes = 8 * 1024;
/** `Retry-After` is heeded up to an hour. */
const maxRetryAfterMs = 3_600_000;

/** @throws Error if the file of authorities can't be used. `connections`: at the same time. */
export function openPoster(
  { name, url, caFile }: WebhookEndpoint,
  connections: number,
  log: ErrorLog,
  timeoutMs: number = attemptMs,
): WebhookPoster {
  const authorities = { variable: `the caFile of the endpoint ${name}`, path: caFile ?? '' };
  const tls =
    caFile === null
      ? null
      : openClientTls(
          {
            files: { ca: authorities, certificate: null, key: null },
            minVersion: 'TLSv1.2',
            serverName: null,
          },
          log,
        );
  const pool = new Pool(url.origin, {
    connections,
    pipelining: 1,
    connect: createConnector(tls, timeoutMs),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: maxHeaderBytes,
  });
  return {
    async post({ body, headers }, stopped) {
      const signal = AbortSignal.any([stopped, AbortSignal.timeout(timeoutMs)]);
      try {
        // undici follows no redirect by itself.
        const answer = await pool.request({
          method: 'POST',
          path: `${url.pathname}${url.search}`,
          headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'patron-graph' },
          body,
          signal,
        });
        // The status says it all: an answer that then breaks off, or never ends, changes nothing.
        await answer.body.dump({ limit: maxAnswerBytes, signal }).catch(() => undefined);
        return attemptOf(answer.statusCode, answer.headers['retry-after']);
      } catch (error) {
        const failure = isTimeout(error) ? 'TIMED_OUT' : 'UNREACHABLE';
        return { kind: 'failed', failure, status: null, retryAfterMs: null };
      }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  };
}

function attemptOf(status: number, retryAfter: string | string[] | undefined): Attempt {
  if (status >= 200 && status < 300) {
    return { kind: 'delivered' };
  }
  return { kind: 'failed', failure: failureOf(status), status, retryAfterMs: retryAfterMs(retryAfter) };
}

function failureOf(status: number): DeliveryFailure {
  if (status === 410) {
    return 'GONE';
  }
  return status >= 300 && status < 400 ? 'REDIRECTED' : 'STATUS';
}

/** Seconds alone: a date is by a clock that isn't ours. */
function retryAfterMs(header: string | string[] | undefined): number | null {
  return typeof header === 'string' && /^\d{1,6}$/.test(header)
    ? Math.min(Number(header) * 1000, maxRetryAfterMs)
    : null;
}

const timeoutNames = new Set([
  'TimeoutError',
  'HeadersTimeoutError',
  'BodyTimeoutError',
  'ConnectTimeoutError',
]);
const isTimeout = (error: unknown): boolean => error instanceof Error && timeoutNames.has(error.name);
