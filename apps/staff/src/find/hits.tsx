import { missingAt } from '@patron-graph/kit';
import {
  Announce,
  Badge,
  formatDay,
  Link,
  Loaded,
  LoadedField,
  Missing,
  Notice,
  Pager,
  type QueryResult,
  Table,
  useLanguage,
  usePages,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import { useNavigate } from '@tanstack/react-router';
import { type ReactNode, useEffect } from 'react';
import { PatronLink } from '../lists/patron-name.tsx';
import {
  FindPatronsDocument,
  type FoundPatronFragment,
  PatronOfCardDocument,
  PatronOfDocumentDocument,
  type PatronOfDocumentQueryVariables,
  PatronOfNumberDocument,
  type PatronSearch,
  type PatronStatus,
} from '../operations.generated.ts';
import { patronStatusTones } from '../tones.ts';
import { patronStatusWords } from '../words.ts';
import { FoundCopy } from './found-copy.tsx';
import type { Wanted } from './search-text.ts';
import { findTexts } from './texts.ts';

interface Opening {
  /** Whether to open the only hit as soon as it is found. */
  readonly opens: boolean;
}

/** The patrons, the copy or the operation that the current search has found. Never shows hits of an earlier search. */
export function Hits({
  wanted,
  status,
  opens,
}: Opening & { readonly wanted: Wanted; readonly status: PatronStatus | null }): ReactNode {
  switch (wanted.kind) {
    case 'card':
      return <HitOfCard libraryCardNumber={wanted.libraryCardNumber} opens={opens} />;
    case 'copy':
      return <FoundCopy itemNumber={wanted.itemNumber} />;
    case 'operation':
      return <CodeOfOperation code={wanted.code} opens={opens} />;
    case 'patron':
      return <HitOfNumber id={wanted.id} opens={opens} />;
    case 'telephone':
      return (
        <PageOfHits search={{ telephone: wanted.telephone, ...statusOf(status) }} code={null} opens={opens} />
      );
    case 'name':
      return (
        <PageOfHits search={{ name: wanted.name, ...statusOf(status) }} code={wanted.code} opens={opens} />
      );
  }
}

/**
 * A link to the view of an operation, which is found by its code. The operation is read only in that view, because each
 * reading is audited.
 */
function CodeOfOperation({ code, opens }: Opening & { readonly code: string }): ReactNode {
  const texts = useTexts(findTexts);
  const navigate = useNavigate();
  useEffect(() => {
    if (opens) {
      void navigate({ to: '/operations', search: { code }, replace: true });
    }
  }, [opens, code, navigate]);
  return (
    <Link to="/operations" search={{ code }}>
      {texts.operation(code)}
    </Link>
  );
}

const statusOf = (status: PatronStatus | null) => (status === null ? {} : { status });

function HitOfCard({
  libraryCardNumber,
  opens,
}: Opening & { readonly libraryCardNumber: string }): ReactNode {
  const answer = useQuery(PatronOfCardDocument, { libraryCardNumber });
  return (
    <OneHit {...{ answer, opens }} path={['credential', 'patron']} patron={answer.data?.credential?.patron} />
  );
}

function HitOfNumber({ id, opens }: Opening & { readonly id: string }): ReactNode {
  const answer = useQuery(PatronOfNumberDocument, { id });
  return <OneHit {...{ answer, opens }} path={['patron']} patron={answer.data?.patron} />;
}

/** The document is looked up once for each mount of this component, because each look-up is audited. */
export function HitOfDocument({ document, opens }: Opening & PatronOfDocumentQueryVariables): ReactNode {
  const answer = useQuery(PatronOfDocumentDocument, { document });
  return <OneHit {...{ answer, opens }} path={['patronByIdentity']} patron={answer.data?.patronByIdentity} />;
}

/**
 * Shows the only possible match, or a message that there is none. If the patron could not be read, shows the reason, so
 * that the patron doesn't seem unknown.
 */
function OneHit<Data>({
  answer,
  path,
  patron,
  opens,
}: Opening & {
  readonly answer: QueryResult<Data>;
  /** The path of the patron in the data. */
  readonly path: readonly string[];
  readonly patron: FoundPatronFragment | null | undefined;
}): ReactNode {
  const hits = patron == null ? [] : [patron];
  useOpening(answer, hits, opens);
  return (
    <Loaded answer={answer}>
      {(_, missing) => {
        const at = missingAt(missing, path);
        return at === undefined ? <HitTable hits={hits} totalCount={hits.length} /> : <Missing at={at} />;
      }}
    </Loaded>
  );
}

/** The patrons of a search, and the operation with this code. The operation opens only if no patron is found. */
function PageOfHits({
  search,
  code,
  opens,
}: Opening & { readonly search: PatronSearch; readonly code: string | null }): ReactNode {
  const pages = usePages(JSON.stringify(search));
  const answer = useQuery(FindPatronsDocument, { search, ...pages.variables });
  const found = answer.data?.patrons;
  const hits = (found?.edges ?? []).map(({ node }) => node);
  useOpening(answer, found?.totalCount === 1 ? hits : [], opens);
  return (
    <LoadedField answer={answer} field="patrons">
      {(patrons) => (
        <>
          <HitTable hits={hits} totalCount={patrons.totalCount} />
          {patrons.advice !== null && <Notice>{patrons.advice}</Notice>}
          <Pager pages={pages} connection={patrons} />
          {code !== null && <CodeOfOperation code={code} opens={opens && patrons.totalCount === 0} />}
        </>
      )}
    </LoadedField>
  );
}

function useOpening(
  { state }: QueryResult<unknown>,
  hits: readonly FoundPatronFragment[],
  opens: boolean,
): void {
  const navigate = useNavigate();
  const only = hits.length === 1 ? hits[0]?.id : undefined;
  useEffect(() => {
    if (opens && state === 'answered' && only !== undefined) {
      void navigate({ to: `/patrons/${only}` });
    }
  }, [opens, state, only, navigate]);
}

function HitTable({
  hits,
  totalCount,
}: {
  readonly hits: readonly FoundPatronFragment[];
  readonly totalCount: number;
}): ReactNode {
  const texts = useTexts(findTexts);
  const statuses = useTexts(patronStatusWords);
  const { language } = useLanguage();
  return (
    <>
      <Announce>{texts.found(totalCount)}</Announce>
      <Table
        caption={texts.found(totalCount)}
        rows={hits}
        keyOf={({ id }) => id}
        empty={texts.nobody}
        columns={[
          { heading: texts.name, cell: (patron) => <PatronLink patron={patron} /> },
          { heading: texts.patronNumber, cell: ({ id }) => id },
          {
            heading: texts.status,
            cell: ({ status }) =>
              status !== null && <Badge tone={patronStatusTones[status]}>{statuses[status]}</Badge>,
          },
          { heading: texts.card, align: 'whole', cell: ({ libraryCardNumber }) => libraryCardNumber },
          {
            heading: texts.dateOfBirth,
            align: 'whole',
            cell: ({ dateOfBirth }) => dateOfBirth !== null && formatDay(dateOfBirth, language),
          },
        ]}
      />
    </>
  );
}
