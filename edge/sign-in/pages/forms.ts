import type { SignInClient } from '../clients/read-clients.ts';
import { html } from './html.ts';
import { type FormError, field, type PageFrame, page, paragraph } from './layout.ts';
import { sayIn } from './texts.ts';

/** The number that the person typed, to show it again after a mistake. A PIN is never shown again. */
interface Typed {
  readonly number?: string | undefined;
}

interface FormPage extends Typed {
  readonly errors: readonly FormError[];
}

/** `at` is the path of the page, to which its forms are sent. */
export function signInPage(
  frame: PageFrame,
  client: SignInClient,
  at: string,
  { errors, number }: FormPage,
): string {
  const say = sayIn(frame.language);
  const isStaff = client.audience === 'staff';
  const fields = isStaff
    ? [
        { ...text, id: 'number', label: say('STAFF_NAME'), autocomplete: 'username', isNumeric: false },
        { ...hidden, id: 'pin', label: say('PASSWORD'), autocomplete: 'current-password', isNumeric: false },
      ]
    : [
        { ...cardNumber(say), value: number },
        { ...hidden, id: 'pin', label: say('PIN'), autocomplete: 'current-password', isNumeric: true },
      ];
  return page(frame, {
    title: say('SIGN_IN_TO', client.name[frame.language]),
    errors,
    body: html`${paragraph(say, isStaff ? 'STAFF_SIGN_IN' : 'SIGN_IN_HOW')}
<form method="post" action="${at}">
${fields.map((one) => field(one, errors))}
<button type="submit">${say('SIGN_IN')}</button>
</form>
${isStaff ? null : html`<p><a href="${at}/pin">${say('NO_PIN')}</a></p>`}
<form method="post" action="${at}/cancel"><button class="second" type="submit">${say('CANCEL')}</button></form>`,
  });
}

/** The page that asks whether the client may learn about the reader. */
export function consentPage(frame: PageFrame, client: SignInClient, at: string): string {
  const say = sayIn(frame.language);
  const name = client.name[frame.language];
  const learns = [
    say('CONSENT_PSEUDONYM'),
    say('CONSENT_STANDING'),
    ...(client.firstParty ? [say('CONSENT_OWN')] : []),
    say('CONSENT_OFFLINE'),
  ];
  return page(frame, {
    title: say('CONSENT', name),
    body: html`<p>${say('CONSENT_LEARNS', name)}</p>
<ul class="learns">${learns.map((line) => html`<li>${line}</li>`)}</ul>
${client.firstParty ? null : paragraph(say, 'CONSENT_NOT')}
${paragraph(say, 'CONSENT_REMEMBERED')}
<form method="post" action="${at}/consent">
<button type="submit" name="answer" value="allow">${say('ALLOW')}</button>
<button class="second" type="submit" name="answer" value="deny">${say('DENY')}</button>
</form>`,
  });
}

/** The services that the reader has allowed. `withdrawn` is the service whose consent the reader has just withdrawn. */
export function consentsPage(
  frame: PageFrame,
  at: string,
  allowed: readonly SignInClient[],
  withdrawn: SignInClient | null,
): string {
  const say = sayIn(frame.language);
  const rows = allowed.map(({ id, name }) => {
    const own = name[frame.language];
    return html`<li><h2>${own}</h2>
<form method="post" action="${at}"><button class="second" type="submit" name="client" value="${id}">${say('WITHDRAW', own)}</button></form></li>`;
  });
  return page(frame, {
    title: say('CONSENTS'),
    body: html`${withdrawn === null ? null : html`<p role="status">${say('WITHDRAWN', withdrawn.name[frame.language])}</p>`}
${rows.length === 0 ? paragraph(say, 'CONSENTS_NONE') : html`${paragraph(say, 'CONSENTS_TEXT')}<ul class="services">${rows}</ul>`}`,
  });
}

/**
 * `at` is the path of the page. `back` is the path of the sign-in page to return to; null if the reader isn't signing
 * in to a client.
 */
export function setPinPage(
  frame: PageFrame,
  at: string,
  back: string | null,
  { errors, number }: FormPage,
): string {
  const say = sayIn(frame.language);
  const fields = [
    { ...cardNumber(say), value: number },
    { ...text, id: 'code', label: say('CODE'), autocomplete: 'one-time-code', isNumeric: false },
    { ...hidden, id: 'newPin', label: say('NEW_PIN'), autocomplete: 'new-password', isNumeric: true },
    {
      ...hidden,
      id: 'newPinAgain',
      label: say('NEW_PIN_AGAIN'),
      autocomplete: 'new-password',
      isNumeric: true,
    },
  ];
  return page(frame, {
    title: say('SET_PIN'),
    errors,
    body: html`${paragraph(say, 'SET_PIN_HOW')}
<form method="post" action="${at}">
${fields.map((one) => field(one, errors))}
<button type="submit">${say('SET_PIN')}</button>
</form>
${back === null ? null : html`<p><a href="${back}">${say('SIGN_IN')}</a></p>`}`,
  });
}

const text = { type: 'text' } as const;
const hidden = { type: 'password' } as const;

const cardNumber = (say: ReturnType<typeof sayIn>) =>
  ({
    ...text,
    id: 'number',
    label: say('CARD_NUMBER'),
    hint: say('CARD_NUMBER_HINT'),
    autocomplete: 'username',
    isNumeric: true,
  }) as const;
