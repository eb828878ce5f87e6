/** Time for one answer of a provider, in ms. */
export const providerTimeoutMs = 10_000;

/** The provider doesn't answer now, but may answer later. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}
