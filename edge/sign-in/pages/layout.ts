import type { Language } from '../../graph/client.ts';
import { type Html, html } from '../../server/html.ts';
import { themeLinks } from '../../theme/serve-theme.ts';
import { languageNames, languages } from './language.ts';
import { type Say, sayIn } from './texts.ts';

export interface PageFrame {
  readonly language: Language;
  /** The path of the service, such as `/sign-in`. */
  readonly base: string;
  readonly library: Readonly<Record<Language, string>>;
  /** The path to which the language switch returns. Null if the page can't be requested again. */
  readonly here: string | null;
}

/** A mistake that the person can correct. */
export interface FormError {
  /** The id of the wrong field; null if the error is about the whole form. */
  readonly field: string | null;
  readonly message: string;
}

interface PageContent {
  readonly title: string;
  readonly body: Html;
  readonly errors?: readonly FormError[];
}

/** A whole HTML document. The errors come before the body, and screen readers announce them. */
export function page(frame: PageFrame, { title, body, errors = [] }: PageContent): string {
  const say = sayIn(frame.language);
  const library = frame.library[frame.language];
  const documentTitle = errors.length > 0 ? `${say('ERROR')}: ${title}` : title;
  return html`<!doctype html>
<html lang="${frame.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${documentTitle} – ${library}</title>
${themeLinks(frame.base)}
</head>
<body>
<header><p class="library"><img src="${frame.base}/mark" alt="">${library}</p>${languageSwitch(frame)}</header>
<main>
<h1>${title}</h1>
${errorSummary(errors)}
${body}
</main>
</body>
</html>
`.text;
}

/** Each language's name is written in the language itself, for people who can't read the language of the page. */
function languageSwitch({ language, base, here }: PageFrame): Html | null {
  if (here === null) {
    return null;
  }
  const others = languages.filter((one) => one !== language);
  return html`<nav>${others.map(
    (other) =>
      html`<a href="${base}/language?to=${other}&amp;back=${encodeURIComponent(here)}" lang="${other}" hreflang="${other}">${languageNames[other]}</a>`,
  )}</nav>`;
}

function errorSummary(errors: readonly FormError[]): Html | null {
  if (errors.length === 0) {
    return null;
  }
  const items = errors.map(({ field, message }) =>
    field === null ? html`<li>${message}</li>` : html`<li><a href="#${field}">${message}</a></li>`,
  );
  return html`<div class="errors" role="alert"><ul>${items}</ul></div>`;
}

export interface Field {
  readonly id: string;
  readonly label: string;
  readonly type: 'text' | 'password';
  readonly autocomplete: string;
  readonly isNumeric: boolean;
  readonly hint?: string;
  readonly value?: string | undefined;
}

/** A labelled input with its hint and its errors. The first field with an error gets the focus. */
export function field(given: Field, errors: readonly FormError[]): Html {
  const { id, label, type, autocomplete, isNumeric, hint, value } = given;
  const own = errors.filter((error) => error.field === id);
  const isFirst = errors.find((error) => error.field !== null)?.field === id;
  const described = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(own.length === 0 ? [] : [`${id}-error`]),
  ];
  return html`<p class="field"><label for="${id}">${label}</label>
${hint === undefined ? null : html`<span class="hint" id="${id}-hint">${hint}</span>`}
${own.length === 0 ? null : html`<span class="error" id="${id}-error">${own.map(({ message }) => html`${message} `)}</span>`}
<input id="${id}" name="${id}" type="${type}" autocomplete="${autocomplete}" required maxlength="100" spellcheck="false" autocapitalize="none"${
    isNumeric ? html` inputmode="numeric"` : null
  }${value === undefined ? null : html` value="${value}"`}${
    described.length === 0 ? null : html` aria-describedby="${described.join(' ')}"`
  }${own.length === 0 ? null : html` aria-invalid="true"`}${isFirst ? html` autofocus` : null}></p>`;
}

export const paragraph = (say: Say, name: Parameters<Say>[0]): Html => html`<p>${say(name)}</p>`;
