import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';
import { type Caller, nameOf } from './caller.ts';
import { CallerPicker } from './caller-picker.tsx';
import { type ListedOperation, loadOperations, loadSetup, type Setup } from './setup.ts';

/** The editors: three quarters of a megabyte, compressed. */
const Workbench = lazy(() => import('./workbench.tsx'));

type State =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed' }
  | { readonly kind: 'loaded'; readonly setup: Setup; readonly operations: readonly ListedOperation[] };

async function load(): Promise<State> {
  const setup = await loadSetup();
  return { kind: 'loaded', setup, operations: setup.hasGuides ? await loadOperations() : [] };
}

export function Page(): ReactNode {
  const [state, setState] = useState<State>({ kind: 'loading' });
  const [tries, setTries] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `tries` loads it again.
  useEffect(() => {
    load().then(setState, () => setState({ kind: 'failed' }));
  }, [tries]);
  switch (state.kind) {
    case 'loading':
      return <Frame status="Loading…" />;
    case 'failed':
      return (
        <Frame status="The gateway can’t be reached.">
          <button type="button" onClick={() => setTries(tries + 1)}>
            Try again
          </button>
        </Frame>
      );
    case 'loaded':
      return <Loaded setup={state.setup} operations={state.operations} />;
  }
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

/** The operation that the address names, as `?operation=staff/Desk`; null where it names none that there is. */
function linkedOperation(operations: readonly ListedOperation[]): ListedOperation | null {
  const id = new URLSearchParams(window.location.search).get('operation');
  return operations.find((operation) => operation.id === id) ?? null;
}

function Loaded({
  setup,
  operations,
}: {
  readonly setup: Setup;
  readonly operations: readonly ListedOperation[];
}): ReactNode {
  const linked = linkedOperation(operations);
  const [caller, setCaller] = useState<Caller>(() => {
    const person = setup.people.find(({ audience }) => linked?.audiences.includes(audience));
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
