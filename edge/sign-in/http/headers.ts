/** The security headers of our pages. `redirects`: URLs to which a form on the page may lead in the end. Browsers check those, too. */
export function pageHeaders(redirects: readonly string[] = []): Readonly<Record<string, string>> {
  const formTargets = ["'self'", ...new Set(redirects.map(sourceOf))];
  return {
    'content-security-policy': [
      "default-src 'none'",
      "style-src 'self'",
      // The provider adds the hash of its own page that sends itself.
      "script-src 'none'",
      `form-action ${formTargets.join(' ')}`,
      "frame-ancestors 'none'",
      "base-uri 'none'",
    ].join('; '),
    'x-frame-options': 'DENY',
    'x-content-type-options': 'nosniff',
    // Forms send `Origin` because of it, which `isSameOrigin` looks at. No other site learns our URLs.
    'referrer-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=()',
    'cache-control': 'no-store',
  };
}

/** A source of CSP: an origin, or a scheme where there is none. */
function sourceOf(url: string): string {
  const { origin, protocol } = new URL(url);
  return origin === 'null' ? protocol : origin;
}
