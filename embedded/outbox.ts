import type { FastifyPluginAsync } from 'fastify';
import { type Html, html } from '../edge/server/html.ts';
import type { Mail } from '../subgraphs/notices/mail/compose.ts';
import type { MailerOptions } from '../subgraphs/notices/mail/mailer.ts';

/** The number of mails that are kept. */
const maxMails = 100;

/** Takes the mails of the demonstration in place of a mail server. Nothing is sent. */
export interface Outbox {
  readonly mailer: MailerOptions;
  /** Serves `/outbox`, which shows the mails that would have been sent, the latest first. */
  readonly plugin: FastifyPluginAsync;
}

/** `origin` is the origin of this process's pages, to which the mails have links. */
export function createOutbox(origin: URL): Outbox {
  const mails: Mail[] = [];
  return {
    mailer: {
      from: 'notices@library.example',
      origin,
      async send(mail) {
        mails.unshift(mail);
        mails.length = Math.min(mails.length, maxMails);
        return { kind: 'delivered' };
      },
    },
    async plugin(app) {
      app.get('/outbox', (_request, reply) =>
        reply
          .headers({
            'content-type': 'text/html; charset=utf-8',
            'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
            'cache-control': 'no-store',
          })
          .send(pageOf(mails).text),
      );
    },
  };
}

const pageOf = (mails: readonly Mail[]): Html => html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Outbox</title></head>
<body>
<h1>Outbox</h1>
<p>These mails would have been sent to readers. The demonstration sends none, and keeps the last ${maxMails} until it
stops. New ones are made every minute, and from eight in the morning those that depend on the date.</p>
${mails.length === 0 ? html`<p>There is no mail yet.</p>` : mails.map(mailOf)}
</body>
</html>
`;

function mailOf({ from, to, subject, text, sentAt, messageId, headers }: Mail): Html {
  const fields = { Date: sentAt.toUTCString(), From: from, To: to, 'Message-ID': messageId, ...headers };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return html`<article>
<h2>${subject}</h2>
<pre>${lines.join('\n')}

${text}</pre>
</article>
`;
}
