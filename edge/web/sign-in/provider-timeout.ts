/** One answer of a provider, in ms. */
export const providerTimeoutMs = 10_000;
