import { z } from 'zod';
import {
  defineEnvironment,
  httpOrigin,
  nodeEnv,
  productionIssues,
} from '../../../platform/lifecycle/environment.ts';

export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** Whether the connection begins with TLS. Otherwise, STARTTLS follows if the server has it. */
  readonly isTls: boolean;
  /** Whether mails are sent only over TLS. */
  readonly requiresTls: boolean;
  readonly login: { readonly user: string; readonly password: string } | null;
}

export interface MailConfig {
  readonly server: SmtpServer;
  readonly from: string;
  /** The origin of the readers' pages, to which mails have links. */
  readonly origin: URL;
}

/** `smtp://` or `smtps://`, with the login if the server requires one. */
const smtpUrl = z
  .url({ protocol: /^smtps?$/, error: 'must be an smtp or smtps URL', abort: true })
  .refine((text) => {
    const { hostname, pathname, search, hash, username, password } = new URL(text);
    const isWhole = hostname !== '' && /^\/?$/.test(pathname) && search === '' && hash === '';
    return isWhole && (username === '') === (password === '');
  }, 'must be smtps://user:password@host:port, or without the login');

const environment = defineEnvironment(
  {
    NOTICES_SMTP_URL: smtpUrl.optional(),
    NOTICES_FROM: z.email('must be an e-mail address').optional(),
    WEB_ORIGIN: httpOrigin.optional(),
    NODE_ENV: nodeEnv,
  },
  ['NOTICES_SMTP_URL'],
  (values) =>
    values.NOTICES_SMTP_URL === undefined
      ? []
      : [
          ...(['NOTICES_FROM', 'WEB_ORIGIN'] as const)
            .filter((name) => values[name] === undefined)
            .map((name) => ({ name, message: 'is required where NOTICES_SMTP_URL is set' })),
          ...productionIssues(values, ['WEB_ORIGIN'], []),
        ],
);

export const mailVariables = environment.variables;

/**
 * Reads the settings for notices by mail. Null if notices are not sent by mail.
 * @throws Error whose message names every invalid variable.
 */
export function readMailConfig(env: NodeJS.ProcessEnv): MailConfig | null {
  const { NOTICES_SMTP_URL: smtp, NOTICES_FROM: from, WEB_ORIGIN: origin, NODE_ENV } = environment.read(env);
  return smtp === undefined || from === undefined || origin === undefined
    ? null
    : { server: smtpServerOf(smtp, NODE_ENV === 'production'), from, origin: new URL(origin) };
}

function smtpServerOf(text: string, production: boolean): SmtpServer {
  const { protocol, hostname, port: portText, username, password } = new URL(text);
  const isTls = protocol === 'smtps:';
  return {
    host: hostname.replace(/^\[|\]$/g, ''),
    port: portText === '' ? (isTls ? 465 : 587) : Number(portText),
    isTls,
    requiresTls: production,
    login:
      username === '' ? null : { user: decodeURIComponent(username), password: decodeURIComponent(password) },
  };
}
