import { Pool } from 'undici';
import { openClientTls } from '../../../platform/tls/client.ts';
import { createConnector } from '../../../platform/tls/connector.ts';
import type { DeliveryFailure } from '../../../store/journal/port.ts';
import type { ErrorLog } from '../../runtime/errors.ts';
import type { WebhookEndpoint } from '../endpoints/read-endpoints.ts';
import type { Attempt, NoticeEndpoint } from './endpoint.ts';
import { messageOf } from './message.ts';

/** The time limit of an attempt in ms, as Standard Webhooks recommends. */
const attemptMs = 15_000;
/** Only the status matters. The rest of a longer answer is not read. */
const maxAnswerBytes = 16 * 1024;
/** The maximum number of bytes of an answer's headers. */
const maxHeaderBytes = 8 * 1024;
/** A longer `Retry-After` is shortened to one hour. */
const maxRetryAfterMs = 3_600_000;

/**
 * Opens the connections to an endpoint.
 * @param connections the maximum number of connections at the same time
 * @throws Error if the file of authorities can't be used.
 */
export function openWebhook(
  { name, url, secrets, kinds, caFile }: WebhookEndpoint,
  connections: number,
  log: ErrorLog,
  timeoutMs: number = attemptMs,
): NoticeEndpoint {
  const authorities = { variable: `the caFile of the endpoint ${name}`, path: caFile ?? '' };
  const files = caFile === null ? null : { ca: authorities, certificate: null, key: null };
  const pool = new Pool(url.origin, {
    connections,
    pipelining: 1,
    connect: createConnector(openClientTls(files, log), timeoutMs),
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    maxHeaderSize: maxHeaderBytes,
  });
  return {
    name,
    kinds,
    async deliver(delivery, { sentAt }, stopped) {
      const { body, headers } = messageOf(delivery, secrets, sentAt);
      const signal = AbortSignal.any([stopped, AbortSignal.timeout(timeoutMs)]);
      try {
        // undici follows no redirect by default.
        const answer = await pool.request({
          method: 'POST',
          path: `${url.pathname}${url.search}`,
          headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'patron-graph' },
          body,
          signal,
        });
        // Only the status matters. If the answer's body then breaks off, or never ends, the outcome stays.
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

/**
 * The pause in `Retry-After`, in ms. Null if the header is not a number of seconds. A date is ignored, because the
 * endpoint's clock may differ from ours.
 */
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
