import { sourceOf } from '../provider/content-policy.ts';

/**
 * The security headers of our pages. `redirects` has the URLs to which a form on the page may be redirected, because
 * browsers check redirects of forms, too.
 */
export function pageHeaders(redirects: readonly string[] = []): Readonly<Record<string, string>> {
  const formTargets = ["'self'", ...new Set(redirects.map(sourceOf))];
  return {
    'content-security-policy': [
      "default-src 'none'",
      "style-src 'self'",
      "img-src 'self'",
      // If a page of the provider submits its form by a script, the provider adds the script's hash here.
      "script-src 'none'",
      `form-action ${formTargets.join(' ')}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    // With this policy, forms send `Origin`, which `isSameOrigin` checks. Other sites don't learn our URLs.
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'cache-control': 'no-store',
  };
}
