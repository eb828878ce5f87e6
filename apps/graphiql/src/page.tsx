import { useContent } from '@patron-graph/ui';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { type Caller, nameOf } from './caller.ts';
import { CallerPicker } from './caller-picker.tsx';
import { type ListedOperation, loadOperations, loadSetup, type Setup } from './setup.ts';

/** The editors are loaded separately, because they have three quarters of a megabyte, compressed. */
const Workbench = lazy(() => import('./workbench.tsx'));

interface Content {
  readonly setup: Setup;
  readonly operations: readonly ListedOperation[];
}

async function load(): Promise<Content> {
  const setup = await loadSetup();
  return { setup, operations: setup.hasGuides ? await loadOperations() : [] };
}

export function Page(): ReactNode {
  const { content, hasFailed, retry } = useContent('setup', load);
  if (content !== null) {
    return <Loaded {...content} />;
  }
  return hasFailed ? (
    <Frame status="The gateway can’t be reached.">
      <button type="button" onClick={retry}>
        Try again
      </button>
    </Frame>
  ) : (
    <Frame status="Loading…" />
  );
}

const Frame = ({
  status,
  children,
}: {
  readonly status: string;
  readonly children?: ReactNode;
}): ReactNode => (
  <main className="waiting">
    <h1>GraphiQL</h1>
    <p role="status">{status}</p>
    {children}
  </main>
);

/** The operation named in the address, such as `?operation=staff/Desk`. Null if the address names no known operation. */
function linkedOperation(operations: readonly ListedOperation[]): ListedOperation | null {
  const id = new URLSearchParams(window.location.search).get('operation');
  return operations.find((operation) => operation.id === id) ?? null;
}

function Loaded({ setup, operations }: Content): ReactNode {
  const linked = linkedOperation(operations);
  const [caller, setCaller] = useState<Caller>(() => {
    // Without a linked operation, the page opens with the default query, and the first person is the caller.
    const person =
      linked === null
        ? setup.people[0]
        : setup.people.find(({ audience }) => linked.audiences.includes(audience));
    return person === undefined ? { kind: 'anonymous' } : { kind: 'person', person };
  });
  return (
    <>
      <header>
        <h1>GraphiQL</h1>
        <CallerPicker people={setup.people} caller={caller} onChange={setCaller} />
        <p className="hidden" role="status">
          Queries are run as: {nameOf(caller)}
        </p>
      </header>
      <Suspense fallback={<p role="status">Loading the editors…</p>}>
        <Workbench setup={setup} operations={operations} caller={caller} linked={linked} />
      </Suspense>
    </>
  );
}
