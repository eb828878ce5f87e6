import type { IncomingMessage } from 'node:http';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { KoaContextWithOIDC } from 'oidc-provider';
import type { Language } from '../../graph/client.ts';
import { chooseLanguage } from '../pages/language.ts';
import type { PageFrame } from '../pages/layout.ts';
import type { SignInService } from '../service.ts';

/** The maximum length of a field, in characters. Every field of our forms is shorter. */
const maxFieldLength = 100;

export function addFormParser(app: FastifyInstance): void {
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, new URLSearchParams(String(body))),
  );
}

/** A field of a form, trimmed. The result is empty if the field is missing, repeated or too long. */
export function fieldOf(body: unknown, name: string): string {
  const values = body instanceof URLSearchParams ? body.getAll(name) : [];
  const [value = ''] = values;
  return values.length === 1 && value.length <= maxFieldLength ? value.trim() : '';
}

function languageOf({ headers }: Pick<IncomingMessage, 'headers'>, uiLocales?: unknown): Language {
  return chooseLanguage({
    cookies: headers.cookie,
    acceptLanguage: headers['accept-language'],
    uiLocales: typeof uiLocales === 'string' ? uiLocales : undefined,
  });
}

/** The frame of a page. `here` is the path to which the page's language switch returns. */
export const frameOf = (
  request: FastifyRequest,
  { base, theme }: Pick<SignInService, 'base' | 'theme'>,
  here: string | null,
  uiLocales?: unknown,
): PageFrame => ({ language: languageOf(request.raw, uiLocales), base, library: theme.name, here });

/** The frame of the provider's own pages. They have no language switch, because a browser can't request them again. */
export const frameOfContext = (
  ctx: KoaContextWithOIDC,
  { base, theme }: Pick<SignInService, 'base' | 'theme'>,
): PageFrame => ({
  language: languageOf(ctx.req, parameterOf(ctx, 'ui_locales')),
  base,
  library: theme.name,
  here: null,
});

/** The value of a request's parameter. Undefined if the provider could not read the parameters of a malformed request. */
const parameterOf = (ctx: KoaContextWithOIDC, name: string): unknown => ctx.oidc?.params?.[name];
