/** What a client does with the parts of an answer, for both formats. It checks the form of each part. */
import type { GraphQLFormattedError } from 'graphql';
import { expect } from 'vitest';
import type { FurtherPart, GraphQLResult, IncrementalFormat } from '../../../gateway/engine/request.ts';

type Path = readonly (string | number)[];
type Data = Record<string | number, unknown>;

/** The parts of one answer, joined. */
export interface JoinedAnswer {
  readonly data: Data | null | undefined;
  readonly errors: readonly GraphQLFormattedError[];
  /** The paths of the blocks that have failed. */
  readonly failed: readonly Path[];
  readonly parts: readonly FurtherPart[];
}

export async function joined(
  { data, errors = [], pending = [], hasNext, further }: GraphQLResult,
  format: IncrementalFormat,
  report: string,
): Promise<JoinedAnswer> {
  const parts: FurtherPart[] = [];
  const joiner = format === 'v0.2' ? new JoinerById(data, report) : new JoinerByPath(data, report);
  const allErrors = [...errors];
  expect(hasNext, report).toBe(further === undefined ? undefined : true);
  joiner.add({ pending, hasNext: true });
  for await (const part of further ?? []) {
    expect(parts.at(-1)?.hasNext, `a part after the last\n${report}`).not.toBe(false);
    // Each part is what a client parses.
    const parsed = JSON.parse(JSON.stringify(part)) as FurtherPart;
    parts.push(parsed);
    joiner.add(parsed);
    for (const each of [...(parsed.incremental ?? []), ...(parsed.completed ?? [])]) {
      allErrors.push(...(each.errors ?? []));
    }
  }
  if (further !== undefined) {
    expect(parts.at(-1)?.hasNext, `the last part is missing\n${report}`).toBe(false);
    joiner.end();
  }
  return { data: joiner.data, errors: allErrors, failed: joiner.failed, parts };
}

abstract class Joiner {
  readonly data: Data | null | undefined;
  readonly failed: Path[] = [];
  readonly report: string;

  constructor(data: GraphQLResult['data'], report: string) {
    this.data = data == null ? data : (JSON.parse(JSON.stringify(data)) as Data);
    this.report = report;
  }

  abstract add(part: FurtherPart): void;
  abstract end(): void;

  objectAt(path: Path): Data {
    let value: unknown = this.data;
    for (const key of path) {
      value = Reflect.get(Object(value), key);
    }
    expect(typeof value === 'object' && value !== null, `no object at ${path}\n${this.report}`).toBe(true);
    return value as Data;
  }
}

/** The format 20220824. */
class JoinerByPath extends Joiner {
  add({ incremental = [], pending, completed }: FurtherPart): void {
    expect([pending ?? [], completed], this.report).toEqual([[], undefined]);
    for (const { path = [], data } of incremental) {
      const target = this.objectAt(path);
      if (data === null) {
        this.failed.push(path);
      } else {
        merge(target, data);
      }
    }
  }

  end(): void {}
}

/** The format v0.2. */
class JoinerById extends Joiner {
  readonly #pending = new Map<string, Path>();
  #pendingBefore = 0;

  add({ pending = [], incremental = [], completed = [] }: FurtherPart): void {
    for (const { id, path } of pending) {
      expect(this.#pending.has(id), `${id} is announced twice\n${this.report}`).toBe(false);
      this.#pending.set(id, path);
      this.#pendingBefore += 1;
    }
    for (const { id = '', subPath = [], data } of incremental) {
      const target = this.objectAt([...this.#pathOf(id), ...subPath]);
      for (const key of Object.keys(data ?? {})) {
        expect(Object.hasOwn(target, key), `${key} is delivered twice\n${this.report}`).toBe(false);
      }
      merge(target, data ?? {});
    }
    for (const { id, errors } of completed) {
      const path = this.#pathOf(id);
      this.#pending.delete(id);
      if (errors !== undefined) {
        expect(errors, this.report).not.toEqual([]);
        this.failed.push(path);
      }
    }
    for (const { path } of pending) {
      this.objectAt(path);
    }
  }

  end(): void {
    expect([...this.#pending], `blocks that are never completed\n${this.report}`).toEqual([]);
    expect(this.#pendingBefore, this.report).toBeGreaterThan(0);
  }

  #pathOf(id: string): Path {
    const path = this.#pending.get(id);
    expect(path, `${id} is not pending\n${this.report}`).toBeDefined();
    return path ?? [];
  }
}

function merge(target: Data, source: Readonly<Record<string, unknown>>): void {
  for (const [key, value] of Object.entries(source)) {
    const existing = target[key];
    if (isContainer(existing) && isContainer(value)) {
      merge(existing, value);
    } else {
      target[key] = value;
    }
  }
}

const isContainer = (value: unknown): value is Data => typeof value === 'object' && value !== null;
