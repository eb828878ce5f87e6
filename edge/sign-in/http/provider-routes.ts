/** The routes of OpenID Connect, which oidc-provider answers. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { forgetPages } from '../../server/forget-pages.ts';
import { failurePage, messagePage, signOutPage } from '../pages/messages.ts';
import type { ProviderPages } from '../provider/features.ts';
import { withTwin } from '../provider/tokens/token-answers.ts';
import type { SignInService } from '../service.ts';
import { pageHeaders } from './headers.ts';
import { addFormParser, frameOf, frameOfContext } from './requests.ts';

const signOutPath = '/session/end/confirm';

const userinfoPath = '/me';
const metadataPaths = [
  '/.well-known/openid-configuration',
  '/.well-known/oauth-authorization-server',
] as const;

/**
 * The provider's paths, relative to the service's path. The paths in `beginning` are not repeated here. For all other
 * paths, this server sends its own page with the status 404, and not the provider's page.
 */
const paths = [
  ...metadataPaths,
  '/jwks',
  '/auth/:uid',
  '/request',
  '/token',
  '/token/revocation',
  userinfoPath,
  signOutPath,
  '/session/end/success',
] as const;

/**
 * The paths to which clients send browsers, with GET or POST, to begin a sign-in or a sign-out. For each such request
 * the provider stores something, even if nobody is signed in.
 */
const beginning = ['/auth', '/session/end'] as const;

export function addProviderRoutes(app: FastifyInstance, service: SignInService): void {
  // oidc-provider reads request bodies itself.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, _payload, done) => done(null));
  for (const path of paths) {
    app.all(`${service.base}${path}`, (request, reply) => answer(service, request, reply));
  }
  for (const path of beginning) {
    app.get(`${service.base}${path}`, (request, reply) =>
      service.mayBegin(request.ip) ? answer(service, request, reply) : refuseToBegin(service, request, reply),
    );
  }
  for (const path of metadataPaths) {
    // RFC 8414, section 3.1: the path of the issuer follows the well-known path. Spring Security requests this path.
    app.get(`${path}${service.base}`, (request, reply) => {
      request.raw.url = `${service.base}${path}`;
      return answer(service, request, reply);
    });
  }
}

/**
 * Answers sign-ins and sign-outs that a client begins with a form, as `POST` (OpenID Connect Core, section 3.1.2.1;
 * RP-Initiated Logout, section 2). The form is on another site, so the browser sends no `SameSite=Lax` cookie with it.
 * The answer redirects the browser to the same request as `GET`, which has the cookies.
 */
export function addPostedRequests(app: FastifyInstance, { base }: SignInService): void {
  app.removeAllContentTypeParsers();
  addFormParser(app);
  for (const path of beginning) {
    app.post(`${base}${path}`, (request, reply) => {
      const parameters = request.body instanceof URLSearchParams ? request.body : new URLSearchParams();
      // `login_hint` may be a card number, which must not be in a URL (R30).
      parameters.delete('login_hint');
      return reply.redirect(`${base}${path}?${parameters}`, 303);
    });
  }
}

const refuseToBegin = (service: SignInService, request: FastifyRequest, reply: FastifyReply) =>
  reply
    .code(429)
    .header('retry-after', '60')
    .type('text/html; charset=utf-8')
    .send(messagePage(frameOf(request, service, null), 'TOO_MANY', null));

async function answer(service: SignInService, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { handle, base, issuer } = service;
  const { raw } = request;
  const headers = pageHeaders();
  if (request.routeOptions.url === `${base}${signOutPath}`) {
    reply.headers(forgetPages);
  }
  if (request.routeOptions.url === `${base}${userinfoPath}`) {
    raw.headers.authorization = withTwin(raw.headers.authorization);
  }
  reply.hijack();
  for (const [name, value] of Object.entries({ ...reply.getHeaders(), ...headers })) {
    reply.raw.setHeader(name, value ?? '');
  }
  withIssuerHost(raw.headers, issuer);
  // The provider builds its URLs from two paths: `originalUrl` is whole, and `url` begins below `base`.
  const mounted = Object.assign(raw, { originalUrl: raw.url, url: raw.url?.slice(base.length) });
  await handle(mounted, reply.raw);
}

/** The provider builds URLs from the request's host, which anybody can forge. So this function sets the issuer's host. */
export function withIssuerHost(headers: NodeJS.Dict<string | string[]>, issuer: URL): void {
  headers.host = issuer.host;
  headers['x-forwarded-host'] = issuer.host;
  headers['x-forwarded-proto'] = issuer.protocol.slice(0, -1);
}

export function createProviderPages(service: Pick<SignInService, 'base' | 'theme'>): ProviderPages {
  const show = (ctx: KoaContextWithOIDC, body: string, redirects: readonly string[] = []) => {
    ctx.set({ ...pageHeaders(redirects) });
    ctx.type = 'html';
    ctx.body = body;
  };
  return {
    error: (ctx, code, description) =>
      show(ctx, failurePage(frameOfContext(ctx, service), code, description)),
    signOut(ctx, form) {
      endAllAtSignOut(ctx);
      const target = ctx.oidc.session?.state?.postLogoutRedirectUri;
      const redirects = typeof target === 'string' ? [target] : [];
      show(ctx, signOutPage(frameOfContext(ctx, service), form), redirects);
    },
    signedOut: (ctx) => show(ctx, messagePage(frameOfContext(ctx, service), 'SIGNED_OUT', 'SIGNED_OUT_TEXT')),
  };
}

/**
 * Makes a sign-out revoke refresh tokens, too. By default, they outlive the session. The provider saves the changed
 * session after it has made the sign-out page.
 */
function endAllAtSignOut(ctx: KoaContextWithOIDC): void {
  for (const authorization of Object.values(ctx.oidc.session?.authorizations ?? {})) {
    authorization.persistsLogout = false;
  }
}
