import { createHmac } from 'node:crypto';
import type { NoticeDelivery } from '../../../store/journal/port.ts';

/** A message of Standard Webhooks: the body that is posted, and its three headers. */
export interface WebhookMessage {
  readonly body: string;
  readonly headers: Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>>;
}

/**
 * The message of a notice, signed with each of the secrets. A receiver that knows one of them can verify it, so a secret can be
 * replaced. The id is the same at every attempt, so that a receiver recognises a repeated message. `sentAt`: the time of this
 * attempt.
 *
 * It says what kind of notice it is, whose, and when it was made. Titles, names and numbers are for those who may query them.
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
  const signatures = secrets.map(
    (secret) => `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`,
  );
  return {
    body,
    headers: {
      'webhook-id': messageId,
      'webhook-timestamp': seconds,
      'webhook-signature': signatures.join(' '),
    },
  };
}
