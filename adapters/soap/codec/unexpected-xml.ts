/**
 * The reason why a document is rejected. In the codec, `readXml` catches this error, adds the path, and throws an
 * `InvalidXml`.
 */
export class UnexpectedXml extends Error {}

export const malformed = (): UnexpectedXml => new UnexpectedXml('not well-formed');
