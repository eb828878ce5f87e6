/**
 * Matches the part of a path after `base`. Between the slashes, only letters, digits, `_` and `-` are allowed, so the
 * path can't lead to another site.
 */
const below = /^(?:\/[\w-]+)*\/?$/;
/**
 * The maximum length of a path, in characters. All our paths are shorter. A path of this length still fits into a
 * cookie.
 */
const maxLength = 200;

/** Whether a text is `base`, such as `/my`, or a path below it. A browser can safely be redirected to such a path. */
export const isOwnPath = (text: unknown, base: string): text is string =>
  typeof text === 'string' &&
  text.length <= maxLength &&
  text.startsWith(base) &&
  below.test(text.slice(base.length));
