import { sourceOf } from '../provider/content-policy.ts';

/**
 * The security headers of our pages. Browsers apply `form-action` to redirects, too. `redirects` therefore lists the URLs
 * to which a form on the page may lead through redirects.
 */
export function pageHeaders(redirects: readonly string[] = []): Readonly<Record<string, string>> {
  const formTargets = ["'self'", ...new Set(redirects.map(sourceOf))];
  return {
    'content-security-policy': [
      "default-src 'none'",
      "style-src 'self'",
      "img-src 'self'",
      // If a page of the provider submits its form with a script, the provider adds the hash of that script here.
      "script-src 'none'",
      `form-action ${formTargets.join(' ')}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
    ].join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    // With this policy, the browser sends `Origin` with forms, and `isSameOrigin` checks it. Other sites don't learn our
    // URLs.
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'cache-control': 'no-store',
  };
}
