/** The routes of OpenID Connect, which the provider answers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { failurePage, messagePage, signOutPage } from '../pages/messages.ts';
import type { ProviderPages } from '../provider/create-provider.ts';
import type { SignInService } from '../service.ts';
import { pageHeaders } from './headers.ts';
import { frameOf, frameOfContext } from './requests.ts';
import { limitBegun } from './sign-in-rate.ts';

/** Below the path of the service. All others are 404: the provider would answer them with its own pages. */
const paths = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
  '/jwks',
  '/auth',
  '/auth/:uid',
  '/token',
  '/token/revocation',
  '/me',
  '/session/end',
  '/session/end/confirm',
  '/session/end/success',
] as const;

/** Each request to these stores something, whoever sends it. */
const beginning: readonly string[] = ['/auth', '/session/end'];

export function addProviderRoutes(app: FastifyInstance, service: SignInService): void {
  // The provider reads bodies itself.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  const mayBegin = limitBegun(service.now);
  app.addHook('preHandler', async (request, reply) => {
    const path = request.routeOptions.url?.slice(service.base.length) ?? '';
    if (beginning.includes(path) && !mayBegin(request.ip)) {
      const page = messagePage(frameOf(request, service.base, null), 'TOO_MANY', null);
      return reply.code(429).header('retry-after', '60').type('text/html; charset=utf-8').send(page);
    }
  });
  for (const path of paths) {
    app.all(`${service.base}${path}`, (request, reply) => answer(service, request, reply));
  }
}

async function answer(service: SignInService, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { handle, base, issuer } = service;
  const { raw } = request;
  const headers = pageHeaders(await targetsOf(service, request));
  reply.hijack();
  for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...headers })) {
    reply.raw.setHeader(name, value ?? '');
  }
  withIssuerHost(raw.headers, issuer);
  // As frameworks do that mount a handler: the provider makes its URLs of both.
  const mounted = Object.assign(raw, { originalUrl: raw.url, url: raw.url?.slice(base.length) });
  await handle(mounted, reply.raw);
}

/**
 * Where the answer may lead in the end. A person who signs in where somebody else was signed in gets a form that submits itself: it
 * ends the other session, and goes on to the client.
 */
async function targetsOf(
  { provider }: SignInService,
  { params }: FastifyRequest,
): Promise<readonly string[]> {
  const { uid } = params as { readonly uid?: string };
  const interaction = uid === undefined ? undefined : await provider().Interaction.find(uid);
  const target = interaction?.params.redirect_uri;
  return typeof target === 'string' ? [target] : [];
}

/** The provider builds URLs from the request's host, which anybody can forge. The issuer's host is known. */
export function withIssuerHost(headers: NodeJS.Dict<string | string[]>, issuer: URL): void {
  headers.host = issuer.host;
  headers['x-forwarded-host'] = issuer.host;
  headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
}

/** The pages that the provider shows. */
export function createProviderPages(base: string): ProviderPages {
  const show = (ctx: KoaContextWithOIDC, body: string, redirects: readonly string[] = []) => {
    ctx.set({ ...pageHeaders(redirects) });
    ctx.type = 'html';
    ctx.body = body;
  };
  return {
    error: (ctx, code, description) => show(ctx, failurePage(frameOfContext(ctx, base), code, description)),
    signOut(ctx, form) {
      endAllAtSignOut(ctx);
      const target = ctx.oidc.session?.state?.postLogoutRedirectUri;
      const redirects = typeof target === 'string' ? [target] : [];
      show(ctx, signOutPage(frameOfContext(ctx, base), form), redirects);
    },
    signedOut: (ctx) => show(ctx, messagePage(frameOfContext(ctx, base), 'SIGNED_OUT', 'SIGNED_OUT_TEXT')),
  };
}

/**
 * Signing out revokes refresh tokens, too. The provider would keep them, because they may outlive the session. It saves the session
 * after the page was made.
 */
function endAllAtSignOut(ctx: KoaContextWithOIDC): void {
  for (const authorization of Object.values(ctx.oidc.session?.authorizations ?? {})) {
    authorization.persistsLogout = false;
  }
}
