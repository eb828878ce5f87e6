import type { XmlElement } from './xml.ts';

/** The request is not XML, has the wrong envelope, or is invalid against the schema. Each vendor answers this in its own way. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
  /** The operation that was asked for. Null if the request does not say it legibly. */
  operation: string | null = null;
  /** The header blocks, if `stage` is `body`. */
  headers: readonly XmlElement[] = [];
  /** `body`: the envelope was valid up to its body, so the headers count. */
  readonly stage: 'envelope' | 'body';

  constructor(stage: 'envelope' | 'body', message: string) {
    super(message);
    this.stage = stage;
  }
}
