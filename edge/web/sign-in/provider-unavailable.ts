/** The provider does not answer. It may later. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}
