import {
  Badge,
  Button,
  Empty,
  Field,
  formatTime,
  Loaded,
  Page,
  Pager,
  Section,
  type Tone,
  useLanguage,
  useLive,
  usePages,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useEffect, useState } from 'react';
import { MyChangesDocument, RequestDocument, type RequestQuery } from '../operations.generated.ts';
import { usePatronId } from '../patron-id.ts';
import { type AskedFor, remember, requestsOf } from './requests.ts';
import { requestsTexts } from './texts.ts';

type Request = NonNullable<RequestQuery['operation']>;

const tones: Readonly<Record<Request['state'], Tone>> = {
  DONE: 'good',
  PARTLY_DONE: 'warning',
  REFUSED: 'bad',
  UNSETTLED: 'warning',
};
const rowsOfPage = 10;
/** Normalizes a code, so that it may be typed in upper or lower case, with or without spaces and hyphens. */
const plainCode = (text: string): string => text.toUpperCase().replace(/[\s-]/g, '');

/** The changes that the reader has requested in this tab. Each has a code that the reader can read out at a counter. */
export function RequestsView(): ReactNode {
  const patronId = usePatronId();
  const texts = useTexts(requestsTexts);
  const [typed, setTyped] = useState('');
  const all = requestsOf(patronId);
  const found = all.filter(({ code }) => (code ?? '').startsWith(plainCode(typed)));
  return (
    <Page title={texts.title}>
      <p>{texts.about}</p>
      {all.length === 0 ? (
        <Empty>{texts.none}</Empty>
      ) : (
        <>
          <div className="card narrow">
            <Field
              label={texts.code}
              hint={texts.codeHint}
              spellCheck={false}
              maxLength={20}
              value={typed}
              onChange={setTyped}
            />
          </div>
          {found.length === 0 ? (
            <Empty>{texts.noneWithCode}</Empty>
          ) : (
            <Requests patronId={patronId} requests={found} />
          )}
        </>
      )}
    </Page>
  );
}

function Requests({
  patronId,
  requests,
}: {
  readonly patronId: string;
  readonly requests: readonly AskedFor[];
}): ReactNode {
  const texts = useTexts(requestsTexts);
  const pages = usePages(String(requests.length));
  const start = Number(pages.after ?? 0);
  const end = start + rowsOfPage;
  const pageInfo = { hasNextPage: end < requests.length, endCursor: String(end) };
  return (
    <Section title={texts.list}>
      {requests.slice(start, end).map(({ reference, code }) => (
        <RequestRow key={reference} reference={reference} code={code} patronId={patronId} />
      ))}
      <Pager pages={pages} connection={{ pageInfo, totalCount: requests.length }} />
    </Section>
  );
}

/** A row for one request. An unsettled request is read again after each change in the reader's requests. */
function RequestRow({ reference, code, patronId }: AskedFor & { readonly patronId: string }): ReactNode {
  const texts = useTexts(requestsTexts);
  const { language } = useLanguage();
  const answer = useQuery(RequestDocument, { reference });
  const { data, missing, state, reload } = answer;
  const operation = data?.operation ?? null;
  // Without a code and without an error, the request may not have reached the graph yet.
  const isOnItsWay = operation === null && code === null && missing.length === 0;
  const isOpen = isOnItsWay || operation?.state === 'UNSETTLED';
  useLive(answer, MyChangesDocument, {
    after: isOpen ? data?.me?.changesCursor : null,
    isAbout: ({ kind }) => kind === 'OPERATION',
  });
  const ownCode = operation?.code;
  useEffect(() => {
    if (ownCode !== undefined) {
      remember(patronId, { reference, code: ownCode });
    }
  }, [patronId, reference, ownCode]);
  return (
    <div className="item">
      <Loaded answer={answer}>
        {() =>
          operation === null ? (
            missing.length === 0 && (
              <p>
                {code === null ? (
                  texts.notArrived
                ) : (
                  <>
                    {texts.gone} · <code>{code}</code>
                  </>
                )}
              </p>
            )
          ) : (
            <div className="item-text" role="status">
              <strong>{kindIn(texts, operation.kind)}</strong>{' '}
              <Badge tone={tones[operation.state]}>{texts[operation.state]}</Badge>
              <br />
              <span className="quiet">
                {texts.code} <code>{operation.code}</code> ·{' '}
                {texts.askedAt(formatTime(operation.requestedAt, language))}
                {operation.settledAt !== null &&
                  ` · ${texts.settledAt(formatTime(operation.settledAt, language))}`}
              </span>
              {operation.problems.map((problem) => (
                <p key={problem.code}>{problem.message}</p>
              ))}
            </div>
          )
        }
      </Loaded>
      {isOpen && state !== 'failed' && (
        <Button busy={state === 'loading'} onClick={reload}>
          {texts.lookAgain}
        </Button>
      )}
    </div>
  );
}

/** The text for an operation's kind, or `other` for kinds that this page does not send. */
function kindIn(texts: Readonly<Record<string, unknown>>, kind: Request['kind']): string {
  const text = texts[kind] ?? texts.other;
  return typeof text === 'string' ? text : '';
}
