import type { RequestElement } from './fields.ts';

/**
 * A request that is no valid request: not XML, not the right envelope, or not what the schema allows. Each vendor
 * says so in its own way.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  /** The operation that was asked for, where it could be told. */
  operation: string | null = null;
  /** The header blocks that were read before; complete once the body was reached. */
  headers: readonly RequestElement[] = [];
  /** Whether the envelope was sound up to its body, so that the headers count. */
  readonly stage: 'envelope' | 'body';

  constructor(stage: 'envelope' | 'body', message: string) {
    super(message);
    this.stage = stage;
  }
}
