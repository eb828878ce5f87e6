/** Letters, digits and dashes: nothing that could lead elsewhere. */
const below = /^(?:\/[\w-]+)*\/?$/;
/** Longer than any path of ours, and short enough for a cookie. */
const maxLength = 200;

/** Whether a text is `base` or a path below it, to which a browser can be sent. `base`: such as `/my`. */
export const isOwnPath = (text: unknown, base: string): text is string =>
  typeof text === 'string' &&
  text.length <= maxLength &&
  text.startsWith(base) &&
  below.test(text.slice(base.length));
