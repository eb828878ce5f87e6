import type { GraphQLFormattedError } from 'graphql';
import type { Denials } from '../../denied-coordinates.ts';
import type { JsonObject } from '../../json.ts';
import type { Failure, FailureAt, Failures } from '../failures.ts';
import { locateFailures } from './locate-failures.ts';

type Path = readonly (string | number)[];

/**
 * Translates a path below `value` from keys of the merged data to the client's response keys. The result ends before
 * the first key that the client has not selected. If `value` is null, the types of the objects below are unknown. Each
 * key is then translated as for the first possible type that has it.
 */
export type ClientPath = (pathBelow: Path, value: unknown) => Path;

/** The largest number of errors in one answer. If there are more, one last error reports this. */
const maxErrors = 1000;
/**
 * The maximum number of characters in the errors of one answer. One error of a subgraph is reported at each occurrence
 * of its entity, and a message may be a whole page.
 */
const maxCharacters = 4 * 1024 * 1024;

/** Collects the errors of one answer. Each has the client's path. Equal errors are kept only once. */
export class ResponseErrors {
  readonly errors: GraphQLFormattedError[] = [];
  readonly failures: Failures;
  readonly #denied: Denials;
  readonly #reported = new Set<Failure>();
  /** The message, path and code of each error. Undefined until there is an error. */
  #identities: Set<string> | undefined;
  #characters = 0;
  /** The number of errors that `take` has removed. */
  #taken = 0;
  /**
   * The number of characters in each `extensions` object. An error that occurs many times has the same object each
   * time.
   */
  readonly #lengths = new Map<unknown, number>();
  #isFull = false;

  constructor(failures: Failures, denied: Denials) {
    this.failures = failures;
    this.#denied = denied;
  }

  /** Whether further errors are dropped, so that their paths need not be computed. */
  get isFull(): boolean {
    return this.#isFull;
  }

  /** Removes and returns the errors of one part of the answer. The next part may have the same errors again. */
  take(): readonly GraphQLFormattedError[] {
    const taken = this.errors.splice(0);
    this.#taken += taken.length;
    this.#identities = undefined;
    return taken;
  }

  /**
   * Adds the failures that explain a null at `path`. A failure with a `failedKey` is left out, because it is reported
   * at the field that has failed. `clientPath` translates the path below the null to the client's keys.
   */
  failed(failures: readonly FailureAt[], path: Path, clientPath: ClientPath): void {
    for (const { failure, pathBelow, failedKey } of failures) {
      if (failedKey === undefined) {
        this.#addFailure(failure, pathBelow.length === 0 ? path : [...path, ...clientPath(pathBelow, null)]);
      }
    }
  }

  /** Adds failures of a value that is not null. */
  besideValue(failures: readonly Failure[], path: Path): void {
    for (const failure of failures) {
      this.#addFailure(failure, path);
    }
  }

  /** Adds all failures that were not reported yet, so that none is lost. Call this last. `data` is the merged data. */
  addUnreported(clientPath: ClientPath, data: JsonObject): void {
    if (this.failures.fetchPaths.size === 0 || this.isFull) {
      return;
    }
    const unreported = [...this.failures.fetchPaths].filter(([failure]) => !this.#reported.has(failure));
    const located = locateFailures(data, this.failures, new Set(unreported.map(([failure]) => failure)));
    for (const [failure, fetchPath] of unreported) {
      this.#addFailure(failure, clientPath(located.get(failure) ?? fetchPath, data));
    }
  }

  #addFailure(failure: Failure, path: Path): void {
    this.#reported.add(failure);
    const { message, extensions } = failure;
    // An error about the whole answer has no path.
    this.#add(path.length === 0 ? { message, extensions } : { message, path, extensions });
  }

  denied(coordinate: string, path: Path): void {
    const { message, code } = this.#denied.get(coordinate) ?? {
      message: 'The caller has no right to this.',
      code: 'FORBIDDEN',
    };
    this.#add({ message, path, extensions: { code } });
  }

  /** Adds an error about data that the schema does not allow. */
  invalid(message: string, path: Path): void {
    this.#add({ message, path, extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' } });
  }

  unsupported(message: string, path: Path): void {
    this.#add({ message, path, extensions: { code: 'OPERATION_NOT_SUPPORTED' } });
  }

  #add(error: GraphQLFormattedError): void {
    if (this.isFull) {
      return;
    }
    const count = this.#taken + this.errors.length;
    if (count === maxErrors || this.#characters > maxCharacters) {
      const message = `There are more errors than the ${count} in this answer.`;
      this.errors.push({ message, extensions: { code: 'TOO_MANY_ERRORS' } });
      this.#isFull = true;
      return;
    }
    const identity = JSON.stringify([error.message, error.path, error.extensions?.code]);
    this.#identities ??= new Set();
    if (!this.#identities.has(identity)) {
      this.#identities.add(identity);
      this.errors.push(error);
      this.#characters += identity.length + this.#lengthOf(error.extensions);
    }
  }

  #lengthOf(extensions: GraphQLFormattedError['extensions']): number {
    const length = this.#lengths.get(extensions) ?? JSON.stringify(extensions ?? null).length;
    this.#lengths.set(extensions, length);
    return length;
  }
}
