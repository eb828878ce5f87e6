import type { GraphQLFormattedError } from 'graphql';
import type { Block, IncrementalFormat } from '../../deferred-block.ts';
import type { JsonObject } from '../../json.ts';
import { AnswerTooLarge } from '../answer/answer-budget.ts';
import { projectObject } from '../answer/project.ts';
import type { DeferredGroup, ProjectedField, ProjectionContext } from '../answer/projection.ts';
import { type FurtherPart, PartDraft, type PendingBlock, unlessEmpty } from './parts.ts';
import type { RunningBlocks } from './running-blocks.ts';

type Path = readonly (string | number)[];

/** Deferred fields of one object. They may belong to several blocks, but are delivered only once. */
interface OpenGroup extends DeferredGroup {
  /** True if the fields were delivered, or must never be delivered because the part around them has failed. */
  isDelivered: boolean;
}

/**
 * A deferred block at one of its objects. It is `waiting` until the part around it is delivered, and then `announced`
 * until it is delivered itself. It has `failed` if a null in a non-null field made the whole block null, if the answer
 * is too large, or if the block around it has failed.
 */
interface BlockAtObject {
  readonly block: Block;
  readonly path: Path;
  /** Unique among the announced blocks. */
  id: string;
  readonly groups: OpenGroup[];
  state: 'waiting' | 'announced' | 'delivered' | 'failed';
}

/** The data and the errors of deferred fields of one object. `data` is null if the fields have failed. */
interface ProjectedGroup {
  readonly group: OpenGroup;
  readonly data: JsonObject | null;
  readonly errors: readonly GraphQLFormattedError[];
  /** The deferred groups inside this group. */
  readonly deferred: readonly DeferredGroup[];
}

const untoldError: GraphQLFormattedError = {
  message: 'There are more errors than those in this answer.',
  extensions: { code: 'TOO_MANY_ERRORS' },
};

/** The data for projections that all parts share. */
type Projection = Omit<ProjectionContext, 'path' | 'deferred' | 'resumed'>;

/**
 * Divides one answer into parts. The projection of each part finds the deferred fields below it. A block is delivered
 * when its steps have ended and the part around it is delivered.
 *
 * For `{ cards { no ... @defer { owner } } }` with two cards, the initial part has both numbers. The block at `cards`
 * then waits at two objects, `["cards", 0]` and `["cards", 1]`. When its steps have ended, one part has both owners.
 */
export class DeferredParts {
  readonly #format: IncrementalFormat;
  readonly #running: RunningBlocks;
  readonly #projection: Projection;
  /** By block and path. */
  readonly #blocks = new Map<string, BlockAtObject>();
  #announced = 0;

  constructor(format: IncrementalFormat, running: RunningBlocks, projection: Projection) {
    this.#format = format;
    this.#running = running;
    this.#projection = projection;
  }

  /** Whether another part follows. */
  get hasNext(): boolean {
    return [...this.#blocks.values()].some(({ state }) => state === 'waiting' || state === 'announced');
  }

  /** Projects the initial part. `data` is null if an error made the whole part null. */
  initial(fields: readonly ProjectedField[], source: JsonObject) {
    const group = { blocks: [], fields, source, path: [], isDelivered: false };
    const projected = this.#project(group, null);
    this.#open(projected);
    const pending: PendingBlock[] = [];
    this.#announce(pending);
    return { data: projected.data, errors: projected.errors, pending };
  }

  /**
   * Returns the next part, with everything that can be delivered now. Null if there is nothing. `lastErrors` returns the
   * errors that no part has reported.
   */
  next(lastErrors: () => readonly GraphQLFormattedError[]): FurtherPart | null {
    const part = new PartDraft();
    let isComplete = false;
    while (!isComplete) {
      isComplete = true;
      for (const open of this.#blocks.values()) {
        if (open.state === 'announced' && this.#running.hasEnded(open.block.id)) {
          this.#deliver(open, part);
          isComplete = false;
        }
      }
      this.#announce(part.pending);
    }
    if (part.isEmpty) {
      return null;
    }
    const { hasNext } = this;
    part.addErrors(hasNext ? [] : lastErrors());
    return part.finish(hasNext);
  }

  #deliver(open: BlockAtObject, part: PartDraft): void {
    const { id, block, path } = open;
    const { projected, opened } = this.#projectAll(open);
    const failed = projected.filter(({ data }) => data === null);
    open.state = failed.length === 0 ? 'delivered' : 'failed';
    if (this.#format === '20220824') {
      for (const { data, errors } of projected) {
        part.incremental.push({ data, path, label: labelOf(block), errors: unlessEmpty(errors) });
      }
    } else if (failed.length > 0) {
      part.completed.push({ id, errors: failed.flatMap(({ errors }) => errors) });
    } else {
      for (const { data, errors, group } of projected) {
        const subPath = unlessEmpty(group.path.slice(path.length));
        part.incremental.push({ id, subPath, data, errors: unlessEmpty(errors) });
      }
      part.completed.push({ id });
    }
    for (const group of failed.length === 0 ? projected.map((each) => each.group) : opened) {
      group.isDelivered = true;
    }
  }

  /** Projects the deferred fields of a block. The loop also visits nested fields, which it adds to the block. */
  #projectAll({ groups }: BlockAtObject) {
    const projected: ProjectedGroup[] = [];
    const opened: OpenGroup[] = [];
    for (const group of groups) {
      if (!group.isDelivered) {
        const each = this.#project(group, group.source);
        projected.push(each);
        for (const next of this.#open(each)) {
          opened.push(next);
        }
      }
    }
    return { projected, opened };
  }

  #project(group: OpenGroup, resumed: JsonObject | null): ProjectedGroup {
    const { responseErrors } = this.#projection;
    const { fields, source, path } = group;
    const deferred: DeferredGroup[] = [];
    try {
      const context = { ...this.#projection, path: [...path], deferred, resumed };
      const data = projectObject(fields, source, context, path.length) ?? null;
      const errors = responseErrors.take();
      return { group, data, errors: data === null && errors.length === 0 ? [untoldError] : errors, deferred };
    } catch (error) {
      if (error instanceof AnswerTooLarge) {
        responseErrors.take();
        const { message } = error;
        return {
          group,
          data: null,
          errors: [{ message, extensions: { code: 'ANSWER_TOO_LARGE' } }],
          deferred: [],
        };
      }
      throw error;
    }
  }

  /**
   * The projection of a group has found deferred fields. Adds them to their blocks, and returns them as new groups.
   * Leaves out fields if an error made their object null.
   */
  #open({ group: { path }, data, errors, deferred }: ProjectedGroup): readonly OpenGroup[] {
    const groups = deferred
      .filter((group) => errors.length === 0 || leadsToObject(group.path.slice(path.length), data))
      .map((group) => ({ ...group, isDelivered: false }));
    for (const group of groups) {
      for (const block of group.blocks) {
        this.#blockAt(block, group.path.slice(0, block.depth)).groups.push(group);
      }
    }
    return groups;
  }

  #blockAt(block: Block, path: Path): BlockAtObject {
    const key = keyOf(block, path);
    const existing = this.#blocks.get(key);
    if (existing !== undefined) {
      return existing;
    }
    const open: BlockAtObject = { block, path, id: '', groups: [], state: 'waiting' };
    this.#blocks.set(key, open);
    return open;
  }

  /**
   * Announces each block whose surrounding block is delivered. Adds it to `pending` if the format has announcements.
   */
  #announce(pending: PendingBlock[]): void {
    for (const open of this.#blocks.values()) {
      const isWaiting = this.#stateOf(open) === 'waiting';
      if (isWaiting && (this.#around(open)?.state ?? 'delivered') === 'delivered') {
        open.state = 'announced';
        open.id = String(this.#announced++);
        if (this.#format === 'v0.2') {
          pending.push({ id: open.id, path: open.path, label: labelOf(open.block) });
        }
      }
    }
  }

  /** The state of a block. If its surrounding block has failed, the block fails, too. */
  #stateOf(open: BlockAtObject): BlockAtObject['state'] {
    const around = open.state === 'waiting' ? this.#around(open) : undefined;
    if (around !== undefined && this.#stateOf(around) === 'failed') {
      open.state = 'failed';
    }
    return open.state;
  }

  /** Returns the innermost surrounding block that has fields on the same path. Other surrounding blocks are skipped. */
  #around({ block, path }: BlockAtObject): BlockAtObject | undefined {
    for (let { parent } = block; parent !== null; { parent } = parent) {
      const open = this.#blocks.get(keyOf(parent, path.slice(0, parent.depth)));
      if (open !== undefined) {
        return open;
      }
    }
    return undefined;
  }
}

const keyOf = ({ id }: Block, path: Path): string => `${id} ${JSON.stringify(path)}`;

const labelOf = ({ label }: Block): string | undefined => label ?? undefined;

function leadsToObject(path: Path, data: unknown): boolean {
  let value = data;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) {
      return false;
    }
    value = Reflect.get(value, key);
  }
  return typeof value === 'object' && value !== null;
}
