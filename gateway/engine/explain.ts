/** Explains to a client how the gateway answered its operation. */
import { parse, print, visit } from 'graphql';
import { nameToShow } from '../../platform/telemetry/operation-name.ts';
import type { SoapCallTotals } from '../../platform/telemetry/request-scope.ts';
import type { EntityFetchStep, FetchStep, PathField, PlanStep } from '../executor/index.ts';
import { readableLookup } from '../planner/index.ts';
import type { FetchReport, OperationReport } from './operation-report.ts';

/**
 * An explanation of one answer, without the values of variables. Times are in ms, with one decimal. In operations,
 * strings are shown as `…`, and numbers as 0.
 */
export interface Explanation {
  /** The client's operation, with the same names as in logs and traces. */
  readonly operation: Pick<OperationReport, 'name' | 'type' | 'hash'>;
  /** The estimated cost of the operation. Null if it was rejected before its cost was estimated. */
  readonly estimatedCost: number | null;
  /**
   * Whether the parsed document and the plan were in a cache, so that this request needed no parsing and no planning.
   */
  readonly cached: { readonly document: boolean; readonly plan: boolean };
  readonly timesMs: {
    readonly total: number;
    readonly parsing: number | null;
    readonly validating: number | null;
    readonly planning: number | null;
  };
  /** Null if the operation was not planned. */
  readonly plan: readonly ExplainedStep[] | null;
  /** The fetches, in the order in which they ended. */
  readonly fetches: readonly ExplainedFetch[];
}

type ExplainedStep =
  | { readonly kind: 'sequence' | 'parallel'; readonly steps: readonly ExplainedStep[] }
  | {
      readonly kind: 'fetch' | 'entityFetch';
      readonly step: number;
      readonly subgraph: string;
      readonly operation: string;
      /**
       * The fields of an object that the request sends to the subgraph, such as `Patron { __typename id }`. There is
       * one text for each `_entities` field of the request. Empty for root fields.
       */
      readonly sends: readonly string[];
      /**
       * Where the fetched fields are in the merged answers of the subgraphs, as paths of keys. Empty if they are at the
       * root.
       */
      readonly at: readonly string[];
    };

interface ExplainedFetch extends Pick<FetchReport, 'subgraph' | 'bytes' | 'failure'> {
  /** The number of the fetch in the plan. Null if no fetch in the plan has the request's text. */
  readonly step: number | null;
  readonly startedAfterMs: number;
  readonly ms: number;
  readonly soapCalls: readonly SoapCallTotals[];
}

export function explanationOf(report: OperationReport): Explanation {
  const { name, type, hash, estimatedCost, parsingMs, validatingMs, planningMs, steps, fetches } = report;
  const numbers: StepNumbers = { last: 0, byFetch: new Map() };
  return {
    operation: { name: name === null ? null : nameToShow(name), type, hash },
    estimatedCost,
    cached: { document: parsingMs === null, plan: steps !== null && planningMs === null },
    timesMs: {
      total: rounded(report.elapsedMs()),
      parsing: roundedOrNull(parsingMs),
      validating: roundedOrNull(validatingMs),
      planning: roundedOrNull(planningMs),
    },
    plan: steps?.map((step) => explainStep(step, numbers)) ?? null,
    fetches: fetches.map(({ subgraph, operation, startedAfterMs, ms, failure, bytes, soapCalls }) => ({
      step: numbers.byFetch.get(keyOf(subgraph, operation)) ?? null,
      subgraph,
      startedAfterMs: rounded(startedAfterMs),
      ms: rounded(ms),
      bytes,
      failure,
      soapCalls: soapCalls.map((totals) => ({
        ...totals,
        ms: rounded(totals.ms),
        waitedMs: rounded(totals.waitedMs),
      })),
    })),
  };
}

interface StepNumbers {
  last: number;
  /** The number of each fetch in the plan, by {@link keyOf}. Equal fetches have the number of the first one. */
  readonly byFetch: Map<string, number>;
}

/** Numbers the fetches from 1, in the order of the plan. */
function explainStep(step: PlanStep, numbers: StepNumbers): ExplainedStep {
  if (step.kind === 'defer') {
    const steps = [step.primary, ...step.deferred.map((each) => each.step)];
    return explainStep({ kind: 'sequence', steps }, numbers);
  }
  if ('steps' in step) {
    return { kind: step.kind, steps: step.steps.map((child) => explainStep(child, numbers)) };
  }
  const { kind, subgraph, operation } = step;
  numbers.last += 1;
  const number = numbers.last;
  const key = keyOf(subgraph, operation);
  numbers.byFetch.set(key, numbers.byFetch.get(key) ?? number);
  const sends = step.kind === 'fetch' ? [] : step.lookups.map(readableLookup);
  return { kind, step: number, subgraph, operation: withoutValues(operation), sends, at: pathsOf(step) };
}

const keyOf = (subgraph: string, operation: string): string => `${subgraph} ${operation}`;

function pathsOf(step: FetchStep | EntityFetchStep): readonly string[] {
  const paths =
    step.kind === 'fetch'
      ? [step.path]
      : step.lookups.flatMap((lookup) => lookup.paths.map((path) => path.fields));
  return paths.filter((path) => path.length > 0).map(textOf);
}

const textOf = (path: readonly PathField[]): string => path.map(({ key }) => key).join('.');

/**
 * Replaces strings and numbers. Variables have already replaced nearly all literals of the client. The other literals,
 * such as default values of variables, may be personal data.
 */
function withoutValues(operation: string): string {
  const document = visit(parse(operation, { noLocation: true }), {
    StringValue: (node) => ({ ...node, value: '…' }),
    IntValue: (node) => ({ ...node, value: '0' }),
    FloatValue: (node) => ({ ...node, value: '0' }),
  });
  return print(document);
}

const rounded = (ms: number): number => Math.round(ms * 10) / 10;
const roundedOrNull = (ms: number | null): number | null => (ms === null ? null : rounded(ms));
