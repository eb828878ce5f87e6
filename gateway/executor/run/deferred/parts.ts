/** The parts of an incremental answer as JSON, in both formats. */
import type { GraphQLFormattedError } from 'graphql';

type Path = readonly (string | number)[];
type Data = Readonly<Record<string, unknown>>;

/** A block that is announced. A block of the root has an empty path. */
export interface PendingBlock {
  readonly id: string;
  readonly path: Path;
  readonly label?: string | undefined;
}

/** Data of a block. `id` and `subPath` are of the format v0.2, `path` and `label` of 20220824. */
export interface IncrementalData {
  readonly id?: string | undefined;
  readonly subPath?: Path | undefined;
  readonly path?: Path | undefined;
  readonly label?: string | undefined;
  /** The fields of the block. In the format 20220824, this is null if the block has failed. */
  readonly data: Data | null;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
}

/** A block that has no more data. With errors, it has failed and has no data. */
interface CompletedBlock {
  readonly id: string;
  readonly errors?: readonly GraphQLFormattedError[] | undefined;
}

/** A part after the initial part. */
export interface FurtherPart {
  readonly pending?: readonly PendingBlock[] | undefined;
  readonly incremental?: readonly IncrementalData[] | undefined;
  readonly completed?: readonly CompletedBlock[] | undefined;
  readonly hasNext: boolean;
}

/** A part that is being built. Its empty lists are left out when it is written. */
export class PartDraft {
  readonly pending: PendingBlock[] = [];
  readonly incremental: IncrementalData[] = [];
  readonly completed: CompletedBlock[] = [];

  get isEmpty(): boolean {
    return this.pending.length + this.incremental.length + this.completed.length === 0;
  }

  /** Adds errors that belong to no block of this part in particular. */
  addErrors(errors: readonly GraphQLFormattedError[]): void {
    const records: { errors?: readonly GraphQLFormattedError[] | undefined }[] =
      this.incremental.length > 0 ? this.incremental : this.completed;
    const last = records.pop();
    if (last !== undefined && errors.length > 0) {
      records.push({ ...last, errors: [...(last.errors ?? []), ...errors] });
    } else if (last !== undefined) {
      records.push(last);
    }
  }

  finish(hasNext: boolean): FurtherPart {
    return {
      pending: unlessEmpty(this.pending),
      incremental: unlessEmpty(this.incremental),
      completed: unlessEmpty(this.completed),
      hasNext,
    };
  }
}

/** An empty list is left out of the JSON. */
export const unlessEmpty = <Item>(list: readonly Item[]): readonly Item[] | undefined =>
  list.length === 0 ? undefined : list;
