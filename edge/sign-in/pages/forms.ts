import { html } from '../../server/html.ts';
import type { SignInClient } from '../clients/read-clients.ts';
import { type FormError, field, type PageFrame, page, paragraph } from './layout.ts';
import { type Say, sayIn } from './texts.ts';

/** The number that the person typed, to show it again after a mistake. A PIN is never shown again. */
interface Typed {
  readonly number?: string | undefined;
}

interface FormPage extends Typed {
  readonly errors: readonly FormError[];
}

interface SignInForm extends FormPage {
  /** Whether the reader has marked this device as their own. Null if they may not choose. */
  readonly ownDevice: boolean | null;
}

/**
 * The sign-in page. `at` is the path of the page, to which the sign-in form is sent. The form of the cancel button is
 * sent to the path `cancel` below `at`.
 */
export function signInPage(
  frame: PageFrame,
  client: SignInClient,
  at: string,
  { errors, number, ownDevice }: SignInForm,
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
${isStaff || ownDevice === null ? null : ownDeviceBox(say, ownDevice)}
<button type="submit">${say('SIGN_IN')}</button>
</form>
${isStaff ? null : html`<p><a href="${at}/pin">${say('NO_PIN')}</a></p>`}
<form method="post" action="${at}/cancel"><button class="second" type="submit">${say('CANCEL')}</button></form>`,
  });
}

/**
 * The page that asks the reader for consent to what the client learns. `asksAge`: the client also requests the age
 * group.
 */
export function consentPage(
  frame: PageFrame,
  client: SignInClient,
  at: string,
  { asksAge }: { readonly asksAge: boolean },
): string {
  const say = sayIn(frame.language);
  const name = client.name[frame.language];
  const learns = [
    say('CONSENT_PSEUDONYM'),
    say('CONSENT_STANDING'),
    ...(asksAge ? [say('CONSENT_AGE')] : []),
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

/**
 * The page on which a reader sets a PIN. `at` is the path of the page. `back` is the path of the sign-in page to return
 * to; null if the reader isn't signing in to a client.
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

const ownDeviceBox = (
  say: Say,
  isChecked: boolean,
) => html`<p class="field"><label class="choice" for="ownDevice">
<input id="ownDevice" name="ownDevice" type="checkbox" value="yes" aria-describedby="ownDevice-hint"${isChecked ? html` checked` : null}> ${say('OWN_DEVICE')}</label>
<span class="hint" id="ownDevice-hint">${say('OWN_DEVICE_HINT')}</span></p>`;

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
