import type { ReactNode } from 'react';
import type { Explanation, Fetch, PlanStep, SoapCalls } from './explanation.ts';

/** Shows how the last operation was answered: its plan, the time of each fetch, and the calls to legacy systems. */
export function ExplanationView({ explanation }: { readonly explanation: Explanation | null }): ReactNode {
  if (explanation === null) {
    return <p>Run an operation, and its plan, fetches and SOAP calls stand here.</p>;
  }
  const { plan, fetches, timesMs } = explanation;
  const calls = fetches.flatMap(({ soapCalls }) => soapCalls).reduce((sum, { calls }) => sum + calls, 0);
  const unplanned = fetches.filter(({ step }) => step === null);
  return (
    <>
      <Summary explanation={explanation} />
      <h2>Plan</h2>
      {plan === null ? (
        <p>It was rejected before it was planned.</p>
      ) : (
        <>
          <p>
            {fetches.length === 0 ? 'No fetch' : counted(fetches.length, 'fetch', 'fetches')},{' '}
            {counted(calls, 'SOAP call', 'SOAP calls')}.
          </p>
          <PlanSteps steps={plan} fetches={fetches} totalMs={timesMs.total} />
        </>
      )}
      {unplanned.map((fetch) => (
        <FetchFigures
          key={`${fetch.subgraph} ${fetch.startedAfterMs}`}
          fetch={fetch}
          totalMs={timesMs.total}
        />
      ))}
    </>
  );
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const milliseconds = (ms: number | null): string => (ms === null ? '0 ms: kept from before' : `${ms} ms`);

function Summary({
  explanation: { operation, estimatedCost, cached, timesMs },
}: {
  readonly explanation: Explanation;
}): ReactNode {
  const facts: readonly (readonly [string, string])[] = [
    ['Operation', `${operation.type ?? 'unknown'} ${operation.name ?? 'without a name'}`],
    ['Time', `${timesMs.total} ms`],
    ['Cost', estimatedCost === null ? 'not estimated' : String(estimatedCost)],
    ['Parsing', milliseconds(timesMs.parsing)],
    ['Validating', milliseconds(timesMs.validating)],
    ['Planning', cached.plan ? milliseconds(null) : milliseconds(timesMs.planning)],
    ['Hash', operation.hash ?? 'none'],
  ];
  return (
    <dl className="facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

interface Taken {
  readonly fetches: readonly Fetch[];
  readonly totalMs: number;
}

const PlanSteps = ({ steps, ...taken }: Taken & { readonly steps: readonly PlanStep[] }): ReactNode => (
  <ol className="plan">
    {steps.map((step) => (
      <li key={keyOf(step)}>
        <ShownStep step={step} {...taken} />
      </li>
    ))}
  </ol>
);

/** A key of a step for React: the number of a fetch, or the numbers of all fetches in a group. */
const keyOf = (step: PlanStep): string =>
  'steps' in step ? `${step.kind} ${step.steps.map(keyOf).join()}` : String(step.step);

function ShownStep({ step, ...taken }: Taken & { readonly step: PlanStep }): ReactNode {
  if ('steps' in step) {
    return (
      <>
        {step.kind === 'parallel' ? 'At the same time' : 'One after the other'}
        <PlanSteps steps={step.steps} {...taken} />
      </>
    );
  }
  const { step: number, subgraph, operation, sends, at } = step;
  const own = taken.fetches.filter((fetch) => fetch.step === number);
  return (
    <>
      <p>
        <strong>
          {number}. {subgraph}
        </strong>
        {at.length > 0 && (
          <>
            {' '}
            for{' '}
            {at.map((path) => (
              <code key={path}>{path}</code>
            ))}
          </>
        )}
      </p>
      <details>
        <summary>What is asked for</summary>
        {sends.map((representation) => (
          <p key={representation}>
            With <code>{representation}</code>
          </p>
        ))}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the section scrolls, so the keyboard must reach it. */}
        <section className="wide" aria-label={`Operation for ${subgraph}`} tabIndex={0}>
          <pre>{operation}</pre>
        </section>
      </details>
      {own.length === 0 && <p>Not fetched: nothing was there to be looked up.</p>}
      {own.map((fetch) => (
        <FetchFigures key={fetch.startedAfterMs} fetch={fetch} totalMs={taken.totalMs} />
      ))}
    </>
  );
}

function FetchFigures({ fetch, totalMs }: { readonly fetch: Fetch; readonly totalMs: number }): ReactNode {
  const { subgraph, startedAfterMs, ms, bytes, failure, soapCalls } = fetch;
  const share = (part: number) => `${Math.min((part / Math.max(totalMs, 1)) * 100, 100)}%`;
  return (
    <div className="fetch">
      <p>
        {ms} ms, begun after {startedAfterMs} ms{bytes !== null && `, ${bytes} bytes`}
      </p>
      <div className="time" aria-hidden="true">
        <div style={{ marginInlineStart: share(startedAfterMs), width: share(ms) }} />
      </div>
      {failure !== null && <p className="failure">Failed: {failure}</p>}
      {soapCalls.length > 0 && <SoapTable subgraph={subgraph} soapCalls={soapCalls} />}
    </div>
  );
}

const SoapTable = ({
  subgraph,
  soapCalls,
}: {
  readonly subgraph: string;
  readonly soapCalls: readonly SoapCalls[];
}): ReactNode => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: the section scrolls, so the keyboard must reach it.
  <section className="wide" aria-label={`SOAP calls of ${subgraph}`} tabIndex={0}>
    <table>
      <caption>SOAP calls of {subgraph}</caption>
      <thead>
        <tr>
          {['System', 'Operation', 'Calls', 'Attempts', 'Failed', 'ms', 'waited, ms'].map((name) => (
            <th key={name} scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {soapCalls.map(({ system, operation, calls, attempts, failed, ms, waitedMs }) => (
          <tr key={`${system} ${operation}`}>
            <td>{system}</td>
            <th scope="row">{operation}</th>
            <td>{calls}</td>
            <td>{attempts}</td>
            <td>{failed}</td>
            <td>{ms}</td>
            <td>{waitedMs}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </section>
);
