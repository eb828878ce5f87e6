import type { KoaContextWithOIDC, Provider } from 'oidc-provider';

type Middleware = Parameters<Provider['use']>[0];

const policyHeader = 'content-security-policy';

/**
 * Corrects the content security policy of the provider's pages that contain a script and a form. In `script-src`, the
 * provider adds the script's hash to `'none'`. `'none'` next to a hash is not well-formed (CSP 3, section 2.3.1), so
 * `'none'` is removed. The form may send the browser to the client, directly (`form_post`) or by redirects. Browsers
 * check both against `form-action`, so the client's URLs are added to it.
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

/** Returns the content security policy with `sources` added to its `form-action`. */
function withFormTargets(policy: string, sources: readonly string[]): string {
  return policy.replace(/form-action [^;]*/, (directive) =>
    [...new Set([...directive.split(' '), ...sources])].join(' '),
  );
}

/**
 * The URLs to which a page's form may send the browser. All of them are registered for the client. If another person is
 * still signed in, the form first ends that person's session. The request of that form lacks the client's URL, so the
 * URL is taken from the interaction.
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
