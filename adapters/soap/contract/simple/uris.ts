/** URI references (RFC 3986, appendix A): the values of `xsd:anyURI`. */

/**
 * `pchar` of the RFC: a character of a path. XML Schema also allows characters that a URI must escape. `isUri` replaces
 * each of them by `_` first.
 */
const pchar = "[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2}";
const authority =
  "(?:(?:[A-Za-z0-9._~!$&'()*+,;=:-]|%[0-9A-Fa-f]{2})*@)?" +
  "(?:\\[[0-9A-Za-z:.]+\\]|(?:[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2})*)(?::[0-9]*)?";
const uri = new RegExp(
  `^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://${authority}(?=[/?#]|$))?((?:${pchar}|/)*)(?:\\?(?:${pchar}|[/?])*)?(?:#(?:${pchar}|[/?])*)?$`,
);

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to escape
const escaped = /[\u0000-\u0020<>"{}|\\^`]|[^\u0000-\u007e]/g;

/** Whether the text is a URI reference. Spaces and characters outside ASCII are allowed. */
export function isUri(text: string): boolean {
  const match = uri.exec(text.replace(escaped, '_'));
  return match !== null && !(/^[^/?#]*:/.test(text) && !/^[A-Za-z][A-Za-z0-9+.-]*:/.test(text));
}
