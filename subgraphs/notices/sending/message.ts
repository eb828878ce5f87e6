import { hmacSha256 } from '../../../platform/hmac.ts';
import type { NoticeDelivery } from '../../../store/journal/port.ts';

/** A message of Standard Webhooks: the body that is posted, and its three headers. */
export interface WebhookMessage {
  readonly body: string;
  readonly headers: Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>;
}

/**
 * The message of a notice. It has the kind of the notice, the patron's number, and the time when the notice was made.
 * Titles, names and other numbers are left out. A receiver must query them with its own rights.
 *
 * The message is signed with each of the secrets. A receiver needs only one of them to verify it, so a secret can be
 * replaced. The id is the same at every attempt, so that a receiver recognises a repeated message.
 *
 * @param sentAt the time of this attempt
 *
 * @example
 * // {"type":"hold.ready","timestamp":"2026-11-26T02:00:00.000Z","data":{"patronId":"P0000001"}}
 */
export function messageOf(
  { id, kind, patronId, madeAt }: NoticeDelivery,
  secrets: readonly Uint8Array[],
  sentAt: Date,
): WebhookMessage {
  const body = JSON.stringify({ type: kind, timestamp: madeAt.toISOString(), data: { patronId } });
  const messageId = `msg_${id}`;
  const seconds = String(Math.floor(sentAt.getTime() / 1000));
  const signed = `${messageId}.${seconds}.${body}`;
  const signatures = secrets.map((secret) => `v1,${hmacSha256(secret).update(signed).digest('base64')}`);
  return {
    body,
    headers: {
      'webhook-id': messageId,
      'webhook-timestamp': seconds,
      'webhook-signature': signatures.join(' '),
    },
  };
}
