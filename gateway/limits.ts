/** What the gateway takes from one request, and for how long. */

/** Bytes of a request's body. The longest query that GraphiQL sends is a twentieth of it. */
export const requestBodyLimit = 100 * 1024;
/** Tokens of a document. GraphiQL's own introspection has three hundred. */
export const maxTokens = 2000;
/** Documents kept parsed and validated. */
export const keptDocuments = 128;
/** Milliseconds for a whole request, down to the last call that it makes: two calls after each other have five each. */
export const requestTimeoutMs = 12_000;
