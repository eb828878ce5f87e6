import './workers.ts';
import '@graphiql/react/style.css';
import '@graphiql/plugin-doc-explorer/style.css';
import { DocExplorer, DocExplorerStore } from '@graphiql/plugin-doc-explorer';
import { GraphiQLProvider, Tooltip } from '@graphiql/react';
import { useContent } from '@patron-graph/ui';
import { buildSchema } from 'graphql';
import { type ReactNode, useMemo, useState } from 'react';
import { authorizationOf, type Caller } from './caller.ts';
import { Editors, useOpen } from './editors.tsx';
import type { Explanation } from './explanation.ts';
import { createFetcher } from './graph.ts';
import { Operations } from './operations.tsx';
import { type ListedOperation, loadSchema, type Setup } from './setup.ts';

interface WorkbenchProps {
  readonly setup: Setup;
  readonly operations: readonly ListedOperation[];
  readonly caller: Caller;
  /** The operation that is opened first. If null, the tabs of the last visit are opened, or else the default query. */
  readonly linked: ListedOperation | null;
}

/** The audience whose schema and operations are shown; null if only the gateway knows the audience. */
function audienceOf(caller: Caller, { people }: Setup): string | null {
  switch (caller.kind) {
    case 'person':
      return caller.person.audience;
    case 'anonymous':
      return people.length === 0 ? null : 'public';
    case 'token':
      return null;
  }
}

/** The editors, with the panels beside them. This component is loaded separately, because it is most of the page. */
export default function Workbench({ setup, operations, caller, linked }: WorkbenchProps): ReactNode {
  const [explanation, setExplanation] = useState<Explanation | null>(null);
  const audience = audienceOf(caller, setup);
  // Without a schema there are no completions.
  const { content: schema } = useContent(audience ?? '', async () =>
    audience === null ? null : buildSchema(await loadSchema(audience)),
  );
  // If `schema` is null, GraphiQL waits for a schema from the page. If the property is absent, GraphiQL asks the
  // gateway for the schema.
  const schemaProps = audience === null ? {} : { schema };
  const fetcher = useMemo(() => createFetcher(authorizationOf(caller), setExplanation), [caller]);
  return (
    <GraphiQLProvider
      fetcher={fetcher}
      {...schemaProps}
      schemaDescription
      inputValueDeprecation
      defaultQuery={setup.defaultQuery}
      storage={window.sessionStorage}
    >
      <DocExplorerStore>
        <Tooltip.Provider>
          <div className="graphiql-container workbench">
            <Sidebar operations={operations} audience={audience} linked={linked} />
            <Editors explanation={explanation} />
          </div>
        </Tooltip.Provider>
      </DocExplorerStore>
    </GraphiQLProvider>
  );
}

function Sidebar({
  operations,
  audience,
  linked,
}: {
  readonly operations: readonly ListedOperation[];
  readonly audience: string | null;
  readonly linked: ListedOperation | null;
}): ReactNode {
  const hasGuides = operations.length > 0;
  const [shown, setShown] = useState<'operations' | 'schema'>(hasGuides ? 'operations' : 'schema');
  const open = useOpen(linked);
  return (
    <aside aria-label="Operations and schema">
      <p className="switch">
        {hasGuides && (
          <button type="button" aria-pressed={shown === 'operations'} onClick={() => setShown('operations')}>
            Operations
          </button>
        )}
        <button type="button" aria-pressed={shown === 'schema'} onClick={() => setShown('schema')}>
          Schema
        </button>
      </p>
      {shown === 'operations' ? (
        <Operations operations={operations} audience={audience} onOpen={open} />
      ) : (
        <DocExplorer />
      )}
    </aside>
  );
}
