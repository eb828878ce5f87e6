/**
 * The contract has no form for a request. The error is thrown before anything is sent. Its message names the path and
 * the expected type, and never the value.
 */
export class EncodeError extends TypeError {
  override readonly name = 'EncodeError';
}

/** The reason for an `EncodeError`. Each encoder that it passes through adds a step to its path. */
export class Unencodable extends Error {
  readonly #path: string[] = [];

  /** Adds a step at the beginning of the path: the name of an element, or an item such as `[1]`. */
  below(step: string): this {
    this.#path.unshift(step);
    return this;
  }

  toEncodeError(root: string): EncodeError {
    const path = this.#path.map((step) => (step.startsWith('[') ? step : `/${step}`)).join('');
    return new EncodeError(`${root}${path}: ${this.message}`);
  }
}

/** Adds a step to the path of an error that passes through an encoder. */
export const risen = (error: unknown, step: string): unknown =>
  error instanceof Unencodable ? error.below(step) : error;
