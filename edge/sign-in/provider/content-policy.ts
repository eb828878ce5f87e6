/** Changes the content security policy of pages that submit a form by themselves. */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

type Middleware = Parameters<Provider['use']>[0];

const policyHeader = 'content-security-policy';

/**
 * The provider adds the hash of its script to the page's `script-src`. Beside a hash, `'none'` is not well-formed (CSP 3,
 * section 2.3.1). The page's form may lead to the client in the end: `form_post` sends it there, and browsers check
 * redirects of forms, too.
 */
export const allowOwnForms: Middleware = async (ctx, next) => {
  await next();
  const policy = ctx.response.get(policyHeader);
  if (policy.includes("'none' 'sha256-")) {
    const own = new URL(ctx.oidc.issuer).origin;
    const sources = targetsOf(ctx)
      .map(sourceOf)
      .filter((source) => source !== own);
    ctx.set(policyHeader, withFormTargets(policy.replace("'none' 'sha256-", "'sha256-"), sources));
  }
};

/** A content security policy whose forms may also be sent to the sources. */
function withFormTargets(policy: string, sources: readonly string[]): string {
  return policy.replace(/form-action [^;]*/, (directive) =>
    [...new Set([...directive.split(' '), ...sources])].join(' '),
  );
}

/**
 * The URLs to which the form of a page may lead. All of them are registered for the client. If another person was signed
 * in before, only the interaction has the URL: the form first ends that person's session.
 */
function targetsOf({ oidc }: Partial<KoaContextWithOIDC>): readonly string[] {
  const { client, params, session, entities } = oidc ?? {};
  const redirectUri = params?.redirect_uri;
  const isAllowed = typeof redirectUri === 'string' && client?.redirectUriAllowed(redirectUri) === true;
  const targets = [
    isAllowed ? redirectUri : undefined,
    entities?.Interaction?.params.redirect_uri,
    session?.state?.postLogoutRedirectUri,
  ];
  return targets.filter((target) => typeof target === 'string');
}

/** The source of a URL in a content security policy: its origin, or its scheme if it has no origin. */
export function sourceOf(url: string): string {
  const { origin, protocol } = new URL(url);
  return origin === 'null' ? protocol : origin;
}
