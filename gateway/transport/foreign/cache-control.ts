const noStore = 'no-store';

/** How long an answer may be kept (RFC 9111). `age` is how long it has been kept on its way. */
interface Freshness {
  readonly value: string | undefined;
  readonly age: string | undefined;
}

/**
 * Returns a `Cache-Control` that allows only what each answer allows. An answer without `max-age` must not be kept.
 *
 *     public, max-age=60    and    max-age=30, private    →    private, max-age=30
 *     public, max-age=60    and    nothing                →    no-store
 */
export function strictest(answers: readonly Freshness[]): string {
  let maxAge = Number.POSITIVE_INFINITY;
  let isPrivate = false;
  let isPublic = true;
  for (const { value = '', age = '0' } of answers) {
    const directives = new Set(value.toLowerCase().split(/\s*,\s*/));
    const seconds = /(?:^|[\s,])max-age="?(\d{1,9})"?(?:$|[\s,])/i.exec(value)?.[1];
    if (seconds === undefined || directives.has('no-store') || directives.has('no-cache')) {
      return noStore;
    }
    maxAge = Math.min(maxAge, Number(seconds) - (/^\d{1,9}$/.test(age) ? Number(age) : 0));
    isPrivate ||= /(?:^|[\s,])private/i.test(value);
    isPublic &&= directives.has('public');
  }
  if (maxAge <= 0 || maxAge === Number.POSITIVE_INFINITY) {
    return noStore;
  }
  return `${isPrivate ? 'private, ' : isPublic ? 'public, ' : ''}max-age=${maxAge}`;
}
