import { createTransport } from 'nodemailer';
import type { SmtpServer } from '../../runtime/environment/mail.ts';
import type { Attempt } from '../sending/endpoint.ts';
import type { Mail } from './compose.ts';

/** Sends one mail, and resolves to the outcome. Never rejects. */
export type SendMail = (mail: Mail, signal: AbortSignal) => Promise<Attempt>;

/**
 * Sends mails to a server, each over its own connection.
 * @param timeoutMs the time limit of an attempt
 */
export function openSmtp({ host, port, isTls, requiresTls, login }: SmtpServer, timeoutMs: number): SendMail {
  const transport = createTransport({
    host,
    port,
    secure: isTls,
    requireTLS: requiresTls,
    auth: login === null ? undefined : { user: login.user, pass: login.password },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return async ({ from, to, subject, text, sentAt, messageId, headers }, stopped) => {
    // A server that sends a byte now and then never seems silent. So the whole attempt has a limit.
    const signal = AbortSignal.any([stopped, AbortSignal.timeout(timeoutMs)]);
    try {
      await transport.sendMail({
        from,
        to,
        subject,
        text,
        date: sentAt,
        messageId,
        headers: { ...headers },
        signal,
      });
      return { kind: 'delivered' };
    } catch (error) {
      return failureOf(error);
    }
  };
}

/** The properties of an error that nodemailer rejects with. Its message may quote the address. */
interface SmtpError {
  readonly code?: string;
  /** The command that the server answered. */
  readonly command?: string;
  readonly responseCode?: number;
}

/**
 * The outcome of an attempt that ended with this error. The mail is given up only if the server permanently rejects its
 * recipient or its content. Any other rejection, such as a rejected login, affects all mails. Somebody can repair that,
 * so the mail is tried again.
 */
function failureOf(error: unknown): Attempt {
  const { code, command, responseCode = null } = error as SmtpError;
  if (responseCode !== null && responseCode >= 400) {
    const isOfMail = command === 'RCPT TO' || command === 'DATA';
    const failure = isOfMail && responseCode >= 500 ? 'REFUSED' : 'STATUS';
    return { kind: 'failed', failure, status: responseCode, retryAfterMs: null };
  }
  const failure = code === 'ETIMEDOUT' || code === 'EABORT' ? 'TIMED_OUT' : 'UNREACHABLE';
  return { kind: 'failed', failure, status: null, retryAfterMs: null };
}
