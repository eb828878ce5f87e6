import type { GraphQLFormattedError } from 'graphql';
import type { Denials } from '../denials.ts';
import type { FailureAt, Failures } from './failures.ts';

type Path = readonly (string | number)[];

/** Errors that one answer tells; one more says that there are others. */
const maxErrors = 1000;

/** The errors of one answer, each with the client's own path, and none twice. */
export class ResponseErrors {
  readonly errors: GraphQLFormattedError[] = [];
  readonly failures: Failures;
  readonly #denied: Denials;
  /** Undefined while there is none. */
  #seen: Set<string> | undefined;

  constructor(failures: Failures, denied: Denials) {
    this.failures = failures;
    this.#denied = denied;
  }

  /** Whether no further error is told: nobody needs to find out its path. */
  get isFull(): boolean {
    return this.errors.length > maxErrors;
  }

  /** `below` translates the rest of a failure's path into the client's keys. */
  failed(failed: readonly FailureAt[], path: Path, below: (rest: Path) => Path): void {
    for (const { failure, below: rest } of failed) {
      this.#emit({
        message: failure.message,
        path: rest.length === 0 ? path : [...path, ...below(rest)],
        extensions: failure.extensions,
      });
    }
  }

  denied(coordinate: string, path: Path): void {
    const { message, code } = this.#denied.get(coordinate) ?? {
      message: 'This is not for the caller to read.',
      code: 'FORBIDDEN',
    };
    this.#emit({ message, path, extensions: { code } });
  }

  /** The subgraphs' answers are not what the schema says. */
  invalid(message: string, path: Path): void {
    this.#emit({ message, path, extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' } });
  }

  unsupported(message: string, path: Path): void {
    this.#emit({ message, path, extensions: { code: 'OPERATION_NOT_SUPPORTED' } });
  }

  #emit(error: GraphQLFormattedError & { readonly path: Path }): void {
    if (this.isFull) {
      return;
    }
    if (this.errors.length === maxErrors) {
      const message = `There are more errors than the ${maxErrors} that are told.`;
      this.errors.push({ message, extensions: { code: 'TOO_MANY_ERRORS' } });
      return;
    }
    const identity = JSON.stringify([error.message, error.path, error.extensions?.code]);
    this.#seen ??= new Set();
    if (!this.#seen.has(identity)) {
      this.#seen.add(identity);
      this.errors.push(error);
    }
  }
}
