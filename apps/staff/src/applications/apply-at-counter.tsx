import {
  ApplicationEditor,
  type ApplicationForm,
  applicationInput,
  Button,
  emptyApplication,
  Facts,
  knownApplication,
  Link,
  Loaded,
  Notice,
  Page,
  useMutation,
  usePathValue,
  useQuery,
  useTexts,
} from '@patron-graph/ui';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { NoPatron } from '../lists/no-patron.tsx';
import { PatronLink } from '../lists/patron-name.tsx';
import { NotActive } from '../lists/patron-status.tsx';
import {
  ApplicantAtCounterDocument,
  ApplyAtCounterDocument,
  type ApplyAtCounterMutation,
} from '../operations.generated.ts';
import { OneApplication } from './application-view.tsx';
import { counterTexts } from './counter-texts.ts';
import { applicationTexts } from './texts.ts';

/**
 * The view in which staff submit an application at a counter and decide it at once. For a person who isn't registered,
 * the view's path has no patron number.
 */
export function ApplyAtCounter(): ReactNode {
  const patronId = usePathValue('id') || null;
  const texts = useTexts(counterTexts);
  const { back } = useTexts(applicationTexts);
  // The number of submitted applications. The number is the form's key, so that each application gets a new form.
  const [handedIn, setHandedIn] = useState(0);
  const onAnother = () => setHandedIn((count) => count + 1);
  return (
    <Page title={texts.title} actions={<Link to="/applications">{back}</Link>}>
      {patronId === null ? (
        <Application key={handedIn} patronId={null} initial={emptyApplication} onAnother={onAnother}>
          {texts.unregistered}
        </Application>
      ) : (
        <OfPatron key={handedIn} patronId={patronId} onAnother={onAnother} />
      )}
    </Page>
  );
}

/** The form, filled in with the library's data about the patron. */
function OfPatron({ patronId, onAnother }: { readonly patronId: string; onAnother(): void }): ReactNode {
  const texts = useTexts(counterTexts);
  const answer = useQuery(ApplicantAtCounterDocument, { patronId });
  return (
    <Loaded answer={answer}>
      {({ patron }, missing) =>
        patron === null ? (
          <NoPatron missing={missing} />
        ) : (
          <Application patronId={patronId} initial={knownApplication(patron)} onAnother={onAnother}>
            <PatronLink patron={patron} /> <NotActive status={patron.status} /> {texts.registered}
          </Application>
        )
      }
    </Loaded>
  );
}

function Application({
  patronId,
  initial,
  onAnother,
  children,
}: {
  readonly patronId: string | null;
  readonly initial: ApplicationForm;
  onAnother(): void;
  readonly children: ReactNode;
}): ReactNode {
  const texts = useTexts(counterTexts);
  const [form, setForm] = useState(initial);
  const submission = useMutation(ApplyAtCounterDocument, ({ submitApplication }) => submitApplication);
  if (submission.state === 'done' && submission.payload !== null) {
    return <HandedIn submission={submission.payload} patronId={patronId} onAnother={onAnother} />;
  }
  const receipt = submission.payload?.receipt ?? null;
  const applying = { channel: 'COUNTER', patronId } as const;
  return (
    <>
      <p>{children}</p>
      <ApplicationEditor
        takesFocus
        form={form}
        change={(fields) => setForm((before) => ({ ...before, ...fields }))}
        applying={applying}
        act={submission}
        submit={texts.submit}
        onSubmit={() => void submission.run({ input: applicationInput(form, applying) })}
      >
        {receipt !== null && <Facts facts={[[texts.receipt, <output key="receipt">{receipt}</output>]]} />}
      </ApplicationEditor>
    </>
  );
}

/** The receipt of the application, and below the receipt the application itself, with its decision. */
function HandedIn({
  submission: { operation, application, receipt },
  patronId,
  onAnother,
}: {
  readonly submission: NonNullable<ApplyAtCounterMutation['submitApplication']>;
  readonly patronId: string | null;
  onAnother(): void;
}): ReactNode {
  const texts = useTexts(counterTexts);
  const element = useRef<HTMLDivElement>(null);
  // The focused field has disappeared with the form, so the focus moves here.
  useEffect(() => element.current?.focus(), []);
  return (
    <>
      <div ref={element} tabIndex={-1}>
        <Notice tone="good" title={texts.received}>
          <Facts
            facts={[
              [texts.application, application?.id ?? null],
              [texts.code, <code key="code">{operation.code}</code>],
              [texts.receipt, receipt === null ? null : <output key="receipt">{receipt}</output>],
            ]}
          />
          {receipt !== null && <p>{texts.receiptText}</p>}
          <div className="actions">
            {receipt !== null && <Button onClick={() => window.print()}>{texts.print}</Button>}
            <Button onClick={onAnother}>{texts.another}</Button>
            {patronId !== null && <Link to={`/patrons/${patronId}`}>{texts.openPatron}</Link>}
          </div>
        </Notice>
      </div>
      {application !== null && <OneApplication id={application.id} />}
    </>
  );
}
