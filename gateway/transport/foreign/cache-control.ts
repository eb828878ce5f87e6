const noStore = 'no-store';

/** The headers that say how long an answer may be kept (RFC 9111). `age` is the time that caches have already kept it. */
interface Freshness {
  readonly value: string | undefined;
  readonly age: string | undefined;
}

/**
 * Returns a `Cache-Control` that allows only what each answer allows. An answer without `max-age` must not be kept. The
 * joined answer has one lifetime, so `s-maxage` also bounds the lifetime in private caches.
 *
 *     public, max-age=60    and    max-age=30, private    →    private, max-age=30
 *     public, max-age=60    and    nothing                →    no-store
 *     public, max-age=60    and    max-age=60, s-maxage=5 →    max-age=5
 */
export function strictest(answers: readonly Freshness[]): string {
  let maxAge = Number.POSITIVE_INFINITY;
  let isPrivate = false;
  let isPublic = true;
  for (const { value = '', age = '0' } of answers) {
    const directives = new Set(value.toLowerCase().split(/\s*,\s*/));
    const seconds = fewestSeconds(value, 'max-age');
    if (seconds === Number.POSITIVE_INFINITY || directives.has('no-store') || directives.has('no-cache')) {
      return noStore;
    }
    const lifetime = Math.min(seconds, fewestSeconds(value, 's-maxage'));
    maxAge = Math.min(maxAge, lifetime - (/^\d{1,9}$/.test(age) ? Number(age) : 0));
    isPrivate ||= /(?:^|[\s,])private/i.test(value);
    isPublic &&= directives.has('public');
  }
  if (maxAge <= 0 || maxAge === Number.POSITIVE_INFINITY) {
    return noStore;
  }
  return `${isPrivate ? 'private, ' : isPublic ? 'public, ' : ''}max-age=${maxAge}`;
}

/**
 * The smallest number of seconds that the directive gives. Infinite if the directive is absent. A malformed number
 * counts as 0 (RFC 9111, 4.2.1).
 */
function fewestSeconds(value: string, directive: 'max-age' | 's-maxage'): number {
  let fewest = Number.POSITIVE_INFINITY;
  for (const [, seconds = ''] of value.matchAll(new RegExp(`(?:^|[\\s,])${directive}=([^\\s,]*)`, 'gi'))) {
    fewest = Math.min(fewest, Number(/^"?(\d{1,9})"?$/.exec(seconds)?.[1] ?? 0));
  }
  return fewest;
}
