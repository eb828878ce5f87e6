import type { Page } from './browser.ts';

/** The form of a page that submits itself to a client (`response_mode=form_post`). */
export function formIn({ text }: Page): { readonly action: string; readonly fields: URLSearchParams } {
  const [, action = ''] = /<form method="post" action="([^"]+)"/.exec(text) ?? [];
  const inputs = text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g);
  const fields = Array.from(inputs, ([, name = '', value = '']): [string, string] => [name, value]);
  return { action, fields: new URLSearchParams(fields) };
}
