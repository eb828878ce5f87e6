import { Html, html } from '../../server/html.ts';
import { type PageFrame, page, paragraph } from './layout.ts';
import { sayIn, type TextName } from './texts.ts';

export function messagePage(frame: PageFrame, title: TextName, text: TextName | null): string {
  const say = sayIn(frame.language);
  return page(frame, { title: say(title), body: text === null ? html`` : paragraph(say, text) });
}

/** The start page, for people who don't come from a service. */
export function startPage(frame: PageFrame): string {
  const say = sayIn(frame.language);
  return page(frame, {
    title: say('SIGN_IN'),
    body: html`${paragraph(say, 'START_TEXT')}<p><a href="${frame.base}/pin">${say('NO_PIN')}</a></p>`,
  });
}

/** Shows an error code and its description for the people who run the relying party. */
export function failurePage(frame: PageFrame, code: string, description: string): string {
  const say = sayIn(frame.language);
  return page(frame, {
    title: say('FAILED'),
    body: html`${paragraph(say, 'FAILED_TEXT')}<p lang="en"><code>${code}: ${description}</code></p>`,
  });
}

/** `form` is the provider's HTML of a form with the id `op.logoutForm` and no button. */
export function signOutPage(frame: PageFrame, form: string): string {
  const say = sayIn(frame.language);
  return page(frame, {
    title: say('SIGN_OUT_ASK'),
    body: html`${paragraph(say, 'SIGN_OUT_TEXT')}${new Html(form)}
<p><button type="submit" form="op.logoutForm" name="logout" value="yes">${say('SIGN_OUT')}</button>
<button class="second" type="submit" form="op.logoutForm">${say('STAY')}</button></p>`,
  });
}
