import { GraphQLError, type GraphQLErrorOptions } from 'graphql';
import type { Localized } from '../language.ts';

/** An error whose message people read. The caller gets the text in their language (`runtime/errors.ts`). */
export class LocalizedError extends GraphQLError {
  readonly texts: Localized;

  constructor(texts: Localized, options: GraphQLErrorOptions) {
    super(texts.en, options);
    this.texts = texts;
  }
}
