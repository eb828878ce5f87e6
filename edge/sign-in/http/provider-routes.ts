/** The routes of OpenID Connect, which oidc-provider answers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { forgetPages } from '../../server/forget-pages.ts';
import { failurePage, messagePage, signOutPage } from '../pages/messages.ts';
import type { ProviderPages } from '../provider/create-provider.ts';
import type { SignInService } from '../service.ts';
import { pageHeaders } from './headers.ts';
import { frameOf, frameOfContext } from './requests.ts';
import { limitBegun } from './sign-in-rate.ts';

/** The path to which the sign-out page sends its form. */
const signOutPath = '/session/end/confirm';

/**
 * Paths below the path of the service. The provider would answer any other path with its own pages, so other paths get
 * 404.
 */
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
  signOutPath,
  '/session/end/success',
] as const;

/** Each request to one of these paths stores something, even without a sign-in. */
const beginning: readonly string[] = ['/auth', '/session/end'];

export function addProviderRoutes(app: FastifyInstance, service: SignInService): void {
  // The provider reads request bodies itself.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  const mayBegin = limitBegun(service.now, service.observer);
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
  if (request.routeOptions.url === `${base}${signOutPath}`) {
    reply.headers(forgetPages);
  }
  reply.hijack();
  for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...headers })) {
    reply.raw.setHeader(name, value ?? '');
  }
  withIssuerHost(raw.headers, issuer);
  // The provider builds its URLs from both properties, as for a handler that a framework has mounted at a path.
  const mounted = Object.assign(raw, { originalUrl: raw.url, url: raw.url?.slice(base.length) });
  await handle(mounted, reply.raw);
}

/**
 * The URLs to which a form on the provider's page may lead in the end. If another person was signed in before, the
 * provider sends a form that submits itself. The form ends that person's session, and then leads to the client.
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

/** The provider builds URLs from the request's host, which anybody can forge. So this sets the issuer's host. */
export function withIssuerHost(headers: NodeJS.Dict<string | string[]>, issuer: URL): void {
  headers.host = issuer.host;
  headers['x-forwarded-host'] = issuer.host;
  headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
}

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
 * Signing out revokes refresh tokens, too. The provider would keep them, because they may outlive the session. The
 * provider saves the session only after this page is made, so it saves this change, too.
 */
function endAllAtSignOut(ctx: KoaContextWithOIDC): void {
  for (const authorization of Object.values(ctx.oidc.session?.authorizations ?? {})) {
    authorization.persistsLogout = false;
  }
}
