/** What the gateway takes from one request, and for how long. */

/** Bytes of a request's body. The longest query that GraphiQL sends is a twentieth of it. */
export const requestBodyLimit = 100 * 1024;
/** Tokens of a document. */
export const maxTokens = 5000;
/** Milliseconds for a whole request, down to the last call that it makes. */
export const requestTimeoutMs = 10_000;
