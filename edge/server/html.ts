/** Text that already is HTML. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Content = string | number | Html | null | readonly Html[];

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escapeText = (text: string): string => text.replace(/[&<>"']/g, (letter) => escapes[letter] ?? '');

/**
 * A template that escapes its values, unless they are `Html`. Null adds nothing.
 *
 * @example html`<p>${'<b>'}</p>`.text // '<p>&lt;b&gt;</p>'
 */
export function html(literals: TemplateStringsArray, ...values: readonly Content[]): Html {
  const texts = literals.flatMap((literal, index) => [literal, textOf(values[index] ?? null)]);
  return new Html(texts.join(''));
}

function textOf(value: Content): string {
  if (value === null) {
    return '';
  }
  if (value instanceof Html) {
    return value.text;
  }
  return typeof value === 'object' ? value.map(({ text }) => text).join('') : escapeText(String(value));
}
