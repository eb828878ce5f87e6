import type { Language } from '../../graph/client.ts';
import { html } from '../../server/html.ts';
import type { SignInClient } from '../clients/read-clients.ts';
import { type PageFrame, page, paragraph } from './layout.ts';
import { type Say, sayIn } from './texts.ts';

export interface ListedSession {
  readonly uid: string;
  /** In seconds since 1970. */
  readonly signedInAt: number;
  /** Whether this is the session of the browser that shows the page. */
  readonly isHere: boolean;
  /** The services that the reader has signed in to with this browser. */
  readonly clients: readonly SignInClient[];
}

/** A service that the reader has allowed, or that holds tokens for the reader. */
export interface ListedService {
  readonly client: SignInClient;
  /** When the reader last signed in to the service, in seconds since 1970. Null if the service holds no tokens now. */
  readonly signedInAt: number | null;
}

/** The thing that the reader has just ended: a session, or the consent and the tokens of a service. */
export type Ended = 'session' | SignInClient;

/**
 * The page that lists the reader's sessions in browsers, and the services that the reader has allowed or that hold
 * tokens. Each form ends one session, or the consent and the tokens of one service. `at` is the path of the page.
 */
export function signInsPage(
  frame: PageFrame,
  at: string,
  {
    sessions,
    services,
  }: { readonly sessions: readonly ListedSession[]; readonly services: readonly ListedService[] },
  ended: Ended | null,
): string {
  const { language } = frame;
  const say = sayIn(language);
  const button = (name: 'session' | 'client', value: string, text: string) =>
    html`<form method="post" action="${at}"><button class="second" type="submit" name="${name}" value="${value}">${text}</button></form>`;
  const when = (seconds: number) => say('SIGNED_IN_AT', timeIn[language].format(seconds * 1000));
  const sessionRows = sessions.map(
    ({
      uid,
      signedInAt,
      isHere,
      clients,
    }) => html`<li><h3>${when(signedInAt)}${isHere ? ` – ${say('THIS_BROWSER')}` : null}</h3>
${clients.length === 0 ? null : html`<p>${clients.map(({ name }) => name[language]).join(' · ')}</p>`}
${button('session', uid, say('END_SESSION'))}</li>`,
  );
  const serviceRows = services.map(({ client: { id, name, firstParty }, signedInAt }) => {
    const own = name[language];
    return html`<li><h3>${own}</h3>
${signedInAt === null ? null : html`<p>${when(signedInAt)}</p>`}
${button('client', id, say(firstParty ? 'SIGN_OUT_OF' : 'WITHDRAW', own))}</li>`;
  });
  return page(frame, {
    title: say('SIGN_INS'),
    body: html`${ended === null ? null : html`<p role="status">${textOf(ended, say, language)}</p>`}
<h2>${say('SESSIONS')}</h2>
${paragraph(say, 'SESSIONS_TEXT')}<ul class="services">${sessionRows}</ul>
<h2>${say('SERVICES')}</h2>
${serviceRows.length === 0 ? paragraph(say, 'CONSENTS_NONE') : html`${paragraph(say, 'CONSENTS_TEXT')}<ul class="services">${serviceRows}</ul>`}`,
  });
}

function textOf(ended: Ended, say: Say, language: Language): string {
  return ended === 'session'
    ? say('SESSION_ENDED')
    : say(ended.firstParty ? 'SIGNED_OUT_OF' : 'WITHDRAWN', ended.name[language]);
}

const formatOf = (locale: string) =>
  new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: 'Asia/Hong_Kong' });
const timeIn: Readonly<Record<Language, Intl.DateTimeFormat>> = {
  en: formatOf('en-HK'),
  'zh-Hant': formatOf('zh-HK'),
};
